"""Saved views: each person's own and the team's, one of them a start, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from data import views
from data.errors import NotShown, StateRefused
from data.shares import PAGES
from data.state.database import State
from data.state.tables import saved_views
from data.store import Store
from data.views import MOST_NAME, NameTaken, SavedView, Unnamed

NORTH = SavedView("Miền Bắc", "funnel", {"v": "2", "region": "Miền Bắc"}, "lan")
TEAM = SavedView("Cả đội", "sources", {"v": "2"}, "mai", is_of_team=True)


def saved(store: Store, *wanted: SavedView) -> list[SavedView]:
    """What is kept once these are saved."""
    for view in wanted:
        views.save(store, view)
    return list(views.listed(store))


def starts(store: Store) -> list[tuple[str, str]]:
    return [(view.person, view.name) for view in views.listed(store) if view.is_start]


def test_what_is_saved_is_listed_in_its_order(store: Store) -> None:
    assert views.listed(store) == ()
    found = saved(store, NORTH, TEAM, replace(NORTH, person="khôi"))
    assert [replace(view, id=None) for view in found] == [
        NORTH,
        TEAM,
        replace(NORTH, person="khôi"),
    ]
    assert len({view.id for view in found}) == 3


def test_the_same_name_takes_the_place_of_its_view_and_of_no_other(store: Store) -> None:
    first, other, team = saved(
        store, NORTH, replace(NORTH, person="khôi"), replace(NORTH, is_of_team=True)
    )
    views.begin_with(store, "lan", first.id)
    found = saved(store, replace(NORTH, name="  Miền \n Bắc ", page="leads", link={"v": "2"}))
    assert found == [replace(first, page="leads", link={"v": "2"}, is_start=True), other, team]


def test_a_view_is_renamed_and_removed(store: Store) -> None:
    first, second = saved(store, NORTH, TEAM)
    assert first.id
    assert second.id
    views.rename(store, first.id, " Bắc ")
    assert views.listed(store) == (replace(first, name="Bắc"), second)
    views.remove(store, first.id)
    views.remove(store, first.id)
    assert views.listed(store) == (second,)
    with pytest.raises(StateRefused, match="no longer there"):
        views.rename(store, first.id, "Nam")
    with pytest.raises(Unnamed):
        views.rename(store, second.id, " ")


def test_a_view_gets_no_name_that_another_of_the_same_has(store: Store) -> None:
    for name, is_of_team in (("a", False), ("b", False), ("b", True)):
        views.save(store, SavedView(name, "funnel", {"v": "2"}, "ann", is_of_team))
    own, other, _of_team = views.listed(store)
    assert own.id
    assert other.id
    with pytest.raises(NameTaken):
        views.rename(store, own.id, " b ")
    assert views.listed(store)[0] == own
    views.rename(store, other.id, "b")  # which it has
    views.rename(store, other.id, "c")
    views.rename(store, own.id, "b")  # as one for the team is called
    assert [view.name for view in views.listed(store)] == ["b", "c", "b"]


def test_one_view_at_the_most_is_somebodys_start(store: Store) -> None:
    first, second, others = saved(
        store, NORTH, replace(NORTH, name="Nam"), replace(NORTH, person="khôi")
    )
    views.begin_with(store, "khôi", others.id)
    for number, own in ((first.id, ["Miền Bắc"]), (second.id, ["Nam"]), (None, [])):
        views.begin_with(store, "lan", number)
        expected = [*(("lan", name) for name in own), ("khôi", "Miền Bắc")]
        assert starts(store) == expected


def test_who_begins_with_a_view_of_the_team_keeps_it_whatever_becomes_of_that(
    store: Store,
) -> None:
    (team,) = saved(store, TEAM)
    assert team.id
    for _again in range(2):
        views.begin_with(store, "lan", team.id)
    views.begin_with(store, "mai", team.id)
    there, own = views.listed(store)
    assert there == replace(team, is_start=True), "whose it is has no other"
    assert replace(own, id=None) == replace(TEAM, person="lan", is_of_team=False, is_start=True)
    views.remove(store, team.id)
    assert starts(store) == [("lan", "Cả đội")]


@pytest.mark.parametrize("name", ["Bắc", "a" * MOST_NAME])
def test_a_view_of_the_team_takes_the_place_of_none_of_ones_own(store: Store, name: str) -> None:
    own, team = saved(store, replace(NORTH, name=name), replace(TEAM, name=name))
    assert team.id
    for _again in range(2):
        views.begin_with(store, "lan", team.id)
    assert views.listed(store)[:2] == (own, team)
    assert starts(store) == [("lan", f"{name[: MOST_NAME - 4]} (2)")]


def test_nobody_begins_with_a_view_of_another_person(store: Store) -> None:
    (own,) = saved(store, NORTH)
    views.begin_with(store, "lan", own.id)
    for person, number in (("khôi", own.id), ("lan", 99)):
        with pytest.raises(StateRefused):
            views.begin_with(store, person, number)
    assert starts(store) == [("lan", "Miền Bắc")]


def test_every_change_raises_the_version(store: Store) -> None:
    (view,) = saved(store, NORTH)
    assert view.id
    views.rename(store, view.id, "Bắc")
    views.begin_with(store, "lan", view.id)
    views.remove(store, view.id)
    views.listed(store)
    assert State.of(store.root).version(views.VERSION) == 4


@pytest.mark.parametrize(
    "name", ["", " \n\t", "a" * (MOST_NAME + 1), "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\0"]
)
def test_a_view_has_a_name_of_one_line(name: str) -> None:
    with pytest.raises(Unnamed):
        replace(NORTH, name=name)


def test_only_pages_with_a_view_are_saved_and_listed(store: Store) -> None:
    with pytest.raises(NotShown):
        replace(NORTH, page="data")
    saved(store, *(replace(NORTH, name=page, page=page) for page in PAGES))
    with State.of(store.root).writing() as state:
        gone = update(saved_views).where(saved_views.c.page == "funnel")
        state.execute(gone.values(page="a page of another version"))
    assert [view.page for view in views.listed(store)] == [
        page for page in PAGES if page != "funnel"
    ]


# --- against a reference --------------------------------------------------------------------------

PEOPLE, NAMES = st.sampled_from("ab"), st.sampled_from(("một", "hai"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), PEOPLE, NAMES, st.booleans()),
        st.tuples(st.just("begin"), PEOPLE, st.integers(-1, 3)),
        st.tuples(st.just("remove"), PEOPLE, st.integers(0, 3)),
    ),
    max_size=10,
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield (found := tmp_path_factory.mktemp("views"))
    State.of(found).close()


@given(STEPS)
def test_a_few_people_have_what_a_list_of_them_says(
    root: Path, steps: list[tuple[Any, ...]]
) -> None:
    store = Store(root)
    for view in views.listed(store):
        views.remove(store, view.id or 0)
    expected = list[SavedView]()
    for turn, (kind, person, *more) in enumerate(steps):
        there = views.listed(store)
        link = {"v": "2", "by": str(turn)}
        match kind, more:
            case "save", [name, is_of_team]:
                wanted = SavedView(str(name), "funnel", link, person, bool(is_of_team))
                views.save(store, wanted)
                expected = _saved(expected, wanted)
            case "begin", [int(place)]:
                if place >= len(there):
                    continue
                chosen = there[place] if place >= 0 else None
                if chosen and chosen.person != person and not chosen.is_of_team:
                    with pytest.raises(StateRefused):
                        views.begin_with(store, person, chosen.id)
                    continue
                views.begin_with(store, person, chosen.id if chosen else None)
                expected = _begun(expected, person, place)
            case "remove", [int(place)] if place < len(there):
                views.remove(store, there[place].id or 0)
                del expected[place]
        assert [replace(view, id=None) for view in views.listed(store)] == expected


def _saved(before: list[SavedView], wanted: SavedView) -> list[SavedView]:
    for place, view in enumerate(before):
        if (view.person, view.name, view.is_of_team) == (
            wanted.person,
            wanted.name,
            wanted.is_of_team,
        ):
            changed = replace(wanted, is_start=view.is_start)
            return [*before[:place], changed, *before[place + 1 :]]
    return [*before, wanted]


def _begun(before: list[SavedView], person: str, place: int) -> list[SavedView]:
    found = [replace(view, is_start=False) if view.person == person else view for view in before]
    if place < 0:
        return found
    chosen = found[place]
    if chosen.person != person:
        own = {
            view.name: view.link for view in found if view.person == person and not view.is_of_team
        }
        name, number = chosen.name, 1
        while own.get(name, chosen.link) != chosen.link:
            number += 1
            name = f"{chosen.name} ({number})"
        chosen = replace(chosen, name=name, person=person, is_of_team=False, is_start=False)
        found = _saved(found, chosen)
    key = (person, chosen.name, chosen.is_of_team)
    return [
        replace(view, is_start=True) if (view.person, view.name, view.is_of_team) == key else view
        for view in found
    ]
