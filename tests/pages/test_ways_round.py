"""Ways round a share: each was tried, and each ends at what is shared, or at nothing.

The list is WAYS, FILES and the tests below them; whoever thinks of another one adds it here.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from streamlit.testing.v1 import AppTest

from analytics.funnel import leads
from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.guest import may_move
from analytics.view.view import View
from data import shares, stories
from data.errors import NotShown, ShareEnded, StateRefused
from data.shares import Share
from data.sight import WHOLE, Sight
from data.state.database import State
from data.store import Generation, Store
from data.stories import Story
from tests.pages.conftest import Serve
from tests.support.histories import Move, store_of
from tests.support.patience import PATIENCE
from tests.support.runtimes import runtime
from tests.support.screen import opened as shown
from tests.support.screen import settled
from ui.language import current
from ui.page import take_away
from ui.page.offscreen import Reader
from ui.shell import door, exports

LEADS = [
    {
        "lead_id": f"L{number}",
        "created_at": f"2024-0{1 + number % 3}-10",
        "team": "AB"[number % 2],
        "source": ("seo", "email", "event")[number % 3],
        "name": f"Người {number}",
        "phone": f"090{number:07}",
        "email": f"nguoi{number}@example.com",
    }
    for number in range(24)
]
"""Half of team A. Those of the second month are L1, L4, L7 and so on."""

SHARED = View(
    period=None,
    first=date(2024, 2, 1),
    last=date(2024, 2, 29),
    filters=(("team", ("A",)),),
    excluded=(("source", ("event",)),),
)
COUNTED = {"L4", "L10", "L16", "L22"}


def session(page: str) -> None:
    """What the shell does, for a page that says nothing but what it was given."""
    import streamlit as st

    from data.errors import ShareEnded
    from ui import guest, session

    try:
        session.enter()
    except ShareEnded:
        st.session_state["told"] = None
        st.stop()
    scope = session.hold(page)
    st.session_state["told"] = scope, guest.may_open(page), session.understood()
    st.session_state["file"] = guest.while_open(lambda: page)


@pytest.fixture(scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store of two generations, of which the second has a lead more of each team."""
    root = tmp_path_factory.mktemp("shared") / "store"
    store_of(root, LEADS)
    more = [{**LEADS[number], "lead_id": f"M{number}"} for number in (0, 1)]
    store_of(root, [*LEADS, *more])
    yield root
    State.of(root).close()


@pytest.fixture
def store(serve: Serve, _root: Path) -> Store:
    """The pages read it; each test makes shares of its own."""
    return serve(_root)


def made(store: Store, view: View = SHARED, page: str = "funnel", **terms: Any) -> str:
    return shares.make(store, Share(page, view.to_query(), **terms))


def opened(token: str, page: str = "funnel", url: str = "", **query: str) -> AppTest:
    screen = AppTest.from_function(session, args=(page,), default_timeout=PATIENCE)
    screen.query_params.update({name.rstrip("_"): value for name, value in query.items()})
    if token:
        screen.query_params["share"] = token
    screen.context["url"] = url or f"http://localhost:8501/{page}"
    return screen.run()


def told(screen: AppTest) -> tuple[Scope, bool, bool]:
    assert not screen.exception, screen.exception
    found: tuple[Scope, bool, bool] = screen.session_state["told"]
    assert found is not None
    return found


def counted(scope: Scope) -> set[str]:
    """The leads that a scope counts, for somebody who sees them all."""
    whole = Scope(replace(scope.view, stage=None), scope.generation.seen(WHOLE))
    return set(leads.listing(whole).rows["lead_id"])


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


# --- a story --------------------------------------------------------------------------------------


@pytest.fixture
def followed(store: Store) -> Iterator[tuple[Story, str]]:
    """A story of one slide of team A's leads, and the token of those who follow it."""
    number = stories.make(store, "Họp")
    stories.add(store, number, Share("funnel", SHARED.to_query(), title="Một"), "nói riêng")
    story = stories.found(store, number)
    assert story is not None
    yield story, stories.hand_on(store, story)
    stories.remove(store, number)


@pytest.mark.parametrize("way", [way for way, (terms, _query) in WAYS.items() if not terms])
def test_who_follows_a_story_counts_the_leads_of_its_slide(
    followed: tuple[Story, str], way: str
) -> None:
    scope, may_open, _understood = told(opened(followed[1], **WAYS[way][1]))
    assert may_open
    assert replace(scope.view, lang="vi") == SHARED
    assert scope.generation.sight == Sight(contacts=False, leads=False, repeats=False)


@pytest.mark.parametrize("page", ["overview", "sources", "leads", "to_do", "data"])
def test_who_follows_a_story_opens_no_other_page(followed: tuple[Story, str], page: str) -> None:
    _scope, may_open, _understood = told(opened(followed[1], page))
    assert not may_open


