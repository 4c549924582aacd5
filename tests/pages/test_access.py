"""What a page has for those who may look only, or see some of the leads: less, and nothing else."""

from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import StreamlitHeaders

from analytics.asked import forget
from analytics.scope import Scope
from analytics.view.view import View
from data import audit, shares, stories
from data.shares import Share
from data.sight import Sight
from data.state.database import State
from data.state.note import Note
from data.store import Generation, Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.runtimes import runtime
from tests.support.screen import PAGES, dialog, opened, said, settled
from tests.support.surface import plain
from ui import session
from ui.access.visitor import Visitor
from ui.page import notes, story, take_away
from ui.page.offscreen import Reader
from ui.session import SignedOut

LAN = "lan@example.com"
LIMITED = Sight((("region", ("Miền Bắc",)),), contacts=False)
RULES = """
contacts = "admin"

[roles]
analyst = ["mai@example.com"]
viewer = ["@example.com"]

[[rows]]
who = ["@example.com"]
region = ["Miền Bắc"]
"""
TABS = {
    "funnel": ("analysis",),
    "leads": ("all",),
    "time_in_stage": ("analysis",),
    "sources": ("analysis",),
    "bottlenecks": ("queues", "reasons", "what-if", "flow", "change", "analysis"),
    "response": ("untouched", "analysis"),
}


@pytest.mark.usefixtures("sample")
def test_a_page_that_only_reads_has_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_READ_ONLY", "1")
    screen = opened("data", lang="vi")
    assert not screen.get("file_uploader")
    assert "Nạp thêm" in [title.value for title in screen.header]
    monkeypatch.delenv("PHEU_READ_ONLY")
    monkeypatch.setenv("PHEU_LOADERS", "ann")
    assert not opened("data", lang="en").get("file_uploader")
    monkeypatch.delenv("PHEU_LOADERS")
    assert opened("data", lang="en").get("file_uploader")


@pytest.mark.usefixtures("empty")
def test_nobody_makes_the_sample_there_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_READ_ONLY", "1")
    screen = opened("data", lang="en")
    assert not screen.get("file_uploader")
    assert not screen.button


