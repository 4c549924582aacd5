"""Since then: two funnels of the same days, and an interval that knows that leads are the same."""

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel.funnel import funnel
from analytics.funnel.since_then import since_then
from analytics.scope import Scope
from analytics.stats.intervals import newcombe, wilson
from analytics.view.view import View
from tests.support.histories import SHORT, store_of, stores

DAYS = "2024-01-01 2024-01-20 2024-02-10".split()


@st.composite
def moved(draw: st.DrawFn) -> list[tuple[int, int]]:
    """For each lead the steps beyond the first that it had reached then, and has reached now."""
    steps = st.integers(0, 2)
    return draw(st.lists(st.tuples(steps, steps), min_size=1, max_size=30))


def moves(number: int, steps: int) -> list[tuple[str, str, str]]:
    return [(f"L{number}", "bc"[step], DAYS[step]) for step in range(steps)]


@stores(8)
@given(moved())
def test_it_is_two_funnels_and_an_interval_of_pairs(leads: list[tuple[int, int]]) -> None:
    rows = [{"lead_id": f"L{number}", "created_at": "2024-01-01"} for number in range(len(leads))]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for turn in (0, 1):
            made = [each for number, lead in enumerate(leads) for each in moves(number, lead[turn])]
            store = store_of(root, rows, made, pipeline=SHORT)
        then = Scope(View(data=1, level="stage"), store.generation(1))
        found = since_then(then, store.generation(2)).rows
        now = funnel(Scope(View(level="stage"), store.generation(2))).rows.set_index("stage")
        before = funnel(then).rows.set_index("stage")
        order = list(now.index)
        for row in found.itertuples(index=False):
            assert (row.n, row.reached) == tuple(now.loc[[row.of, row.stage], "reached"])
            known = tuple(before.loc[[row.of, row.stage], "reached"])
            assert (row.earlier_n, row.earlier_reached) == known
            if not row.n or not row.earlier_n:
                assert math.isnan(row.low)
                continue
            start, end = order.index(row.of), order.index(row.stage)
            assert (row.low, row.high) == pytest.approx(by_hand(leads, start, end))
            assert row.sure == (row.low > 0 or row.high < 0)


def by_hand(leads: list[tuple[int, int]], start: int, end: int) -> tuple[float, float]:
    """Newcombe's interval with the correlation of the leads that are in both, one by one."""
    was = [lead[0] >= end for lead in leads if lead[0] >= start]
    has = [lead[1] >= end for lead in leads if lead[1] >= start]
    first, second = sum(has) / len(has), sum(was) / len(was)
    shared = sum(
        ((lead[1] >= end) - first) * ((lead[0] >= end) - second)
        for lead in leads
        if min(lead) >= start
    ) / (len(has) * len(was))
    spread = math.sqrt(first * (1 - first) / len(has) * second * (1 - second) / len(was))
    rho = max(-1.0, min(1.0, shared / spread)) if spread else 0.0
    low, high = wilson(sum(has), len(has))
    low_was, high_was = wilson(sum(was), len(was))
    down = (first - low) ** 2 + (high_was - second) ** 2
    down -= 2 * rho * (first - low) * (high_was - second)
    up = (high - first) ** 2 + (second - low_was) ** 2
    up -= 2 * rho * (high - first) * (second - low_was)
    moved = first - second
    return moved - math.sqrt(max(down, 0)), moved + math.sqrt(max(up, 0))


def test_it_is_narrower_than_of_other_leads(tmp_path: Path) -> None:
    rows = [{"lead_id": f"L{number}", "created_at": "2024-01-01"} for number in range(60)]
    store_of(tmp_path, rows, [each for n in range(20) for each in moves(n, 1)], pipeline=SHORT)
    store = store_of(
        tmp_path, rows, [each for n in range(26) for each in moves(n, 1)], pipeline=SHORT
    )
    found = since_then(Scope(View(data=1, level="stage"), store.generation(1)), store.generation())
    row = next(found.rows.itertuples(index=False))
    low, high = newcombe(row.reached, row.n, row.earlier_reached, row.earlier_n)
    assert low < row.low < row.difference < row.high < high
    assert row.sure


def test_the_days_stay_and_the_filters_hold(tmp_path: Path) -> None:
    rows = [
        {
            "lead_id": f"L{number}",
            "created_at": f"2024-0{1 + number % 2}-05",
            "team": "AB"[number % 2],
        }
        for number in range(10)
    ]
    store_of(tmp_path, rows, pipeline=SHORT)
    later = {"lead_id": "late", "created_at": "2024-06-01", "team": "A"}
    store = store_of(tmp_path, [*rows, later], pipeline=SHORT)
    view = replace(View(period="all", level="stage"), filters=(("team", ("A",)),))
    then = Scope(view, store.generation(1))
    found = since_then(then, store.generation())
    assert found.rows["n"].iat[0] == 5
    assert found.asked.scope.days == then.days


def test_what_later_data_does_not_know_is_not_compared(tmp_path: Path) -> None:
    lead = {"lead_id": "L1", "created_at": "2024-01-01"}
    store_of(tmp_path, [{**lead, "product": "A"}], pipeline=SHORT)
    store = store_of(tmp_path, [lead], pipeline=SHORT)
    then = Scope(View(period="all", filters=(("product", ("A",)),)), store.generation(1))
    assert since_then(then, store.generation()).rows.empty