def test_who_follows_a_story_neither_leads_it_nor_reads_what_is_said(
    followed: tuple[Story, str], store: Store
) -> None:
    story, token = followed
    for role in ("wall", "lead"):
        screen = AppTest.from_function(shown_story, default_timeout=PATIENCE)
        screen.query_params.update({"share": token, "story": f"{story.id}.{role}"})
        screen.context["url"] = "http://localhost:8501/funnel"
        assert screen.run().session_state["screen"] == "follow"
    assert answered("leads.csv", {"share": token}).status_code == 403


def shown_story() -> None:
    """What the shell knows of the story that this session follows."""
    import streamlit as st

    from ui import session
    from ui.page import story

    session.enter()
    told = story.now()
    st.session_state["screen"] = told and told.screen


def test_a_story_whose_slides_have_ended_shows_nothing(
    followed: tuple[Story, str], store: Store
) -> None:
    screen = opened(followed[1])
    told(screen)
    stories.take_out(store, followed[0].slides[0].id)
    assert screen.run().session_state["told"] is None
    assert "view" not in screen.session_state


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
    screen = AppTest.from_function(session, args=("funnel",), default_timeout=PATIENCE)
    screen.query_params["share"] = token or "-"
    assert screen.run().session_state["told"] is None


def test_a_share_that_has_expired(store: Store) -> None:
    assert opened(made(store, expires_at=datetime.now(UTC))).session_state["told"] is None


OTHERS = {"team": "Faraway", "owner": "Outsider", "source": "elsewhere", "company": "Secretive"}
"""What leads have that are not shared, and no others."""
PLACES = [
    *((page, {}) for page in shares.PAGES),
    *((page, {"tab": "analysis"}) for page in ("funnel", "bottlenecks", "sources", "quality")),
    ("funnel", {"by": "owner", "owner": "An,Bo"}),  # two beside each other
]


MOVED = [("sal", "2024-01-12"), ("sql", "2024-02-12"), ("won", "2024-04-01")]


