"""Saved views: kept from the page that is open, in the menu of whose they are, and the start."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request
from streamlit.runtime.context import StreamlitHeaders
from streamlit.testing.v1 import AppTest

from analytics.view.view import View
from data import shares, views
from data.shares import Share
from data.state.database import State
from data.store import Store
from data.views import SavedView
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import LANGUAGES, dialog, moved, opened, said, settled, shown
from ui.page import views as there
from ui.page.markdown import plain
from ui.shell import saved

HEADER = "Remote-User"
ANN, MAI, LAN = (f"{name}@example.com" for name in ("ann", "mai", "lan"))
RULES = """
[roles]
admin = ["ann@example.com"]
analyst = ["mai@example.com"]
viewer = ["@example.com"]

[[rows]]
who = ["mai@example.com"]

[[rows]]
who = ["@example.com"]
region = ["Bắc"]
"""
LEADS = [
    {"lead_id": name, "created_at": "2024-01-01", "region": region, "team": name}
    for name, region in (("a", "Bắc"), ("b", "Nam"))
]
NORTH = SavedView("Miền Bắc", "funnel", {"v": "2", "period": "all", "region": "Bắc"})


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("views") / "store", LEADS).root


@pytest.fixture
def store(serve: Serve, _made: Path, tmp_path: Path) -> Iterator[Store]:
    """The pages read a store of this test's own, where nobody signs in."""
    shutil.copytree(_made, tmp_path / "store")
    yield serve(tmp_path / "store")
    State.of(tmp_path / "store").close()


