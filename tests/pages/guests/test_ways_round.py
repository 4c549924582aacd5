"""Ways round a share: each was tried, and each ends at what is shared, or at nothing.

The list is WAYS and the tests below, and FILES in test_files.py; whoever thinks of another one
adds it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from streamlit.testing.v1 import AppTest

from analytics.view import vocabulary
from analytics.view.view import View
from data import shares, stories
from data.errors import NotShown, ShareEnded, StateRefused
from data.shares import Share
from data.sight import Sight
from data.state.database import State
from data.store import Generation, Store
from tests.pages.conftest import Serve
from tests.support.guests import COUNTED, SHARED, counted, made, opened, told
from tests.support.guests import session as guests_session
from tests.support.histories import store_of
from tests.support.patience import PATIENCE
from ui.page import take_away
from ui.page.offscreen import Reader
from ui.shell import door

WAYS: Mapping[str, tuple[dict[str, Any], dict[str, str]]] = {
    # what the guest may move, and what is asked for
    "the filter taken out": ({}, {"team": "all"}),
    "another value of the filter": ({}, {"team": "B"}),
    "both values of the filter": ({}, {"team": "A,B"}),
    "the missing value": ({}, {"team": "~"}),
    "the filter turned round": ({}, {"team-not": "A"}),
    "nothing left out": ({}, {"source-not": "seo"}),
    "the filter twice": ({}, {"team": "A,B,~"}),
    "another period": ({}, {"period": "all"}),
    "other days": ({}, {"from": "2024-01-01", "to": "2024-12-31"}),
    "an open end": ({}, {"to": "latest"}),
    "a comparison": ({}, {"compare": "previous"}),
    "a breakdown": ({}, {"by": "team"}),
    "the stages": ({}, {"level": "stage"}),
    "moves in place of leads": ({}, {"mode": "flow"}),
    "a window": ({}, {"window": "7"}),
    "working hours": ({}, {"clock": "working"}),
    "no skips": ({}, {"skipped": "strict"}),
    "another day to know": ({}, {"as_of": "2024-01-15"}),
    "other data": ({}, {"data": "1"}),
    "data that is not there": ({}, {"data": "9"}),
    "a scenario": ({}, {"scenario": "volume:2:seo"}),
    "another model": ({}, {"model": "markov"}),
    "a step": ({}, {"stage": "customer"}),
    "a lead of another team": ({}, {"lead": "L1"}),
    "a lead that is shared": ({}, {"lead": "L4"}),
    "everything at once": ({}, {**View().to_query(), "lang": "en"}),
    "the short form": ({}, {"v": "2"}),
    "a period where it may be moved, and the filter with it": (
        {"guest": "period"},
        {"from": "2024-02-01", "to": "2024-02-29", "team": "all", "by": "team"},
    ),
    "a breakdown where it may be moved, and the period with it": (
        {"guest": "breakdown"},
        {"period": "all", "team": "B"},
    ),
    "all, with the filter taken out": ({"guest": "all"}, {"team": "all"}),
    "all, with another value": ({"guest": "all"}, {"team": "B"}),
    "all, with another value beside": ({"guest": "all"}, {"team": "A,B"}),
    "all, with nothing left out": ({"guest": "all"}, {"source-not": "email"}),
    "all, with other data": ({"guest": "all"}, {"data": "1"}),
    "all, with another day to know": ({"guest": "all"}, {"as_of": "2024-01-15"}),
    "lists, with a filter on a page that is none": ({"lists": True}, {"source": "email"}),
    "lists, with a lead of another team": ({"lists": True}, {"lead": "L1"}),
    "lists, with a lead of another month": ({"lists": True}, {"lead": "L0"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_address_counts_other_leads_than_those_shared(store: Store, way: str) -> None:
    terms, query = WAYS[way]
    scope, may_open, _understood = told(opened(made(store, **terms), **query))
    assert may_open
    assert counted(scope) <= COUNTED
    assert scope.generation.number == 2
    assert scope.view.as_of is None
    if not terms:
        assert replace(scope.view, lang="vi") == SHARED
        assert counted(scope) == COUNTED
    assert scope.view.lead in (None, "L4")


@pytest.mark.parametrize("way", WAYS)
def test_nor_does_a_frozen_share(store: Store, way: str) -> None:
    generation = store.generation(1)
    frozen = replace(SHARED, data=1, data_id=generation.id)
    terms, query = WAYS[way]
    scope, _may, _understood = told(opened(made(store, frozen, **terms), **query))
    assert (scope.generation.number, scope.generation.id) == (1, generation.id)
    assert counted(scope) <= COUNTED


def test_a_guest_sees_no_more_of_the_data_than_is_shared(store: Store) -> None:
    for terms, sight in (
        ({}, Sight(contacts=False, leads=False)),
        ({"lists": True}, Sight(contacts=False)),
        ({"lists": True, "personal": True}, Sight()),
        ({"rows": {"team": ["A"]}}, Sight((("team", ("A",)),), contacts=False, leads=False)),
    ):
        scope, _may, _understood = told(opened(made(store, **terms)))
        assert scope.generation.sight == replace(sight, repeats=False)


PEOPLE = [("1", "A", "seo", "An"), ("2", "A", "event", "Bo"), ("3", "B", "fair", "Chi")]
"""By lead, its team, its source and its owner: of SHARED An's alone, at any time."""


