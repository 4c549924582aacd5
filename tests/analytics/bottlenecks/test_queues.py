"""Who waits is whom `waiting` counts; queues grow and shrink only when that is sure."""

import json
import math
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.bottlenecks.queues import COLUMNS, STATES, WEEKS, Queues, queues
from analytics.bottlenecks.visits import QUARTER, YEAR
from analytics.export import to_records
from analytics.scope import Scope
from analytics.stats.intervals import poisson
from analytics.time_in_stage.waiting import bands, waiting
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference, value_of

# A Monday; the data ends on the Sunday twelve weeks later.
START = datetime(2024, 1, 1)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
END = START + 12 * WEEK - timedelta(hours=1)


def made(root: Path, arrivals: list[int], exits: list[int]) -> Generation:
    """Leads that come to the first stage on the Tuesdays, and leave it on the Thursdays."""
    moves: list[tuple[str, str, datetime]] = []
    queue = [
        (f"{week}-{n}", START + week * WEEK + DAY)
        for week, count in enumerate(arrivals)
        for n in range(count)
    ]
    leads = [{"lead_id": name, "created_at": came, "team": "x"} for name, came in queue]
    touched = queue[0][0]
    for week, count in enumerate(exits):
        at = START + week * WEEK + 3 * DAY
        for _ in range(count):
            name, came = queue.pop(0)
            assert came <= at
            moves.append((name, "b", at))
            moves.append((name, "gone", at))
    return store_of(root, leads, moves, touches=[(touched, END)], pipeline=SHORT).generation()


def test_a_growing_queue(tmp_path: Path) -> None:
    generation = made(tmp_path, [20] * 12, [20] * 4 + [5] * 8)
    found = queues(Scope(View(), generation))
    assert list(found.rows.columns) == COLUMNS
    assert (found.weeks, found.first_day, found.last_day) == (
        WEEKS,
        date(2024, 1, 22),
        date(2024, 3, 17),
    )
    row = found.rows.set_index("stage").loc["a"]
    # The last week is not over before the Sunday is: eight weeks end a week before it.
    assert (row["arrivals"], row["exits"]) == (20, (20 + 7 * 5) / 8)
    assert row["open"] == 240 - 4 * 20 - 8 * 5
    assert row["weeks_of_backlog"] == pytest.approx(row["open"] / row["exits"])
    assert row["state"] == "growing"
    low, high = poisson(160), poisson(55)
    middle = 160 - 55
    assert row["growth"] == pytest.approx(middle / 8)
    assert row["growth_low"] == pytest.approx((middle - math.hypot(160 - low[0], high[1] - 55)) / 8)
    assert row["growth_high"] == pytest.approx(
        (middle + math.hypot(low[1] - 160, 55 - high[0])) / 8
    )


def test_states(tmp_path: Path) -> None:
    steady = made(tmp_path / "steady", [20] * 12, [20] * 12)
    shrinking = made(tmp_path / "shrinking", [200] + [5] * 11, [5] + [20] * 11)
    for generation, state in ((steady, "steady"), (shrinking, "shrinking")):
        assert queues(Scope(View(), generation)).rows.set_index("stage").loc["a", "state"] == state
    nobody = queues(Scope(View(), steady)).rows.set_index("stage").loc["b"]
    assert (nobody["open"], nobody["state"]) == (0, "steady")


def test_little_holds_in_a_steady_queue(tmp_path: Path) -> None:
    """Twenty a week who stay two days are 5.7 at a time; the data ends on a Sunday, with nobody."""
    row = (
        queues(Scope(View(), made(tmp_path, [20] * 12, [20] * 12))).rows.set_index("stage").loc["a"]
    )
    assert row["mean_seconds"] == pytest.approx(2 * 86_400)
    assert row["little_residual"] == pytest.approx(0 - 20 * 2 / 7)
    assert row["stays"] == 240


