"""Response: how soon leads are answered, by hand, and by a slow reference on any data."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.response.response import (
    ARRIVALS,
    COLUMNS,
    Acts,
    acts,
    arrivals,
    attempts,
    hours,
    promises,
    response,
    waiting,
)
from analytics.scope import Scope
from analytics.view.view import View, segment_text
from analytics.working_time import openings
from data.pipeline import Exit, Pipeline, Stage
from data.store import Generation
from tests.support.asking import ask
from tests.support.histories import History, generation_of, histories, store_of, stores, views

HOUR = 3600
PIPELINE = Pipeline(
    (
        Stage("new", "lead", answer_within=HOUR),
        Stage("talks", "prospect", answer_within=2 * HOUR),
        Stage("won", "customer"),
    ),
    (Exit("gone"),),
)


def at(hour: float, day: int = 1) -> datetime:
    """An hour of a day of June 2026, of which the first is a Monday: work is from 8 to 17:30."""
    return datetime(2026, 6, day) + timedelta(hours=hour)


def generation(
    folder: Path, leads: Iterable[tuple[str, datetime]], moves: Any = (), touches: Any = ()
) -> Generation:
    """A store of leads (id, when), and of a move by which the data goes on to Friday evening."""
    rows = [{"lead_id": name, "created_at": when, "team": name[0]} for name, when in leads]
    rows.append({"lead_id": "old", "created_at": datetime(2026, 1, 1), "team": "x"})
    moves = [*moves, ("old", "won", at(17, day=5), "Hương")]
    return store_of(folder, rows, moves, touches=touches, pipeline=PIPELINE).generation()


JUNE = View().during(first=at(0).date(), last=at(0, day=30).date())


def call(lead: str, when: datetime, kind: str = "sales_call") -> tuple[Any, ...]:
    return (lead, when, None, None, kind)


LEADS = [("a1", at(9)), ("a2", at(9)), ("a3", at(17)), ("b1", at(7)), ("b2", at(9, day=5))]
CALLS = [
    call("a1", at(9) + timedelta(minutes=5)),  # within five minutes
    call("a3", at(8.5, day=2)),  # half an hour before closing, half an hour after opening
    call("b1", at(8.25)),  # before opening: a quarter of an hour
]


def test_times_are_of_work_and_who_waits_is_counted(tmp_path: Path) -> None:
    made = generation(tmp_path, LEADS, touches=CALLS)
    found = response(Scope(JUNE, made))
    assert list(found.rows.columns) == COLUMNS
    (row,) = found.rows.to_dict("records")
    assert (row["leads"], row["untouched"], row["breaches"]) == (5, 2, 2)
    assert found.spans["leads"].tolist() == [1, 2, 0, 0, 0, 0, 2]
    assert (found.leads, found.untouched, found.promised) == (5, 2, HOUR)
    # Answered after 5, 15 and 60 minutes of work: a2 waits since Monday, b2 for eight hours.
    assert row["median_seconds"] == 60 * 60
    assert row["within_5m"] == pytest.approx(1 / 5)
    assert row["within_1h"] == row["within_sla"] == pytest.approx(3 / 5)
    assert row["within_1d"] == pytest.approx(3 / 5)  # a day is nine hours and a half


def test_who_has_not_waited_so_long_may_still_be_answered_in_time(tmp_path: Path) -> None:
    # At ten past nine: a1 was answered after five minutes, b1 after a quarter of an hour, a2 waits
    # for ten minutes: of the two at risk after that one was answered.
    view = replace(JUNE, as_of=at(9 + 10 / 60).replace(tzinfo=UTC))
    made = generation(tmp_path, LEADS, touches=CALLS)
    row = response(Scope(view, made)).rows.iloc[0]
    assert (row["leads"], row["untouched"], row["breaches"]) == (3, 1, 0)
    assert row["within_5m"] == pytest.approx(1 / 3)
    assert row["within_1h"] == pytest.approx(1.0)
    assert waiting(Scope(view, made)).count() == 1


def test_moves_by_persons_answer_and_those_of_machines_do_not(tmp_path: Path) -> None:
    moves = [
        ("a1", "talks", at(10), "automation"),
        ("a2", "talks", at(10), "Hương"),
        ("a3", "gone", at(17.25), "Nam"),
    ]
    made = generation(tmp_path, LEADS[:3], moves)
    row = response(Scope(JUNE, made)).rows.iloc[0]
    assert (row["untouched"], row["median_seconds"]) == (1, HOUR)
    at_talks = response(Scope(JUNE, made), "talks")
    assert (at_talks.leads, at_talks.untouched, at_talks.promised) == (2, 2, 2 * HOUR)
    assert promises(Scope(JUNE, made)) == ("talks",)
    with pytest.raises(ValueError, match="answer_within"):
        response(Scope(JUNE, made), "won")


def test_segments_add_up(tmp_path: Path) -> None:
    made = generation(tmp_path, LEADS, touches=CALLS)
    rows = response(Scope(replace(JUNE, by="team"), made)).rows
    assert rows[["segment", "leads", "untouched", "breaches"]].values.tolist() == [
        ["a", 3, 1, 1],
        ["b", 2, 1, 1],
    ]


def test_without_a_promise_nothing_is_in_time_or_late(tmp_path: Path) -> None:
    plain = replace(
        PIPELINE, stages=tuple(replace(stage, answer_within=None) for stage in PIPELINE.stages)
    )
    rows = [{"lead_id": "x", "created_at": at(9)}, {"lead_id": "y", "created_at": at(9, day=2)}]
    scope = Scope(View().during("all"), store_of(tmp_path, rows, pipeline=plain).generation())
    found = response(scope)
    assert found.promised is None
    assert found.rows[["within_sla", "breaches"]].isna().all(axis=None)
    assert waiting(scope).rows["breached"].isna().all()
    assert hours(scope).rows[["followed", "in_time"]].values.tolist() == [[1, 0], [0, 0]]


def test_nobody_came(tmp_path: Path) -> None:
    made = generation(tmp_path, [])
    found = response(Scope(JUNE, made))
    assert (found.leads, found.spans["leads"].sum()) == (0, 0)
    assert response(Scope(replace(JUNE, by="team"), made)).rows.empty
    assert arrivals(Scope(JUNE, made)).rows["leads"].tolist() == [0, 0, 0]
    assert attempts(Scope(JUNE, made)).rows.empty


def test_by_when_they_came(tmp_path: Path) -> None:
    leads = [*LEADS, ("c1", at(12, day=6)), ("c2", at(18, day=1))]
    touches = [*CALLS, call("c2", at(9, day=2)), call("c1", at(12.5, day=6))]
    made = generation(tmp_path, leads, touches=touches)
    rows = arrivals(Scope(JUNE, made)).rows
    assert tuple(rows["arrival"]) == ARRIVALS
    assert rows["leads"].tolist() == [4, 2, 1]
    assert rows["untouched"].tolist() == [2, 0, 0]
    # On a day off nothing is worked: half an hour there is none.
    assert rows["median_seconds"].tolist() == [3600, 15 * 60, 0]


def test_heat_of_days_and_hours(tmp_path: Path) -> None:
    made = generation(tmp_path, LEADS, touches=CALLS)
    rows = hours(Scope(JUNE, made)).rows
    assert rows.values.tolist() == [[1, 7, 1, 1], [1, 9, 2, 1], [1, 17, 1, 1], [5, 9, 1, 0]]


def test_the_list_has_who_waits_the_late_first(tmp_path: Path) -> None:
    made = generation(tmp_path, LEADS, touches=CALLS)
    found = waiting(Scope(JUNE, made))
    assert found.rows[["lead_id", "breached"]].values.tolist() == [["a2", True], ["b2", True]]
    assert found.where("breached").count() == 2
    assert found.page(1, 1)["lead_id"].tolist() == ["b2"]


def test_attempts_until_an_answer(tmp_path: Path) -> None:
    touches = [
        *(call("a1", at(9 + n)) for n in range(3)),
        call("a1", at(15), "call_answered"),
        call("a1", at(16)),  # after the answer
        call("a2", at(10)),
        call("a2", at(11), "email_reply"),
        call("b1", at(9)),  # no answer yet
        call("b2", at(10, day=5), "email_reply"),  # before anybody tried
    ]
    made = generation(tmp_path, LEADS, touches=touches)
    rows = attempts(Scope(JUNE, made)).rows
    assert rows[["attempt", "tried", "answered"]].values.tolist() == [
        [1, 3, 1],
        [2, 1, 0],
        [3, 1, 0],
        [4, 1, 1],
    ]
    assert rows["answered_so_far"].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 2 / 3])
    early = replace(JUNE, as_of=at(11.5).replace(tzinfo=UTC))
    rows = attempts(Scope(early, made)).rows
    assert rows[["attempt", "tried", "answered"]].values.tolist() == [
        [1, 3, 1],
        [2, 1, 0],
        [3, 1, 0],
    ]


def test_what_counts_is_said(tmp_path: Path) -> None:
    moves = [("a1", "talks", at(10), "Automation "), ("a2", "talks", at(10), None)]
    touches = [call("a1", at(9), " Sales_Call"), call("a1", at(9), "visit"), ("a1", at(9))]
    found = acts(generation(tmp_path, LEADS, moves, touches))
    assert found.kinds.values.tolist() == [
        ["sales_call", 1, True, False],
        ["visit", 1, False, False],
    ]
    assert (found.persons, found.moved, found.automatic, found.unnamed) == (
        1,
        1,
        {"Automation": 1},
        1,
    )
    assert found.is_known
    assert not Acts(found.kinds.iloc[1:], 0, 0, {}, 3).is_known


def test_the_command_line(sample_store: Path) -> None:
    rows = ask(sample_store, "response", "by=team&period=all")
    assert list(rows[0]) == COLUMNS
    assert (
        sum(row["leads"] for row in rows) == ask(sample_store, "response", "period=all")[0]["leads"]
    )


# --- on any data ------------------------------------------------------------------------------

MOVERS = (None, "Hương", "automation")
KINDS = (None, "visit", "sales_call", "call_answered", "email_reply")


@stores(20)
@given(histories(), st.data())
def test_counts_lists_and_curves_are_the_reference(history: History, data: st.DataObject) -> None:
    def drawn(choices: tuple[str | None, ...], count: int) -> list[str | None]:
        return data.draw(st.lists(st.sampled_from(choices), min_size=count, max_size=count))

    first, *others = history.pipeline.stages
    known = replace(
        history,
        pipeline=replace(
            history.pipeline, stages=(replace(first, answer_within=4 * HOUR), *others)
        ),
        moves=tuple(
            (*move, by)  # type: ignore[misc]
            for move, by in zip(history.moves, drawn(MOVERS, len(history.moves)), strict=True)
        ),
        touches=tuple(
            (*(*touch, None, None)[:4], kind)
            for touch, kind in zip(history.touches, drawn(KINDS, len(history.touches)), strict=True)
        ),
    )
    view = data.draw(views(history))
    with tempfile.TemporaryDirectory() as folder:
        made = generation_of(Path(folder), known)
        scope = Scope(view, made)
        found, listed = response(scope), waiting(scope)
        lines = _by_hand(scope)
        by = [segment_text(line["segment"]) if view.by else None for line in lines]
        for row in found.rows.to_dict("records"):
            mine = [
                line
                for line, segment in zip(lines, by, strict=True)
                if segment == row["segment"] or view.by is None
            ]
            waits = [line for line in mine if line["answered_at"] is None]
            late = [line for line in waits if line["seconds"] > 4 * HOUR]
            assert (row["leads"], row["untouched"]) == (len(mine), len(waits))
            assert row["breaches"] == len(late)
            for name, seconds in (("within_5m", 300), ("within_1h", HOUR)):
                expected = _answered_by(mine, seconds)
                assert (None if pd.isna(row[name]) else row[name]) == pytest.approx(expected)
        assert found.leads == len(lines) == found.spans["leads"].sum()
        assert listed.count() == found.untouched == len(listed.rows)
        assert listed.where("breached").count() == found.rows["breaches"].sum()


def _by_hand(scope: Scope) -> list[dict[str, Any]]:
    """The leads that are counted, with how long each waited, opening by opening."""
    first, last = scope.parameters["period_start"], scope.parameters["period_end"]
    as_of, view = scope.as_of, scope.view
    by = view.by or "source"
    rows = scope.generation.query(f'select *, "{by}" as segment from stays')
    rows = rows.astype(object).where(rows.notna(), None)
    flow = view.mode == "flow"
    zone, calendar = scope.zone, scope.generation.pipeline.calendar
    times = list(
        openings(
            calendar, zone, scope.day(scope.generation.first_event), scope.day(as_of) + timedelta(1)
        )
    )
    found = []
    for row in rows.to_dict("records"):
        counted = row["entered_at"] if flow else row["created_at"]
        if not (first <= counted < last and row["entered_at"] <= as_of):
            continue
        if row["visit_number"] != 1 or row["stage"] == scope.generation.pipeline.slugs[-1]:
            continue
        if any(row[name] not in values for name, values in view.filters):
            continue
        answered = row["answered_at"]
        row["answered_at"] = None if answered is None or answered > as_of else answered
        until = min(answered or as_of, as_of)
        worked = sum(
            (max(timedelta(0), min(closes, until) - max(opens, row["entered_at"])))
            / timedelta(seconds=1)
            for opens, closes in times
        )
        found.append({**row, "seconds": worked})
    return found


def _answered_by(lines: list[dict[str, Any]], until: float) -> float | None:
    """The share answered by then, Kaplan and Meier's product step by step; None beyond all."""
    minutes = [
        (-(-line["seconds"] // 60) if line["answered_at"] else line["seconds"] // 60) * 60
        for line in lines
    ]
    left = 1.0
    for time in sorted(set(minutes)):
        at_risk = sum(each >= time for each in minutes)
        gone = sum(
            each == time and line["answered_at"] is not None
            for each, line in zip(minutes, lines, strict=True)
        )
        if time <= until:
            left *= 1 - gone / at_risk
    is_beyond = until > max(minutes, default=0) and _last(lines, minutes) > 0
    return None if is_beyond or not lines else 1 - left


def _last(lines: list[dict[str, Any]], minutes: list[float]) -> int:
    """How many are not answered when the last is observed."""
    return sum(
        line["answered_at"] is None and each == max(minutes)
        for line, each in zip(lines, minutes, strict=True)
    )