@pytest.fixture
def company(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The same where a proxy says who comes: at first it is Mai."""
    (tmp_path / "access.toml").write_text(RULES, encoding="utf-8")
    monkeypatch.setenv("PHEU_ACCESS", str(tmp_path / "access.toml"))
    monkeypatch.setenv("PHEU_USER_HEADER", HEADER)
    come(monkeypatch, MAI)
    return store


def come(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """From here on the proxy says that it is somebody of that name."""
    sent = {HEADER: [name]}
    monkeypatch.setattr(StreamlitHeaders, "get_all", lambda _headers, name: sent.get(name, []))


def keep(store: Store, *wanted: SavedView) -> tuple[SavedView, ...]:
    """All views once these are saved."""
    for view in wanted:
        there.change(views.save, view)
    return views.listed(store)


def menu(screen: AppTest) -> dict[str, dict[str, str]]:
    """The saved views in the menu: their names, and what their links say."""
    return {
        link.proto.label: dict(parse_qsl(link.proto.query_string))
        for link in screen.sidebar.get("page_link")
    }


def asks_to_save(screen: AppTest) -> bool:
    return any(each.label == "Save this view" for each in screen.sidebar.button)


def clicked(screen: AppTest, name: str) -> AppTest:
    """The dialog after a press in it; a run of the whole page has closed it in between."""
    lang = screen.query_params["lang"]
    return dialog(settled(screen.button(f"{name}__{lang}").click()), "views")


def named(screen: AppTest, name: str, *, team: bool = False) -> AppTest:
    """The dialog after the view that is open was saved under a name."""
    screen = dialog(screen, "views")
    for each in (*screen.text_input, *screen.toggle):
        if str(each.key).startswith("view_name_"):
            each.set_value(name)
        elif str(each.key).startswith("view_team_"):
            each.set_value(team)
    return clicked(screen, "save_view")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_on_the_screen_is_saved_and_opens_again(store: Store, lang: str) -> None:
    screen = opened("funnel", lang=lang, period="last-90d", region="Bắc", by="team")
    screen = named(screen, "Bắc <b>*90*</b> ngày")
    (view,) = views.listed(store)
    assert (view.name, view.page, view.person) == ("Bắc <b>*90*</b> ngày", "funnel", "")
    assert view.link == {"v": "2", "period": "last-90d", "region": "Bắc", "by": "team"} | {
        "compare": "none"
    }
    (field,) = [each for each in screen.text_input if str(each.key).startswith("view_name_")]
    assert field.value == "", "the next one begins empty"
    elsewhere = opened("definitions", lang=lang)
    ((name, link),) = menu(elsewhere).items()
    assert name == plain("Bắc <b>*90*</b> ngày")
    assert link == {**view.link, "lang": lang}
    again = opened("funnel", **link)
    assert shown(again) == shown(screen)


def test_neither_the_language_nor_how_far_a_list_is_turned_or_opened_is_kept() -> None:
    kept = there.kept(View(lead="L1", list_page=3, tab="won", lang="en"))
    assert kept == {"v": "2", "period": "all", "compare": "none", "tab": "won"}


def test_a_view_is_renamed_made_the_start_and_removed(store: Store) -> None:
    first, second = keep(store, NORTH, replace(NORTH, name="Khác", page="leads"))
    screen = dialog(opened("definitions", lang="en"), "views")
    screen = clicked(screen, f"view_{first.id}_rename")
    screen.text_input(f"view_{first.id}_name__en").set_value(" Nam ")
    screen = clicked(screen, f"view_{first.id}_renamed")
    assert [view.name for view in views.listed(store)] == ["Nam", "Khác"]
    screen = clicked(screen, f"view_{second.id}_start")
    assert [view.is_start for view in views.listed(store)] == [False, True]
    assert "Not the start page" in [each.label for each in screen.button]
    screen = clicked(screen, f"view_{second.id}_start")
    assert not any(view.is_start for view in views.listed(store))
    screen = clicked(screen, f"view_{first.id}_remove")
    assert views.listed(store) == (second,)
    assert list(menu(settled(screen))) == ["Khác"]


def test_a_view_needs_a_name(store: Store) -> None:
    screen = named(opened("definitions", lang="en"), "  ")
    assert [each.value for each in screen.error] == ["Write what it is called."]
    assert views.listed(store) == ()


def test_what_is_open_is_marked_in_the_menu(store: Store) -> None:
    same = replace(NORTH, name="Lại là nó")
    keep(store, NORTH, same, replace(NORTH, name="Khác", link={"v": "2"}))
    for page, marked in (("funnel", 2), ("leads", 0)):
        screen = opened(page, lang="en", **NORTH.link)
        keys = [str(getattr(each, "key", "")) for each in screen.sidebar]
        assert len([key for key in keys if key.startswith("view_open_")]) == marked


def test_where_nobody_signs_in_there_is_no_team(store: Store) -> None:
    assert not dialog(opened("definitions", lang="en"), "views").toggle


def test_a_page_without_a_view_and_a_link_that_is_not_understood_are_not_saved(
    store: Store,
) -> None:
    keep(store, NORTH)
    for page, link in (("data", {}), ("funnel", {"sourse": "seo"})):
        screen = opened(page, lang="en", **link)
        assert not asks_to_save(screen)
        assert list(menu(screen)) == ["Miền Bắc"]


def test_a_view_whose_value_is_gone_says_so(store: Store) -> None:
    keep(store, replace(NORTH, link={"v": "2", "period": "all", "region": "Trung"}))
    ((_name, link),) = menu(opened("definitions", lang="en")).items()
    screen = opened("funnel", **link)
    assert "Trung" in said(screen)
    assert screen.warning


def test_more_views_than_a_menu_holds_are_behind_one_line(store: Store) -> None:
    keep(store, *(replace(NORTH, name=f"Số {number}") for number in range(8)))
    screen = opened("definitions", lang="en")
    (more,) = screen.sidebar.expander
    assert more.label == "2 more"
    assert [link.proto.label for link in more.get("page_link")] == ["Số 6", "Số 7"]


def test_a_second_person_has_the_teams_views_and_not_the_firsts(
    company: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(opened("funnel", lang="en", region="Bắc"), "Của Mai")
    named(opened("funnel", lang="en"), "Của đội", team=True)
    assert list(menu(opened("definitions", lang="en"))) == ["Của Mai", "Của đội"]
    come(monkeypatch, LAN)
    screen = opened("definitions", lang="en")
    assert list(menu(screen)) == ["Của đội"]
    screen = dialog(screen, "views")
    assert not screen.toggle, "who only looks saves for themselves alone"
    mais, teams = views.listed(company)
    keys = {each.key for each in screen.button}
    assert f"view_{teams.id}_start__en" in keys
    assert not keys & {
        f"view_{view.id}_{what}__en" for view in (mais, teams) for what in ("rename", "remove")
    }
    clicked(screen, f"view_{teams.id}_start")
    assert views.listed(company)[2] == replace(
        teams, id=views.listed(company)[2].id, person=LAN, is_of_team=False, is_start=True
    )


def test_an_admin_changes_what_others_saved_for_the_team(
    company: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, teams = keep(
        company, replace(NORTH, person=MAI), replace(NORTH, person=MAI, is_of_team=True)
    )
    come(monkeypatch, ANN)
    screen = dialog(opened("definitions", lang="en"), "views")
    clicked(screen, f"view_{teams.id}_remove")
    assert views.listed(company) == (own,)


def test_who_may_no_longer_share_leaves_the_teams_views_as_they_are(
    company: Store, tmp_path: Path
) -> None:
    keep(company, replace(NORTH, person=MAI, is_of_team=True))
    (team,) = views.listed(company)
    screen = dialog(opened("definitions", lang="en"), "views")
    rules = RULES.replace('analyst = ["mai@example.com"]', "")
    (tmp_path / "access.toml").write_text(rules, encoding="utf-8")
    clicked(screen, f"view_{team.id}_remove")
    assert views.listed(company) == (team,)


def test_nobody_is_told_of_a_view_that_names_what_they_do_not_see(
    company: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = replace(NORTH, person=MAI, is_of_team=True)
    beyond = ({"region": "Nam"}, {"region": "Bắc,Nam"}, {"region-not": "Nam"}, {"team": "b"})
    others = (replace(team, name=str(link), link={"v": "2", **link}) for link in beyond)
    assert len(keep(company, team, *others)) == 5
    assert len(menu(opened("definitions", lang="en"))) == 5
    come(monkeypatch, LAN)
    screen = opened("definitions", lang="en")
    assert list(menu(screen)) == ["Miền Bắc"]
    assert len(dialog(screen, "views").get("page_link")) == 2, "in the menu and in the dialog"


def test_a_guest_has_none_of_them(store: Store) -> None:
    keep(store, NORTH)
    token = shares.make(store, Share("definitions", {"v": "1"}))
    screen = opened("definitions", lang="en", share=token)
    assert not menu(screen)
    assert not asks_to_save(screen)
    assert asks_to_save(moved(opened("funnel", lang="en"), "definitions"))


# --- what a bare address opens --------------------------------------------------------------------


def led(asked: str = "", who: str | None = None) -> str | None:
    """Where a request of the bare address with these parameters is led to."""
    headers = [] if who is None else [(HEADER.lower().encode(), who.encode())]
    scope: dict[str, Any] = {"type": "http", "query_string": asked.encode(), "headers": headers}
    return saved.start(Request(scope))


def begin(store: Store, view: SavedView) -> None:
    *_others, kept = keep(store, view)
    there.change(views.begin_with, kept.person, kept.id)


def test_a_bare_address_leads_to_the_start_page(store: Store) -> None:
    assert led() is None
    begin(store, NORTH)
    assert led() == "funnel?v=2&period=all&region=B%E1%BA%AFc"
    assert led("lang=en&fbclid=1") == "funnel?lang=en&fbclid=1&v=2&period=all&region=B%E1%BA%AFc"
    begin(store, replace(NORTH, name="Khác", page="overview", link={"v": "2"}))
    assert led() == "?v=2"


@pytest.mark.parametrize("asked", ["v=2", "period=all", "story=1.wall", "share=x", "tab=all"])
def test_an_address_that_says_what_to_show_leads_nowhere_else(store: Store, asked: str) -> None:
    begin(store, NORTH)
    assert led(asked) is None


def test_everybody_has_a_start_page_of_their_own(company: Store, tmp_path: Path) -> None:
    begin(company, replace(NORTH, person=MAI))
    assert led(who="Mai@example.com") is not None
    for other in (LAN, "eve@elsewhere.example", None):
        assert led(who=other) is None
    (tmp_path / "access.toml").write_text("nonsense", encoding="utf-8")
    assert led(who=MAI) is None
