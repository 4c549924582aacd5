"""Notes: each belongs where a slow look at the axis puts it, and is read once for a change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.trend import days_of
from analytics.scope import Scope
from analytics.view.view import View
from data.errors import StateRefused
from data.state.database import State
from data.state.note import Decision, Note
from data.store import Store
from ui import answers
from ui.charts.mark import write
from ui.page import fresh, notes

DAY = timedelta(days=1)
days = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@given(st.sampled_from(["week", "month", "quarter"]), days, st.integers(1, 12), days)
def test_a_day_belongs_to_the_bucket_that_has_it(
    unit: str, start: date, count: int, day: date
) -> None:
    first = next(start - DAY * back for back in range(100) if is_first(start - DAY * back, unit))
    buckets = [first]
    while len(buckets) < count:
        buckets.append(days_of(buckets[-1], unit)[1] + DAY)
    end = days_of(buckets[-1], unit)[1]
    slow = [place for place, bucket in enumerate(buckets) if bucket <= day <= end][-1:]
    found = notes.of_days(buckets, unit).place(Note("a", "b", day=day))
    assert found == (slow[0] if slow else None)
    assert notes.of_days(buckets, unit).place(Note("a", "b", stage="sal")) is None


def is_first(day: date, unit: str) -> bool:
    if unit == "week":
        return day.weekday() == 0
    return day.day == 1 and (unit == "month" or day.month % 3 == 1)


def test_a_day_in_a_gap_between_buckets_belongs_to_none() -> None:
    axis = notes.of_days([date(2024, 1, 1), date(2024, 3, 1)], "month")
    assert axis.place(Note("a", "b", day=date(2024, 2, 10))) is None
    assert notes.of_days([], "month").place(Note("a", "b", day=date(2024, 2, 10))) is None


def test_a_stage_belongs_to_its_row_or_that_of_its_group(sample_store: Path) -> None:
    scope = Scope(View(), Store(sample_store).generation())
    note = Note("a", "b", stage="sql")
    assert notes.of_steps(scope, ["lead", "prospect"]).place(note) == "prospect"
    assert notes.of_steps(scope, ["sal", "sql"]).place(note) == "sql"
    assert notes.of_steps(scope, ["sal", "sql"], write).place(note) == write("sql")
    assert notes.of_steps(scope, ["lead"]).place(note) is None
    assert notes.of_steps(scope, ["gone"]).place(Note("a", "b", stage="gone")) == "gone"


@pytest.mark.parametrize(("value", "segment"), [(None, "~"), ("~x", "~~x"), ("Zalo", "Zalo")])
def test_a_segment_belongs_to_its_row(value: str | None, segment: str) -> None:
    note = Note("a", "b", segment=("source", value))
    assert notes.of_segments("source", [segment, "other"]).place(note) == segment
    assert notes.of_segments("team", [segment]).place(note) is None
    assert notes.of_segments("source", ["other"]).place(note) is None


# What is kept of them.


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """The state of a store that this process serves, which reads as often as it is asked."""
    monkeypatch.setattr(answers, "store", lambda: Store(tmp_path))
    monkeypatch.setattr(fresh, "_MOMENT", 0.0)
    state = State.of(tmp_path)
    yield state
    state.close()


def test_notes_are_read_once_for_a_change(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.state import notes as kept

    reads: list[Any] = []
    read = kept.read

    def counted(state: State) -> tuple[Note, ...]:
        reads.append(state)
        return read(state)

    monkeypatch.setattr(kept, "read", counted)
    assert notes.every() == ()
    kept.keep(state, Note("a", "b", day=date(2024, 1, 1)))  # as another process does
    assert [note.text for note in notes.every()] == ["a"]
    first = len(reads)
    for _ in range(5):
        notes.every()
    assert len(reads) == first
    notes.keep(Note("c", "b", day=date(2024, 1, 2)))
    assert [note.text for note in notes.every()] == ["a", "c"]
    notes.remove(notes.every()[0].id or 0)
    assert [note.text for note in notes.every()] == ["c"]


def test_within_a_moment_nothing_is_asked(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "_MOMENT", 3600.0)
    found = notes.every()
    monkeypatch.setattr(State, "version", lambda *_: pytest.fail("it was asked"))
    assert notes.every() is found


def test_a_state_that_cannot_be_read_has_no_notes(
    state: State, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    def refused(_state: State, name: str) -> int:
        asked.append(name)
        raise StateRefused("not now")

    monkeypatch.setattr(State, "version", refused)
    for _ in range(3):
        assert notes.every() == ()
    assert "The state was not read" in caplog.text
    assert len(asked) == 1, "every page would wait for it"
    monkeypatch.setattr(fresh, "_PAUSE", 0.0)
    notes._notes.changed()
    for _ in range(3):
        notes.every()
    assert len(asked) == 4


def test_notes_of_an_axis_are_in_the_order_of_their_days(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "agreed", list)  # of no page, so of no pipeline
    for text, day in (("late", 20), ("early", 3), ("other", 25)):
        notes.keep(Note(text, "b", day=date(2024, 1, day)))
    notes.keep(Note("done", "b", day=date(2024, 2, 2), decision=Decision("Lan", date(2024, 3, 1))))
    notes.keep(Note("elsewhere", "b", stage="sal"))
    found = notes.on(notes.of_days([date(2024, 1, 1), date(2024, 2, 1)], "month"))
    told = [(place, [note.text for note in each]) for place, each in found]
    assert told == [((0, "x"), ["early", "late", "other"]), ((1, "x"), ["done"])]


def test_what_a_map_holds_is_in_its_rows_and_in_its_columns(sample_store: Path) -> None:
    scope = Scope(View(), Store(sample_store).generation())
    columns = notes.of_columns(scope, ["sal", "sql"])
    axis = replace(notes.of_rows("team", ["A", "B"]), also=columns)
    assert axis.spot(Note("a", "b", segment=("team", "B"))) == (1, "y")
    assert axis.spot(Note("a", "b", stage="sql")) == (1, "columns")
    assert axis.spot(Note("a", "b", stage="mql")) is None


def test_a_row_of_a_map_is_known_by_its_place() -> None:
    axis = notes.of_rows("team", ["~", "A", "B"])
    assert axis.along == "y"
    assert axis.place(Note("a", "b", segment=("team", "B"))) == 2
    assert axis.place(Note("a", "b", segment=("team", None))) == 0
    assert axis.place(Note("a", "b", segment=("team", "C"))) is None