@pytest.fixture
def limited(sample: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The sample, looked at by somebody who sees the leads of one region, and no contacts."""
    (tmp_path / "access.toml").write_text(RULES, encoding="utf-8")
    monkeypatch.setenv("PHEU_ACCESS", str(tmp_path / "access.toml"))
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    monkeypatch.setattr(audit, "write", lambda *_said, **_about: None)  # it is only to be read
    come(monkeypatch, LAN)
    return sample


def come(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """From here on the proxy says that it is somebody of that name."""
    sent = {"Remote-User": [name]}
    monkeypatch.setattr(StreamlitHeaders, "get_all", lambda _headers, name: sent.get(name, []))


def test_who_comes_by_a_proxy_is_in_the_log_once_a_session(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(tmp_path / "store", [{"lead_id": "L1", "created_at": "2024-01-01"}])
    serve(store.root)
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    for name in (LAN, "mai@example.com"):
        come(monkeypatch, name)
        settled(opened("definitions", lang="en"))
    token = shares.make(store, Share("definitions", {"v": "1"}))
    opened("definitions", lang="en", share=token)
    entries = [(entry.what, entry.who, entry.about) for entry in audit.read(store)]
    assert [entry for entry in entries if entry[0] == "signed in"] == [
        ("signed in", name, {"role": "admin"}) for name in ("mai@example.com", LAN)
    ]
    State.of(store.root).close()


@pytest.fixture
def asked_as(monkeypatch: pytest.MonkeyPatch) -> set[Sight]:
    """Whose sight all questions to the store have from here on."""
    found: set[Sight] = set()
    cursor = Store.cursor

    def watched(self: Store, generation: Generation) -> AbstractContextManager[Any]:
        found.add(generation.sight)
        return cursor(self, generation)

    monkeypatch.setattr(Store, "cursor", watched)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_a_page_is_asked_of_more_than_its_reader_sees(
    page: str, limited: Store, asked_as: set[Sight], unanswered: None
) -> None:
    forget()
    for tab in ("", *TABS.get(page, ())):
        opened(page, lang="en", **({"tab": tab} if tab else {}))
    assert asked_as <= {LIMITED}
    assert asked_as or page == "definitions"


def test_a_reader_who_sees_all_is_given_none_of_their_answers(
    limited: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = opened("leads", lang="en", tab="all")
    assert "Miền Nam" not in said(theirs)
    monkeypatch.delenv("PHEU_ACCESS")
    everybodys = opened("leads", lang="en", tab="all")
    assert said(theirs) != said(everybodys)


def test_a_session_whose_sign_in_has_ended_shows_nothing_more(
    limited: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened("funnel", lang="en")
    assert screen.get("plotly_chart")
    monkeypatch.setattr(StreamlitHeaders, "get_all", lambda _headers, _name: [])
    screen.run()
    assert not screen.exception
    assert said(screen).startswith("Please sign in again")
    assert len(screen.main.children) == 2


def test_nor_does_a_dialog_of_it_nor_a_file(
    limited: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened("funnel", lang="en")
    make = session.while_let_in(lambda: b"a file")
    assert make() == b"a file"
    monkeypatch.setattr(StreamlitHeaders, "get_all", lambda _headers, _name: [])
    assert said(settled(screen.button("notes__en").click())).startswith("Please sign in again")
    with pytest.raises(SignedOut):
        make()
    come(monkeypatch, "mai@example.com")  # who may see something else
    with pytest.raises(SignedOut):
        make()


def test_a_changed_rule_holds_for_a_dialog_too(
    limited: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.delenv("PHEU_ACCESS")
        screen = opened("funnel", lang="en")
        assert screen.session_state["generation"].sight.is_whole
    settled(screen.button("notes__en").click())
    assert screen.session_state["generation"].sight == LIMITED


def test_who_may_no_longer_share_makes_no_share(
    limited: Store, own_sample: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(monkeypatch, "mai@example.com")
    screen = dialog(opened("funnel", lang="en"), "share")
    come(monkeypatch, LAN)
    settled(screen.button("make_share__en").click())
    assert shares.listed(own_sample) == []


def test_the_size_of_the_data_is_told_to_those_who_see_all_of_it(
    limited: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def captions() -> list[str]:
        return list(opened("data", lang="en").radio[0].proto.captions)

    assert captions()
    assert not any("MB" in each for each in captions())
    monkeypatch.delenv("PHEU_ACCESS")
    assert all("MB" in each for each in captions())


def test_the_menu_says_who_is_signed_in(limited: Store) -> None:
    screen = opened("overview", lang="en")
    assert any(LAN in plain(each.value) for each in screen.sidebar.markdown)


def test_notes_are_read_by_all_and_written_by_analysts_in_their_name(
    limited: Store, own_sample: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(monkeypatch, "mai@example.com")
    screen = dialog(opened("funnel", lang="en"), "notes")
    assert "Your name" not in [each.label for each in screen.text_input]
    screen.text_area[0].set_value("A new price list")
    settled(next(each for each in screen.button if each.label == "Save the note").click())
    (note,) = notes.every()
    assert note.author == "mai@example.com"
    come(monkeypatch, LAN)
    screen = dialog(opened("funnel", lang="en"), "notes")
    assert any("A new price list" in each.value for each in screen.markdown)
    assert not screen.text_area
    offered = {each.label for each in screen.button}
    assert offered.isdisjoint({"Save the note", "Change it", "Remove it"})


def test_a_note_about_leads_that_are_not_seen_is_not_either(
    limited: Store, own_sample: Store
) -> None:
    for segment in (("region", "Miền Nam"), ("region", "Miền Bắc"), ("team", "TP.HCM 2")):
        notes.keep(Note(segment[1], "Mai", segment=segment))
    notes.keep(Note("A day", "Mai", day=date(2026, 4, 3)))
    screen = dialog(opened("funnel", lang="en"), "notes")
    told = "\n".join(each.value for each in screen.markdown)
    assert "Miền Nam" not in told
    assert all(each in told for each in ("Miền Bắc", "TP.HCM 2", "A day"))


def test_a_viewer_follows_a_story_whatever_the_address_says(
    limited: Store, own_sample: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = stories.make(own_sample, "Họp")
    for title in ("Một", "Hai"):
        stories.add(own_sample, number, Share("overview", {"v": "1"}, title=title), "nói chậm")
    story.changed()
    screen = opened("overview", lang="en", story=f"{number}.lead")
    assert [title.value for title in screen.title] == ["Một"]
    assert "Next" not in [each.label for each in screen.button]
    assert "nói chậm" not in said(screen)
    come(monkeypatch, "mai@example.com")
    screen = opened("overview", lang="en", story=f"{number}.lead")
    assert "Next" in [each.label for each in screen.button]
    assert "nói chậm" in said(screen)


@pytest.mark.parametrize("page", [page for page in PAGES if page != "definitions"])
def test_what_is_taken_away_is_asked_of_no_more_than_its_reader_sees(
    page: str,
    limited: Store,
    asked_as: set[Sight],
    unanswered: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scope = Scope(View(lang="en"), limited.generation().seen(LIMITED))
    state: dict[str | int, Any] = {
        "view": scope.view,
        "generation": scope.generation,
        "written_query": {},
    }
    lan = Visitor(LAN, "viewer", LIMITED)
    # Nobody sends a request where it is drawn.
    monkeypatch.setattr(StreamlitHeaders, "get_all", lambda _headers, _name: [])
    forget()
    with runtime():
        found = take_away.report(Reader(page, f"http://pheu.test/{page}", state, {}, lan))
    assert found.cards
    assert asked_as == {LIMITED}