@pytest.fixture(scope="module")
def two_teams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store where as many leads of one team have moved on and wait as of the other."""
    root = tmp_path_factory.mktemp("apart") / "store"
    ours = {"team": "A", "source": "seo", "company": "Open"}
    leads, moves = [], list[Move]()
    for number in range(48):
        dimensions = OTHERS if number % 2 else {**ours, "owner": ("An", "Bo")[number % 4 // 2]}
        lead = {"lead_id": f"{dimensions['team']}{number}", "created_at": "2024-01-10"}
        leads.append({**lead, **dimensions})
        moves += [(lead["lead_id"], slug, day) for slug, day in MOVED[: number % 4]]
    spend = [
        {"day": "2024-01-10", "source": source, "amount": 9e6} for source in ("seo", "elsewhere")
    ]
    store_of(root, leads, moves, spend=spend)
    yield root
    State.of(root).close()


@pytest.mark.parametrize(("page", "query"), PLACES)
def test_nothing_on_any_page_names_what_others_have(
    serve: Serve, two_teams: Path, page: str, query: dict[str, str]
) -> None:
    store = serve(two_teams)
    view = View(period="all", filters=(("team", ("A",)),), lang="en")
    terms: dict[str, Any] = {"guest": "all", "lists": True, "personal": True}
    token = shares.make(store, Share(page, view.to_query(), **terms))
    screen = shown(page, "en", share=token, **query)
    current.use("en")  # which the address of a guest need not say
    assert told_by(screen, "You can explore the leads")
    assert not screen.exception
    if filters := [each for each in screen.button if each.label == "Filters"]:
        screen = settled(filters[0].click())
        assert told_by(screen, "Bo")
    assert [word for word in OTHERS.values() if told_by(screen, word)] == []


@pytest.mark.parametrize("page", [page for page in shares.PAGES if page not in shares.LISTS])
def test_a_filter_that_is_hidden_is_named_nowhere(serve: Serve, two_teams: Path, page: str) -> None:
    store = serve(two_teams)
    view = View(period="all", filters=(("team", (OTHERS["team"],)),), lang="en")
    token = made(store, view, page, guest="all", hides_filters=True)
    screen = shown(page, "en", share=token)
    assert told_by(screen, "You can explore the leads")
    assert not screen.exception
    assert not told_by(screen, OTHERS["team"])
    names = ("share_token", "shared", "view", "generation", "written_query")
    state: dict[str | int, Any] = {name: screen.session_state[name] for name in names}
    if page != "definitions":  # which has nothing to take away
        with runtime():
            taken = take_away.report(Reader(page, f"http://pheu.test/{page}", state, {}))
        assert taken.cards
        assert OTHERS["team"] not in repr(taken)


@pytest.mark.parametrize(
    ("page", "query", "held"),
    [
        ("funnel", {}, {"by": "by", "level": "level", "compare": "pair_mode"}),
        ("bottlenecks", {}, {"by": "loss_by", "scenario": "loss_benchmark"}),
        ("time_in_stage", {"tab": "analysis"}, {"by": "time_by"}),
        ("sources", {"tab": "analysis"}, {"by": "credit_by", "credit": "credit_measure"}),
    ],
)
@pytest.mark.parametrize("guest", shares.GUESTS)
def test_what_is_held_cannot_be_chosen(
    serve: Serve,
    two_teams: Path,
    page: str,
    query: dict[str, str],
    held: dict[str, str],
    guest: str,
) -> None:
    store = serve(two_teams)
    view = View.from_query({"period": "all", "lang": "en", **query})
    screen = shown(page, "en", share=shares.make(store, Share(page, view.to_query(), guest=guest)))
    there = {each.key: each for each in (*screen.selectbox, *screen.segmented_control)}
    for field, key in held.items():
        widget = there[f"{key}__en"]
        options = widget.options if field == "compare" else []
        is_held = widget.disabled or options == ["None"]
        assert is_held is not may_move(guest, field), (field, widget)
    if page == "bottlenecks":
        assert told_by(screen, "What if") is may_move(guest, "scenario")


def told_by(screen: AppTest, word: str) -> bool:
    """Whether anything that was sent to the browser has a word in it."""
    return any(word.encode() in each.proto.SerializeToString() for each in elements(screen._tree))


def elements(block: Any) -> Iterator[Any]:
    for each in block.children.values():
        if getattr(each, "proto", None) is not None:
            yield each
        yield from elements(each) if hasattr(each, "children") else ()


# --- files ----------------------------------------------------------------------------------------


def answered(name: str, query: Mapping[str, str]) -> Response:
    (route,) = [each for each in exports.routes() if each.path == f"/export/{name}"]
    text = urlencode(query).encode()
    scope = {"type": "http", "method": "GET", "path": route.path, "headers": []}
    endpoint: Callable[[Request], Response] = route.endpoint
    return endpoint(Request({**scope, "query_string": text}))


async def _sent(answer: Response) -> str:
    pieces = [piece async for piece in answer.body_iterator]  # type: ignore[attr-defined]
    return b"".join(pieces).decode("utf-8-sig")


FILES: Mapping[str, tuple[dict[str, Any], str, int]] = {
    "the list of a share without lists": ({}, "leads.csv", 403),
    "its workbook": ({}, "leads.xlsx", 403),
    "the work list": ({}, "to_do.csv", 403),
    "those who wait": ({}, "waiting.csv", 403),
    "the stays": ({}, "stays.csv", 403),
    "who is as agreed": ({}, "criteria.csv", 403),
    "who is as agreed, of a share of their page": ({"page": "quality"}, "criteria.csv", 403),
    "rows that were refused": ({}, "refused.csv", 403),
    "the work list where one list is shared": ({"lists": True}, "to_do.csv", 403),
    "rows that were refused, for a guest of all": (
        {"lists": True, "guest": "all", "personal": True},
        "refused.csv",
        403,
    ),
    "a list that is shared": ({"lists": True}, "leads.csv", 200),
}


@pytest.mark.parametrize("way", FILES)
def test_a_file_is_for_whom_the_list_is(store: Store, way: str) -> None:
    terms, name, status = FILES[way]
    query = {"share": made(store, **terms), "lang": "en", "list.stage": "lead"}
    assert answered(name, query).status_code == status


@pytest.mark.anyio
@pytest.mark.parametrize(
    "query",
    [{}, {"team": "all"}, {"team": "B"}, {"period": "all"}, {"data": "1"}, {"v": "1"}],
)
async def test_a_file_has_the_leads_that_are_shared(store: Store, query: dict[str, str]) -> None:
    answer = answered("leads.csv", {"share": made(store, lists=True), "lang": "en", **query})
    text = await _sent(answer)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["Lead id"] for row in rows} == COUNTED
    for lead in LEADS:
        for field in ("name", "phone", "email"):
            assert lead[field] not in text


@pytest.mark.parametrize("token", ["", "A" * 22])
def test_a_file_by_a_token_that_is_none(store: Store, token: str) -> None:
    assert answered("leads.csv", {"share": token}).status_code == 404


def test_a_file_after_the_share_has_ended(store: Store) -> None:
    token = made(store, lists=True)
    shares.revoke(store, token)
    assert answered("leads.csv", {"share": token}).status_code == 404


def test_a_lead_is_told_of_only_where_leads_are(store: Store) -> None:
    from analytics.leads import story

    scope, _may, _understood = told(opened(made(store)))
    for tell in (story.contact, story.history):
        with pytest.raises(NotShown):
            tell(scope.generation, "L4")
    scope, _may, _understood = told(opened(made(store, lists=True)))
    contact = story.contact(scope.generation, "L4").iloc[0]
    assert contact[["name", "phone", "email"]].isna().all()


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
