"""The dialog that shares a page: what is chosen in it is what is shared, listed and ended."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import StreamlitHeaders
from streamlit.testing.v1 import AppTest

from analytics.view.view import View
from data import shares, stories
from data.shares import Made, Share
from data.state.database import State
from data.store import Store
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import dialog, opened, said, settled, shown
from ui.language import current


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dialog") / "store"
    leads = [{"lead_id": name, "created_at": "2024-01-01", "team": name} for name in "ab"]
    return store_of(root, leads).root


@pytest.fixture
def store(serve: Serve, _made: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(_made, tmp_path / "store")
    yield serve(tmp_path / "store")
    State.of(tmp_path / "store").close()


def share(screen: AppTest, **chosen: Any) -> tuple[AppTest, str]:
    """The screen after a share was made with these choices, and its token."""
    widgets = {
        each.key: each
        for kind in (screen.segmented_control, screen.text_input, screen.toggle)
        for each in kind
    }
    for name, value in chosen.items():
        widgets[f"share_{name}__en"].set_value(value)
    screen = settled(screen.button("make_share__en").click())
    _share, token = screen.session_state["share_made"]
    return screen, token


def only(store: Store) -> Made:
    (made,) = shares.listed(store)
    return made


def test_what_is_chosen_is_what_is_shared(store: Store) -> None:
    screen = dialog(opened("funnel", lang="en", team="a"), "share")
    screen, token = share(screen, title="Quý 3", guest="period", days=None, hides_filters=True)
    made = only(store)
    assert shares.found(store, token) == made
    assert (made.share.title, made.share.guest, made.share.expires_at) == ("Quý 3", "period", None)
    assert (made.share.hides_filters, made.share.lists, made.share.personal) == (True, False, False)
    assert View.from_query(made.share.link) == shown(screen).view
    assert made.share.generation is None


def test_a_frozen_one_holds_the_data_of_now(store: Store) -> None:
    screen, _token = share(dialog(opened("overview", lang="en"), "share"), kind="frozen")
    made = only(store)
    assert View.from_query(made.share.link) == shown(screen).frozen_view()
    assert made.share.generation == 1
    assert store.pinned() == {1}
    assert made.share.expires_at is not None
    assert 29 <= (made.share.expires_at - made.created_at).days <= 30


def test_it_is_listed_with_its_openings_and_ended_there(store: Store) -> None:
    screen, token = share(dialog(opened("overview", lang="en"), "share"), title="Nhóm *A*")
    guest = opened("overview", lang="en", share=token)
    assert "Everything is fixed." in said(guest)
    assert not [each for each in guest.button if each.label == "Share"]
    screen = dialog(screen, "share")
    assert any("opened 1 time" in each.value for each in screen.markdown)
    settled(screen.button(f"end_share_{only(store).id}__en").click())
    assert only(store).revoked_at is not None
    assert "Nothing is shared here any more" in said(settled(guest))


def test_a_story_is_listed_in_place_of_its_slides_which_are_not_ended_there(store: Store) -> None:
    number = stories.make(store, "Họp *tuần*")
    for title in ("Một", "Hai"):
        stories.add(store, number, Share("funnel", {"v": "1"}, title=title))
    address = stories.hand_on(store, stories.listed(store)[0])
    _share, token = share(dialog(opened("overview", lang="en"), "share"), title="Ba")
    screen = dialog(opened("overview", lang="en"), "share")
    ends = [each.key for each in screen.button if each.label == "End it"]
    alone = [shares.found(store, each).id for each in (token, address)]
    assert ends == [f"end_share_{number}__en" for number in alone]
    told = "\n".join(each.value for each in screen.markdown)
    assert r"**Họp \*tuần\*** · Link to follow a story" in told
    assert r"**Họp \*tuần\*** · Story" in told
    assert "2 slides" in told
    assert "Một" not in told


def test_whoever_shared_it_is_told_who_opened_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"Remote-User": ["mai"]}
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    monkeypatch.setattr(StreamlitHeaders, "get_all", lambda _headers, name: sent.get(name, []))
    _screen, token = share(dialog(opened("overview", lang="en"), "share"))
    monkeypatch.setenv("PHEU_GUESTS", "1")
    for name in ("l_an", "l_an", ""):
        sent["Remote-User"] = [name]
        opened("overview", lang="en", share=token)
    assert {each.who: each.times for each in shares.openers(store, [1])[1]} == {"l_an": 2, "": 1}
    for name, is_told in (("mai", True), ("khôi", False)):
        sent["Remote-User"] = [name]
        # Without rules whoever is let in may load, and so is an admin.
        monkeypatch.setenv("PHEU_LOADERS", "nobody")
        screen = dialog(opened("overview", lang="en"), "share")
        told = "\n".join(each.value for each in screen.markdown)
        assert "opened 3 times" in told
        assert (r"l\_an · 2 times · last on" in told) is is_told
        assert ("without a sign-in · 1 time" in told) is is_told


def test_who_may_only_look_is_given_plain_links(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.access.visitor.ROLES", ("admin", "analyst", "viewer"))
    screen = dialog(opened("overview", lang="en"), "share")
    assert not [each for each in screen.button if each.label == "Make the link"]
    assert len(screen.code) == 1


def test_a_guest_of_a_frozen_share_asks_what_changed_since(store: Store) -> None:
    _screen, token = share(dialog(opened("overview", lang="en"), "share"), kind="frozen")
    guest = opened("overview", lang="en", share=token)
    assert not [each for each in guest.button if each.label == "What changed since then"]
    leads = [{"lead_id": name, "created_at": "2024-01-01", "team": name} for name in "abc"]
    store_of(store.root, leads, [("a", "sal", "2024-01-03")])
    assert guest.metric[0].value == settled(guest).metric[0].value == "2"
    asked = settled(guest.button("since_then__en").click())
    told = "\n".join(each.value for each in asked.markdown)
    assert "2 leads then" in told
    assert "3 today" in told


def test_a_guest_is_not_told_of_filters_that_are_hidden(store: Store) -> None:
    link = View.from_query({"lang": "en", "team": "a"}).to_query()
    for hides, is_told in ((True, False), (False, True)):
        token = shares.make(store, Share("funnel", link, hides_filters=hides))
        guest = opened("funnel", "en", share=token)
        current.use("en")  # which the address of a guest need not say
        assert ("Team: a" in said(guest)) is is_told
        how = settled(next(each for each in guest.button if each.label == "How counted").click())
        told = "\n".join(each.value for each in (*how.markdown, *how.code))
        assert ("Filters:" in told) is is_told
        assert ("'a'" in told) is is_told


def test_the_data_page_says_what_is_kept_and_why(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHEU_KEPT_GENERATIONS", "1")
    share(dialog(opened("overview", lang="en"), "share"), kind="frozen")
    for number in range(2):
        store_of(store.root, [{"lead_id": str(number), "created_at": "2024-01-01"}])
    radios = opened("data", lang="en").radio
    (versions,) = [each for each in radios if each.label == "Version shown"]
    told = [caption.partition("; ")[2] for caption in versions.proto.captions]
    assert told == ["in use · one of the newest", "for 1 frozen share"]
    assert all(" MB; " in caption for caption in versions.proto.captions)


def test_where_no_lead_fits_a_guest_is_told_of_no_others(store: Store) -> None:
    nobody = {"v": "1", "from": "2001-01-01", "to": "2001-01-31", "team": "a", "lang": "en"}
    for may_move, offered in (("nothing", set()), ("period", {"Show all data (1 lead)"})):
        token = shares.make(store, Share("funnel", nobody, guest=may_move))
        screen = opened("funnel", lang="en", share=token)
        assert "No lead fits this view" in said(screen)
        ways = {
            each.label for each in screen.button if "data" in each.label or "Drop" in each.label
        }
        assert ways == offered


def test_a_guest_who_may_look_closer_is_named_no_value_that_is_not_shared(
    serve: Serve, tmp_path: Path
) -> None:
    leads = [("x", "a", "Lan"), ("y", "a", "Mai"), ("z", "b", "Khôi")]
    rows = [
        {"lead_id": name, "created_at": "2024-01-01", "team": team, "owner": owner}
        for name, team, owner in leads
    ]
    store = serve(store_of(tmp_path / "store", rows).root)
    token = shares.make(store, Share("funnel", {"v": "1", "team": "a"}, guest="all"))
    screen = dialog(opened("funnel", lang="en", share=token), "open_filters")
    options = {each.label: each.options for each in screen.multiselect}
    assert options["Owner"] == ["Lan", "Mai"]
    assert "b" not in {option for each in options.values() for option in each}
    State.of(store.root).close()
