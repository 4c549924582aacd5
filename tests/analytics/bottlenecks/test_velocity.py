"""Velocity is four levers of the same deals, and its change is theirs."""

import json
import math
import tempfile
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.bottlenecks.periods import DAYS
from analytics.bottlenecks.velocity import COLUMNS, LEVERS, Levers, Velocity, velocity
from analytics.export import to_records
from analytics.funnel.leads import leads
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from tests.analytics.funnel.test_eventual import Fate, fate
from tests.analytics.sources.test_costs import rate_of
from tests.support.histories import (
    SHORT,
    History,
    generation_of,
    histories,
    store_of,
    stores,
    views,
)
from tests.support.reference import Reference

YEAR = View(period=None, first=date(2024, 2, 1), last=date(2024, 2, 29))


def test_the_worked_example() -> None:
    """40 · .25 · 25 000 / 90 a day; a cycle shorter by a tenth brings a ninth more."""
    levers = Levers(open=40, deals=100, won=25, valued=25, win=0.25, amount=25_000, days=90)
    assert levers.per_day == pytest.approx(2777.78, abs=5e-3)
    faster = replace(levers, days=81).per_day
    assert faster is not None
    assert faster / (levers.per_day or 0) == pytest.approx(1.1111, abs=5e-5)


def test_nothing_comes_of_nothing() -> None:
    levers = Levers(open=0, deals=0, won=0, valued=0, win=None, amount=None, days=None)
    assert levers.per_day == 0
    assert replace(levers, open=3, deals=5, win=0.0, days=10.0).per_day == 0
    assert replace(levers, open=3, deals=5, win=0.2, days=10.0).per_day is None
    assert replace(levers, open=3, deals=5, win=0.2, amount=9.0, days=0.0).per_day is None


def test_by_hand(tmp_path: Path) -> None:
    """Two months of deals: of ten begun, won after 5 days, lost after 10, or still open.

    A deal is a lead at the prospect step here, the last one before the opportunity.
    """
    rows, moves = [], []
    for start, won, lost, amount in (
        (datetime(2024, 1, 10), 4, 3, 100.0),
        (datetime(2024, 2, 10), 5, 3, 200.0),
    ):
        for number in range(10):
            name = f"{start.month}-{number}"
            rows.append({"lead_id": name, "created_at": start, "amount": amount, "currency": "VND"})
            moves.append((name, "b", start))
            if number < won:
                moves.append((name, "c", start + timedelta(days=5)))
            elif number < won + lost:
                moves.append((name, "gone", start + timedelta(days=10)))
    end = datetime(2024, 3, 11)
    generation = store_of(
        tmp_path, rows, moves, touches=[("1-0", end)], pipeline=SHORT
    ).generation()
    found = velocity(Scope(YEAR, generation))
    assert (found.qualified, found.milestone) == ("prospect", "opportunity")
    assert (found.first_before, found.last_before) == (date(2024, 1, 1), date(2024, 1, 31))
    # February's as_of is 39 days after its start, January's 41, so 39 count.
    assert found.horizon == 39 * 86_400
    # open, deals, won, valued, win, amount, days: 4 for 5 days, 3 for 10, and 3 for all of 39.
    assert astuple(found.before) == pytest.approx((3, 10, 4, 4, 0.4, 100, 16.7))
    # Those of January are still open too; the ten days from the period's end to as_of add nobody.
    assert astuple(found.after) == pytest.approx((5, 10, 5, 5, 0.5, 200, 13.3))
    assert found.before.per_day == pytest.approx(3 * 0.4 * 100 / 16.7)
    assert found.ratio == pytest.approx((5 * 0.5 * 200 / 13.3) / (3 * 0.4 * 100 / 16.7))
    logs = [math.log(5 / 3), math.log(5 / 4), math.log(2), math.log(16.7 / 13.3)]
    assert found.rows["log_part"].tolist() == pytest.approx(logs)


def aalen_johansen(fates: list[Fate], horizon: float) -> tuple[float, float]:
    """The share won by a time, and the mean time up to it, deal by deal."""
    rows = fates
    still, share, area, last = Fraction(1), Fraction(0), Fraction(0), Fraction(0)
    for time in sorted({seconds for _, seconds in rows if seconds <= horizon}):
        area += still * (Fraction(time) - last)
        last = Fraction(time)
        at_risk = sum(seconds >= time for _, seconds in rows)
        won = rows.count(("advanced", time))
        share += still * Fraction(won, at_risk)
        still *= 1 - Fraction(won + rows.count(("lost", time)), at_risk)
    area += still * (Fraction(horizon) - last)
    return float(share), float(area) / 86_400


def assert_levers(
    held: History, view: View, days: tuple[date, date], found: Velocity, own: Levers
) -> None:
    """The levers of one period, lead by lead."""
    reference = Reference(held, view)
    place = len(reference.steps) - 2
    deals, amounts = [], []
    for lead in held.leads:
        ended = fate(reference, dict(lead), place)
        if ended is None:
            continue
        times = reference.reaches(lead)
        if not days[0] <= reference.day(times[place]) <= days[1]:
            continue
        deals.append(ended)
        if ended[0] == "advanced":
            rate = rate_of(held, lead["currency"], reference.day(times[place + 1]))
            if lead["amount"] is not None and rate is not None:
                amounts.append(lead["amount"] * rate)
    then = Reference(held, replace(view, as_of=min(days[1], reference.day(reference.as_of))))
    at_end = reference if reference.as_of <= then.as_of else then
    ends = [fate(at_end, dict(lead), place) for lead in held.leads]
    assert own.open == sum(ended is not None and ended[0] == "open" for ended in ends)
    assert (own.deals, own.valued) == (len(deals), len(amounts))
    assert own.won == sum(outcome == "advanced" for outcome, _ in deals)
    assert own.amount == (pytest.approx(sum(amounts) / len(amounts)) if amounts else None)
    if not deals:
        assert (own.win, own.days) == (None, None)
        return
    share, mean = aalen_johansen(deals, found.horizon)
    assert own.win == pytest.approx(share, abs=1e-12)
    assert own.days == pytest.approx(mean, abs=1e-9)