def test_lead_days_lost(tmp_path: Path) -> None:
    """Who came in the year before stayed two days, who came since five; ten wait."""
    leads: list[dict[str, Any]] = []
    moves: list[tuple[str, str, datetime]] = []
    start, turn = datetime(2023, 6, 1), datetime(2024, 6, 1)
    for n in range(300):
        created = start + n * 2 * DAY
        stay = 2 if created < turn else 5
        leads.append({"lead_id": f"{n}", "created_at": created})
        moves.append((f"{n}", "b", created + stay * DAY))
    end = turn + 80 * DAY
    leads = [lead for lead in leads if lead["created_at"] <= end - 6 * DAY]
    names = {lead["lead_id"] for lead in leads}
    leads += [{"lead_id": f"w{n}", "created_at": end - DAY} for n in range(10)]
    moves = [move for move in moves if move[0] in names]
    generation = store_of(tmp_path, leads, moves, touches=[("0", end)], pipeline=SHORT).generation()
    row = queues(Scope(View(), generation)).rows.set_index("stage").loc["a"]
    assert row["open"] == 10
    assert row["median_seconds"] == 5 * 86_400
    assert row["before_seconds"] == 2 * 86_400
    assert row["lead_days_lost"] == pytest.approx(10 * 3)


@stores(12)
@given(st.data())
def test_queues_are_those_who_wait(data: st.DataObject) -> None:
    history: History = data.draw(histories())
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), history)
        for _ in range(3):
            view = data.draw(views(history))
            found = queues(Scope(view, generation))
            whole = replace(view.during("all"), mode="cohort")
            counted = bands(Scope(whole, generation)).rows.set_index(["segment", "stage"])["open"]
            mine = found.rows.set_index(["segment", "stage"])["open"]
            assert mine.sum() == counted.sum() == len(waiting(Scope(whole, generation)).rows)
            assert mine[mine > 0].to_dict() == counted[counted > 0].to_dict()
            assert set(found.rows["state"]) <= set(STATES)
            assert_flow(found, view, history)


def assert_flow(found: Queues, view: View, history: History) -> None:
    """Arrivals and exits of everybody, by the definition."""
    rows, weeks = found.rows, found.weeks
    first, last = found.first_day, found.last_day
    reference = Reference(history, view)
    assert (last - first).days + 1 == 7 * weeks
    today = reference.day(reference.as_of)
    assert last < today
    if weeks:
        assert first.weekday() == 0
        assert first >= reference.day(history.instants[0])
        assert last + 7 * DAY >= today
    came = dict.fromkeys(history.pipeline.slugs[:-1], 0)
    went = dict(came)
    recent = dict(came)
    for lead in history.leads:
        if not all(value_of(lead, name) in values for name, values in view.filters):
            continue
        path = reference.visits(lead)
        for place, visit in enumerate(path):
            if visit.stage not in came:
                continue
            came[visit.stage] += first <= reference.day(visit.at) <= last
            recent[visit.stage] += (today - reference.day(visit.at)).days < QUARTER + YEAR
            if place + 1 < len(path):
                went[visit.stage] += first <= reference.day(path[place + 1].at) <= last
    by_stage = rows.groupby("stage")
    for stage in came:
        own = by_stage.get_group(stage) if stage in by_stage.groups else rows.iloc[:0]
        assert own["stays"].sum() == recent[stage]
        if weeks:
            assert own["arrivals"].sum() * weeks == pytest.approx(came[stage])
            assert own["exits"].sum() * weeks == pytest.approx(went[stage])
        else:
            assert own["arrivals"].isna().all()


def test_the_slow_queue_of_the_sample(whole_sample: Generation) -> None:
    """TP.HCM 2 keeps its SALs longest of all teams."""
    rows = queues(Scope(View(by="team"), whole_sample)).rows
    sal = rows[rows["stage"] == "sal"].set_index("segment")
    assert sal["median_seconds"].idxmax() == "TP.HCM 2"
    assert sal["lead_days_lost"].idxmax() == "TP.HCM 2"
    assert sal["weeks_of_backlog"].idxmax() == "TP.HCM 2"


def test_the_command(tmp_path: Path) -> None:
    generation = made(tmp_path, [20] * 12, [20] * 4 + [5] * 8)
    answer = CliRunner().invoke(
        app, ["queues", "by=team", "--store", str(generation.store.root), "--format", "json"]
    )
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["rows"] == to_records(
        queues(Scope(View(by="team"), generation)).rows
    )
