"""Pairs: what 100 leads come to, and whether two funnels differ, no surer than they can be."""

import math
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.certainty import Certainty
from analytics.funnel.funnel import funnel
from analytics.funnel.pair import changes, changes_since, shares
from analytics.funnel.period_comparison import against_earlier
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Generation
from tests.support.histories import Move, store_of

START = datetime(2024, 1, 1)


def rows(*steps: dict[str, Any]) -> pd.DataFrame:
    """A funnel: of each step its leads, and its final rate with limits where it is final."""
    first = steps[0]["reached"]
    known = [
        {
            "stage": f"s{place}",
            "of_first": step["reached"] / first if first else None,
            "eventual": None,
            "eventual_low": None,
            "eventual_high": None,
            "eventual_is_final": None,
        }
        | step
        for place, step in enumerate(steps)
    ]
    return pd.DataFrame(known).astype(
        {"eventual": float, "eventual_low": float, "eventual_high": float, "of_first": float}
    )


def final(reached: int, low: float, rate: float, high: float) -> dict[str, Any]:
    return {
        "reached": reached,
        "eventual": rate,
        "eventual_low": low,
        "eventual_high": high,
        "eventual_is_final": True,
    }


def early(reached: int, rate: float) -> dict[str, Any]:
    return {"reached": reached, "eventual": rate, "eventual_is_final": False}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Forty leads a month for two months: of the newer half are still open."""
    leads: list[dict[str, Any]] = []
    moves: list[Move] = []
    for number in range(80):
        lead, came = f"L{number}", START + timedelta(days=31 * (number // 40))
        leads.append({"lead_id": lead, "created_at": came})
        if number % 2:
            moves.append((lead, "sal", came + timedelta(days=3)))
            moves.append((lead, "opportunity", came + timedelta(days=5 + number % 3)))
        elif number < 40:
            moves.append((lead, "lost", came + timedelta(days=4)))
    end = [("L0", START + timedelta(days=70))]
    return store_of(tmp_path_factory.mktemp("pair"), leads, moves, touches=end).generation()


def test_what_is_expected_is_the_product_of_the_steps(generation: Generation) -> None:
    scope = Scope(View(), generation)
    found = rows({"reached": 200}, final(100, 0.4, 0.5, 0.6), early(20, 0.3))
    first, second, third = shares(scope, found)
    assert (first.reached, first.now, first.expected, first.is_least) == (200, 1.0, 1.0, False)
    assert (second.now, second.expected, second.is_least) == (0.5, 0.5, False)
    assert third.now == 0.1
    assert third.expected == pytest.approx(0.15)
    assert third.is_least


def test_less_than_there_is_is_never_expected(generation: Generation) -> None:
    found = rows({"reached": 10}, final(6, 0.4, 0.5, 0.6))
    assert shares(Scope(View(), generation), found)[1].expected == 0.6


@pytest.mark.parametrize("mode", ["cohort", "flow"])
def test_nobody_is_expected_where_no_rate_is_known(generation: Generation, mode: str) -> None:
    found = rows({"reached": 0}, {"reached": 0})
    assert [each.expected for each in shares(Scope(View(mode=mode), generation), found)] == [
        None,
        None,
    ]


def test_a_stage_that_opens_a_group_says_what_the_group_says(generation: Generation) -> None:
    by_group, by_stage = (Scope(View(level=level), generation) for level in ("group", "stage"))
    groups = shares(by_group, funnel(by_group).rows)
    stages = {each.stage: each for each in shares(by_stage, funnel(by_stage).rows, groups)}
    for step, group in zip(by_group.steps, groups, strict=True):
        assert stages[step.opened_by].expected == group.expected
        assert stages[step.opened_by].reached == group.reached


@given(
    st.lists(st.tuples(st.floats(0.05, 0.9), st.floats(0.005, 0.2)), min_size=2, max_size=2),
)
def test_two_rates_differ_as_far_as_their_intervals_say(sides: list[tuple[float, float]]) -> None:
    """One step, no correction: the interval of the difference, by the squares of the two."""
    (one, around), (other, about) = sides
    found = changes(
        rows({"reached": 500}, final(99, one - around, one, one + around)),
        rows({"reached": 500}, final(99, other - about, other, other + about)),
    )
    (change,) = found
    half = math.sqrt(around**2 + about**2)
    assert change.difference == pytest.approx(one - other)
    assert (change.low, change.high) == pytest.approx((one - other - half, one - other + half))
    expected = Certainty.CERTAIN if abs(one - other) > half else Certainty.UNCLEAR
    if abs(abs(one - other) - half) > 1e-9:
        assert change.certainty is expected


def test_one_of_many_steps_has_to_be_surer() -> None:
    """A difference at the edge of its own interval is none of six for certain."""
    level = final(400, 0.45, 0.5, 0.55)
    edge = final(400, 0.505, 0.58, 0.655)
    here = [{"reached": 800}, edge, *[level] * 5]
    there = [{"reached": 800}, *[level] * 6]
    at_first, *others = changes(rows(*here), rows(*there))
    # 0.08 ± 0.09 touches zero; a little less of an interval does not.
    assert at_first.certainty is Certainty.UNCLEAR
    here[1] = final(400, 0.53, 0.58, 0.63)
    at_first, *others = changes(rows(*here), rows(*there))
    assert at_first.certainty is Certainty.LIKELY
    assert {each.certainty for each in others} == {Certainty.UNCLEAR}


def test_what_is_not_final_or_of_few_is_not_judged() -> None:
    few = {"reached": 40}
    found = changes(
        rows({"reached": 500}, early(100, 0.3)), rows({"reached": 500}, final(99, 0.1, 0.2, 0.3))
    )
    assert [(each.certainty, each.difference) for each in found] == [(Certainty.YOUNG, None)]
    found = changes(
        rows(few, final(30, 0.7, 0.75, 0.8)), rows({"reached": 900}, final(100, 0.1, 0.11, 0.12))
    )
    assert [each.certainty for each in found] == [Certainty.TOO_FEW]
    assert changes(rows({"reached": 0}, {"reached": 0}), rows({"reached": 0}, {"reached": 0}))[
        0
    ].certainty is (Certainty.TOO_FEW)


def compared(*steps: tuple[int, float, float, float]) -> pd.DataFrame:
    """Rows of two periods at one age: leads, and the difference with its limits."""
    names = ("n", "difference", "low", "high")
    found = [dict(zip(names, step, strict=True)) for step in steps]
    return pd.DataFrame(found).assign(
        stage=[f"s{place + 1}" for place in range(len(steps))], earlier_n=lambda row: row["n"]
    )


def test_periods_are_compared_at_one_age_also_where_they_are_young() -> None:
    """A young step that is level is too early; one that differs is not."""
    now = rows({"reached": 900}, final(400, 0.4, 0.45, 0.5), early(100, 0.3), early(50, 0.3))
    found = changes_since(
        compared((900, 0.01, -0.03, 0.05), (400, -0.2, -0.25, -0.15), (100, 0.0, -0.1, 0.1)), now
    )
    assert [each.certainty for each in found] == [
        Certainty.UNCLEAR,
        Certainty.CERTAIN,
        Certainty.YOUNG,
    ]


def test_the_rate_of_all_steps_together_is_none_of_them(generation: Generation) -> None:
    view = View.from_query({"from": "2024-02-01", "to": "2024-02-29", "compare": "previous"})
    scope = Scope(view, generation)
    found = changes_since(against_earlier(scope).rows, funnel(scope).rows)
    assert [each.stage for each in found] == [step.slug for step in scope.steps[1:]]
    assert {each.certainty for each in found} == {Certainty.TOO_FEW}
