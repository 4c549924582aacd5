"""The journeys of a view are found once for all that is asked of them, and not kept without end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics import asked
from analytics.scope import Scope
from analytics.sources import attribution, paths, scoreboard
from analytics.sources.shelf import LEAST, Shelf
from analytics.view.attribution_rules import Credit
from analytics.view.view import View
from data.store import Store
from tests.support.workload import workload


@dataclass
class Thing:
    """Something found; `open` until it is let go of."""

    rows: int
    open: bool = True


@contextmanager
def found(rows: int) -> Iterator[Thing]:
    thing = Thing(rows)
    try:
        yield thing
    finally:
        thing.open = False


def lent(shelf: Shelf[Thing], key: str, rows: int = 1, of: int = 1) -> Thing:
    with shelf.lent(key, of, lambda: found(rows * LEAST)) as thing:
        assert thing.open
        return thing


def test_what_was_found_is_lent_again() -> None:
    shelf = Shelf[Thing](10 * LEAST)
    one, other = lent(shelf, "one"), lent(shelf, "other")
    assert lent(shelf, "one") is one
    assert lent(shelf, "other") is other
    shelf.clear()
    assert not one.open
    assert not other.open
    assert lent(shelf, "one") is not one


def test_those_used_longest_ago_make_room() -> None:
    shelf = Shelf[Thing](10 * LEAST)
    one, other = lent(shelf, "one", 4), lent(shelf, "other", 4)
    lent(shelf, "one")
    third = lent(shelf, "third", 4)
    assert [thing.open for thing in (one, other, third)] == [True, False, True]
    assert not lent(shelf, "too many", 11).open
    assert not one.open


def test_what_has_no_rows_makes_room_as_well() -> None:
    shelf = Shelf[Thing](10 * LEAST)
    things = [lent(shelf, str(number), 0) for number in range(12)]
    assert [thing.open for thing in things] == [False] * 2 + [True] * 10


def test_an_older_generation_makes_room() -> None:
    shelf = Shelf[Thing](10 * LEAST)
    old, new = lent(shelf, "one", of=1), lent(shelf, "other", of=2)
    assert not old.open
    assert new.open


def test_no_two_are_lent_the_same_at_a_time() -> None:
    shelf = Shelf[Thing](10 * LEAST)
    with shelf.lent("one", 1, lambda: found(1)) as mine:
        with shelf.lent("one", 1, lambda: found(1)) as theirs:
            assert theirs is not mine
        assert theirs.open
    assert mine.open
    assert not theirs.open


def test_after_an_error_it_is_found_anew() -> None:
    shelf = Shelf[Thing](10 * LEAST)
    thing, other = lent(shelf, "one"), lent(shelf, "other")
    with pytest.raises(ValueError, match="broken"), shelf.lent("one", 1, lambda: found(1)):
        raise ValueError("broken")
    assert not thing.open
    assert not other.open, "it may rest on what has failed"
    assert lent(shelf, "one") is not thing


class Uncounted(Thing):
    """One whose rows cannot be asked for any more, as where the engine was given up."""

    @property
    def rows(self) -> int:
        raise ValueError("broken")

    @rows.setter
    def rows(self, _rows: int) -> None: ...


def test_what_cannot_be_counted_is_let_go_of_and_hinders_nothing_after_it() -> None:
    shelf, thing = Shelf[Thing](10 * LEAST), Uncounted(1)

    @contextmanager
    def uncounted() -> Iterator[Thing]:
        try:
            yield thing
        finally:
            thing.open = False

    with pytest.raises(ValueError, match="broken"), shelf.lent("one", 1, uncounted):
        pass
    assert not thing.open
    assert lent(shelf, "other").open


def test_one_that_cannot_be_closed_leaves_no_other_open() -> None:
    shelf = Shelf[Thing](10 * LEAST)

    @contextmanager
    def stuck() -> Iterator[Thing]:
        with found(1) as thing:
            yield thing
            raise ValueError("broken")

    things = [lent(shelf, "one")]
    with shelf.lent("stuck", 1, stuck):
        pass
    things.append(lent(shelf, "other"))
    with pytest.raises(ValueError, match="broken"):
        shelf.clear()
    assert not any(thing.open for thing in things)


def test_journeys_are_found_once_for_all_that_is_asked_of_them(sample_store: Path) -> None:
    generation = Store(sample_store).generation()
    scope = Scope(View(by="source"), generation)
    ruled = Scope(replace(scope.view, credit=Credit(model="decay", half_life=3)), generation)
    path = str(paths.paths(scope).rows["path"].iloc[0])

    def asks() -> Iterator[pd.DataFrame]:
        yield scoreboard.scoreboard(scope).rows
        yield paths.travels(scope).paths.rows
        yield paths.leads(scope, path)
        yield attribution.attribution(scope).rows
        yield attribution.attribution(ruled).rows
        yield paths.lengths(scope).rows

    alone: list[Any] = []
    answers = asks()
    for _ in range(6):
        asked.forget()
        alone.append(next(answers))
    with workload() as work:
        together = list(asks())
    assert work.scans["contacts"] == 1
    for one, other in zip(alone, together, strict=True):
        pd.testing.assert_frame_equal(one, other)