@pytest.fixture
def people(serve: Serve, tmp_path: Path) -> Iterator[Store]:
    """The pages read a store of PEOPLE."""
    names = ("lead_id", "team", "source", "owner")
    leads = [dict(zip(names, each, strict=True)) for each in PEOPLE]
    store_of(tmp_path / "store", [{**lead, "created_at": "2024-01-01"} for lead in leads])
    yield serve(tmp_path / "store")
    State.of(tmp_path / "store").close()


@pytest.mark.parametrize("ask", ["owner-not={}", "owner={}", "scenario=volume:2:{}"])
def test_of_a_value_it_is_not_told_whether_leads_that_are_not_shared_have_it(
    people: Store, ask: str
) -> None:
    token = made(people, guest="all")
    parameter, _is, text = ask.partition("=")
    told_of = []
    for name in ("Bo", "Chi", "Nobody") if "owner" in ask else ("event", "fair", "nothing"):
        screen = opened(token, **{parameter: text.format(name)})
        told(screen)
        missing = vocabulary.absent(screen.session_state["view"], guest_names(screen))
        left_out = screen.session_state["dropped"]
        told_of.append(str((missing, left_out)).replace(name, "?"))
        assert "?" in told_of[-1]
    assert len({*told_of}) == 1
    assert not any(name in told_of[0] for name in ("Bo", "Chi", "event", "fair"))


def guest_names(screen: AppTest) -> Generation:
    """The leads whose values a guest is told of, where the page has drawn them."""
    named: Generation = screen.session_state["shared"].named(screen.session_state["generation"])
    assert vocabulary.values(named, "owner") == (("An", 1),)
    assert vocabulary.values(named, "source") == (("seo", 1),)
    return named


def test_a_list_is_of_leads_that_are_shared_and_of_fewer_where_asked(store: Store) -> None:
    token = made(store, lists=True)
    scope, may_open, _understood = told(opened(token, "leads", source="email", lead="L4"))
    assert may_open
    assert counted(scope) == {"L4", "L10", "L16", "L22"} & {f"L{n}" for n in range(1, 24, 3)}
    assert scope.view.lead == "L4"
    for query in ({"team": "B"}, {"team": "all"}, {"from": "2024-01-01"}, {"source": "event"}):
        scope, _may, _understood = told(opened(token, "leads", **query))
        assert counted(scope) <= COUNTED


@pytest.mark.parametrize(
    ("terms", "page", "may"),
    [
        ({}, "overview", False),
        ({}, "sources", False),
        ({}, "leads", False),
        ({}, "to_do", False),
        ({}, "data", False),
        ({}, "no_such_page", False),
        ({"lists": True}, "leads", True),
        ({"lists": True}, "to_do", False),
        ({"guest": "all"}, "leads", False),
        ({"guest": "all"}, "data", False),
        ({"guest": "all"}, "sources", True),
        ({"guest": "all", "lists": True}, "to_do", True),
        ({"guest": "all", "lists": True}, "data", False),
    ],
)
def test_another_page_opens_only_where_it_is_shared(
    store: Store, terms: dict[str, Any], page: str, may: bool
) -> None:
    _scope, may_open, _understood = told(opened(made(store, **terms), page))
    assert may_open is may


def test_an_address_that_names_another_page_than_the_one_that_runs(store: Store) -> None:
    token = made(store, lists=True)
    scope, _may, _understood = told(
        opened(token, "funnel", "http://localhost:8501/leads", source="email", lead="L4")
    )
    assert (scope.view.filters, scope.view.lead) == (SHARED.filters, None)


def test_a_breakdown_does_not_say_what_is_hidden(store: Store) -> None:
    for hides, by in ((True, None), (False, "team")):
        token = made(store, guest="all", hides_filters=hides)
        scope, _may, _understood = told(opened(token, by="team"))
        assert scope.view.by == by
    screen = opened(made(store, hides_filters=True))
    assert dict(screen.query_params).keys() <= {"share", "lang"}


def test_a_session_stays_with_its_share(store: Store) -> None:
    screen = opened(made(store))
    for query in ({}, {"period": "all"}, {"team": "B", "v": "1"}, {"share": ""}):
        screen.query_params.clear()
        screen.query_params.update(query)
        scope, _may, _understood = told(screen.run())
        assert replace(scope.view, lang="vi") == SHARED
        assert dict(screen.query_params)["share"]


def test_the_token_of_another_share_is_that_share_and_nothing_of_both(store: Store) -> None:
    other = replace(SHARED, filters=(("team", ("B",)),))
    screen = opened(made(store, guest="all", lists=True))
    screen.query_params["share"] = made(store, other)
    scope, _may, _understood = told(screen.run())
    assert scope.view.values("team") == ("B",)
    assert scope.generation.sight == Sight(contacts=False, leads=False, repeats=False)