@stores(12)
@given(st.data())
def test_it_is_worked_out_deal_by_deal(data: st.DataObject) -> None:
    held = data.draw(histories(least=10, most=40))
    with tempfile.TemporaryDirectory() as folder:
        generation = generation_of(Path(folder), held)
        for drawn in data.draw(st.lists(views(held), min_size=4, max_size=4)):
            found = velocity(Scope(drawn, generation))
            plain = View(level="group", skipped=drawn.skipped, filters=drawn.filters)
            as_of = Scope(drawn, generation).as_of.replace(tzinfo=UTC)
            apart = found.last - found.last_before
            now = replace(plain, as_of=as_of)
            then = replace(plain, as_of=as_of - apart)
            assert_levers(held, now, (found.first, found.last), found, found.after)
            assert_levers(held, then, (found.first_before, found.last_before), found, found.before)
            assert_rows(found)


def assert_rows(found: Velocity) -> None:
    rows = found.rows
    assert list(rows.columns) == COLUMNS
    assert tuple(rows["lever"]) == LEVERS
    old, new = found.before.per_day, found.after.per_day
    if not old or not new:
        assert rows["log_part"].isna().all()
        return
    assert rows["log_part"].sum() == pytest.approx(math.log(new / old), abs=1e-9)
    assert rows["points"].sum() == pytest.approx(new - old, rel=1e-9, abs=1e-9)
    assert rows["weight"].abs().sum() == pytest.approx(1) or not rows["weight"].any()


def test_all_of_the_data_is_the_last_half_year(whole_sample: Generation) -> None:
    found = velocity(Scope(View(), whole_sample))
    assert (found.last - found.first).days + 1 == DAYS
    assert found.first - found.last_before == timedelta(days=1)
    assert found.qualified == "opportunity"
    # Open deals are those that the funnel says are open, and every count has its list.
    funnel_view = View(stage="opportunity")
    reached = leads(Scope(funnel_view, whole_sample)).rows
    won = leads(Scope(View(stage="customer"), whole_sample)).rows
    assert found.after.open <= len(reached) - len(won)
    assert found.after.win == pytest.approx(0.33, abs=0.02)
    assert found.ratio == pytest.approx(math.exp(found.rows["log_part"].sum()))


def test_of_the_levers_one_may_be_unknown(tmp_path: Path) -> None:
    """Nobody was won before: the change has no parts."""
    rows = [{"lead_id": "x", "created_at": "2024-02-05", "amount": 10.0}]
    moves = [("x", "b", "2024-02-06"), ("x", "c", "2024-02-09")]
    found = velocity(Scope(YEAR, store_of(tmp_path, rows, moves, pipeline=SHORT).generation()))
    assert (found.before.per_day, found.after.per_day) == (0, 0)
    assert (found.after.win, found.after.amount, found.ratio) == (1, 10, None)
    assert found.rows["log_part"].isna().all()
    assert pd.isna(found.rows.loc[1, "before"])


@pytest.mark.parametrize(("skipped", "deals"), [("passed", 1), ("strict", 0)])
def test_a_skipped_step_makes_a_deal_as_the_view_says(
    tmp_path: Path, skipped: str, deals: int
) -> None:
    rows, moves = [{"lead_id": "x", "created_at": "2024-02-05"}], [("x", "c", "2024-02-09")]
    generation = store_of(tmp_path, rows, moves, pipeline=SHORT).generation()
    found = velocity(Scope(replace(YEAR, skipped=skipped), generation))
    assert (found.after.deals, found.after.won) == (deals, deals)


def test_a_pipeline_of_one_group_goes_by_stages(tmp_path: Path) -> None:
    one = replace(SHORT, stages=tuple(replace(stage, group="lead") for stage in SHORT.stages))
    rows = [{"lead_id": "x", "created_at": "2024-02-05"}]
    found = velocity(Scope(YEAR, store_of(tmp_path, rows, pipeline=one).generation()))
    assert (found.qualified, found.milestone) == ("b", "c")


def test_on_the_command_line(tmp_path: Path) -> None:
    rows = [
        {"lead_id": f"{month}-{n}", "created_at": f"2024-0{month}-05", "amount": 10.0 * month}
        for month in (1, 2)
        for n in range(6)
    ]
    moves = [(f"{month}-{n}", "b", f"2024-0{month}-06") for month in (1, 2) for n in range(6)]
    moves += [(f"{month}-{n}", "c", f"2024-0{month}-1{n}") for month in (1, 2) for n in range(3)]
    store = store_of(tmp_path / "store", rows, moves, pipeline=SHORT)
    link = "from=2024-02-01&to=2024-02-29"
    answer = CliRunner().invoke(
        app, ["velocity", link, "--store", str(store.root), "--format", "json"]
    )
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["question"] == "velocity"
    assert told["rows"] == to_records(velocity(Scope(YEAR, store.generation())).rows)
    table = CliRunner().invoke(app, ["velocity", link, "--store", str(store.root)])
    assert "a day" in table.stderr
