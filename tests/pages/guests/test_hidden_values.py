"""What others have is named to no guest, on no page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.view.guest import may_move
from analytics.view.view import View
from data import shares
from data.shares import Share
from data.state.database import State
from tests.pages.conftest import Serve
from tests.support.guests import made
from tests.support.histories import Move, store_of
from tests.support.runtimes import runtime
from tests.support.screen import opened as shown
from tests.support.screen import settled
from ui.language import current
from ui.page import take_away
from ui.page.offscreen import Reader

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