@pytest.mark.parametrize(
    "ends",
    [
        shares.revoke,
        lambda store, token: shares.revoke(store, shares.listed(store)[0].id),
    ],
    ids=["by its token", "by its number"],
)
def test_a_share_that_is_revoked_while_it_is_open(
    store: Store, ends: Callable[[Store, str], None]
) -> None:
    token = made(store)
    screen = opened(token)
    told(screen)
    ends(store, token)
    for query in ({"share": token}, {}, View().to_query()):
        screen.query_params.clear()
        screen.query_params.update(query)
        screen.run()
        assert screen.session_state["told"] is None
        assert "view" not in screen.session_state


def test_a_slide_that_is_taken_out_is_over_though_its_story_goes_on(store: Store) -> None:
    number = stories.make(store, "T")
    for team in "AB":
        view = replace(SHARED, filters=(("team", (team,)),))
        stories.add(store, number, Share("funnel", view.to_query()))
    story = stories.found(store, number)
    assert story is not None
    screen = opened(stories.hand_on(store, story))
    scope, _may, _understood = told(screen)
    make = screen.session_state["file"]
    assert (scope.view.values("team"), make()) == (("A",), "funnel")
    stories.take_out(store, story.slides[0].id)
    with pytest.raises(ShareEnded):
        make()
    scope, _may, _understood = told(screen.run())
    assert scope.view.values("team") == ("B",)


def test_who_hands_a_story_on_hands_on_no_more_than_they_see(store: Store) -> None:
    number = stories.make(store, "T")
    stories.add(store, number, Share("funnel", SHARED.to_query(), rows={"source": ["seo"]}))
    story = stories.found(store, number)
    assert story is not None
    token = stories.hand_on(store, story, rows={"team": ["B"]})
    scope, _may, _understood = told(opened(token))
    assert scope.generation.sight.rows == (("source", ("seo",)), ("team", ("B",)))
    assert scope.view.values("team") == ("A",)


def test_a_share_opens_where_it_cannot_be_counted(store: Store) -> None:
    token = made(store)
    with State.of(store.root).writing() as state:
        state.execute(
            text(
                "create trigger full before insert on openings "
                "begin select raise(abort, 'the disk is full'); end"
            )
        )
    try:
        assert counted(told(opened(token))[0])
    finally:
        with State.of(store.root).writing() as state:
            state.execute(text("drop trigger full"))
    assert shares.found(store, token).opened == 0
    opened(token)
    assert shares.found(store, token).opened == 1


def test_while_a_share_cannot_be_looked_for_there_is_no_view(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(made(store))
    told(screen)

    def refused(*_: object) -> None:
        raise StateRefused("not now")

    with monkeypatch.context() as away:
        away.setattr(shares, "found", refused)
        assert screen.run().exception
        assert "view" not in screen.session_state
    scope, _may, _understood = told(screen.run())
    assert replace(scope.view, lang="vi") == SHARED


@pytest.mark.parametrize("page", ["data", "sources", "leads"])
def test_no_page_is_taken_away_that_is_not_shared(store: Store, page: str) -> None:
    screen = opened(made(store))
    names = ("share_token", "shared", "view", "generation", "written_query")
    state: dict[str | int, Any] = {name: screen.session_state[name] for name in names}
    with pytest.raises(NotShown):
        take_away.report(Reader(page, f"http://pheu.test/{page}", state, {}))


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "../../data", "%00"])
def test_a_token_that_is_none(store: Store, token: str) -> None:
    made(store)
    screen = AppTest.from_function(guests_session, args=("funnel",), default_timeout=PATIENCE)
    screen.query_params["share"] = token or "-"
    assert screen.run().session_state["told"] is None


def test_a_share_that_has_expired(store: Store) -> None:
    assert opened(made(store, expires_at=datetime.now(UTC))).session_state["told"] is None


# --- the short address ----------------------------------------------------------------------------


def test_the_short_address_leads_to_the_page_and_nowhere_else(store: Store) -> None:
    endpoint: Callable[[Request], Response] = door.route("/pheu").endpoint

    def answer(token: str) -> Response:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        server = {"scheme": "http", "server": ("localhost", 8501), "path_params": {"token": token}}
        return endpoint(Request({**scope, **server}))

    def led(token: str) -> str:
        return answer(token).headers["location"]

    token = made(store)
    assert led(token) == f"/pheu/funnel?share={token}"
    assert "set-cookie" in answer(token).headers
    shares.revoke(store, token)
    assert "set-cookie" not in answer(token).headers
    assert led(token) == f"/pheu/?share={token}"
    for strange in ("//example.com", "x\r\nSet-Cookie: a=b", "javascript:alert(1)"):
        assert led(strange).startswith("/pheu/?share=")
        assert "\n" not in led(strange)
