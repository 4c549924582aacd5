"""The effect of a natural experiment: against least squares written out, and in the long run."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.natural_experiment import Effect, effect
from analytics.stats.student import t95

STORES = 300
DAYS, A_DAY, SOURCES = 250, 16, 6


def of_cases(stratum: list[int], cluster: list[int], first: list[bool], won: list[bool]) -> Effect:
    found = effect(
        np.array(stratum), np.array(cluster), np.array(first), np.ones(len(won), int), np.array(won)
    )
    assert found is not None
    return found


def test_of_one_stratum_it_is_the_difference_of_the_rates() -> None:
    first = [True] * 4 + [False] * 5
    won = [True, True, True, False, True, False, False, False, False]
    found = of_cases([0] * 9, list(range(9)), first, won)
    assert found.difference == pytest.approx(3 / 4 - 1 / 5)
    assert (found.low + found.high) / 2 == pytest.approx(found.difference)
    assert found.clusters == 9


def test_a_stratum_tells_by_how_many_it_has_of_either() -> None:
    # 2 and 2 weigh 1, 1 and 3 weigh 3/4: differences of 1/2 and −1/3.
    stratum, first = [0] * 4 + [1] * 4, [True, True, False, False, True, False, False, False]
    won = [True, True, True, False, False, True, False, False]
    found = of_cases(stratum, list(range(8)), first, won)
    assert found.difference == pytest.approx((1 * 0.5 - 0.75 / 3) / 1.75)


def test_cases_of_one_cluster_are_no_more_than_one() -> None:
    # Every case four times over, all of its cluster, tells what it told once.
    draw = np.random.default_rng(1)
    first, won = draw.random(60) < 0.5, draw.random(60) < 0.4
    once = of_cases([0] * 60, list(range(60)), first.tolist(), won.tolist())
    four = of_cases(
        [0] * 240, list(range(60)) * 4, np.tile(first, 4).tolist(), np.tile(won, 4).tolist()
    )
    assert four.difference == pytest.approx(once.difference)
    assert four.high - four.low == pytest.approx(once.high - once.low, rel=0.03)


@pytest.mark.parametrize(
    ("first", "cluster"), [([True, True], [0, 1]), ([True, False], [0, 0]), ([], [])]
)
def test_of_one_group_or_one_cluster_nothing_is_said(first: list[bool], cluster: list[int]) -> None:
    zeros = np.zeros(len(first), int)
    found = effect(zeros, np.array(cluster, int), np.array(first, bool), zeros + 1, zeros)
    assert found is None


cells = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 6), st.booleans(), st.integers(0, 5)), min_size=4
).filter(lambda rows: any(row[3] for row in rows))


@given(cells, st.randoms(use_true_random=False))
def test_it_is_least_squares_with_a_level_for_each_stratum(rows: Any, luck: Any) -> None:
    stratum, cluster, first, cases = (np.array(column) for column in zip(*rows, strict=True))
    won = np.array([luck.randint(0, n) for n in cases])
    found = effect(stratum, cluster, first.astype(bool), cases, won)
    expected = _by_hand(stratum, cluster, first, cases, won)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.difference, found.low, found.high) == pytest.approx(expected, abs=1e-9)


def _by_hand(stratum: Any, cluster: Any, first: Any, cases: Any, won: Any) -> Any:
    """Least squares case by case, its error from the scores of whole clusters."""
    lines = [
        (s, c, f, float(k < w))
        for s, c, f, n, w in zip(stratum, cluster, first, cases, won, strict=True)
        for k in range(n)
        if 0 < (cases * first)[stratum == s].sum() < cases[stratum == s].sum()
    ]
    groups = sorted({line[1] for line in lines})
    if len(groups) < 2:
        return None
    strata = sorted({line[0] for line in lines})
    design = np.array([[f, *(s == each for each in strata)] for s, _, f, _ in lines], float)
    y = np.array([line[3] for line in lines])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ y
    scores = [
        sum(
            (row * (won - row @ beta) for row, won, line in zip(design, y, lines, strict=True)
             if line[1] == group),
            np.zeros(len(beta)),
        )
        for group in groups
    ]  # fmt: skip
    meat = sum((np.outer(score, score) for score in scores), np.zeros((len(beta), len(beta))))
    n, k, many = len(y), len(beta), len(groups)
    few = many / (many - 1) * (n - 1) / max(n - k, 1)
    error = np.sqrt(max(0.0, few * (inverse @ meat @ inverse)[0, 0]))
    half = t95(many - 1) * error
    return beta[0], beta[0] - half, beta[0] + half


def simulated(draw: np.random.Generator, truth: float) -> Effect:
    """A made-up store: mornings good and bad, sources that differ, and a wait that costs so much.

    Of each morning some leads had waited since the evening before, more of some sources than of
    others; what they lose by it is `truth`.
    """
    day = np.repeat(np.arange(DAYS), A_DAY)
    source = draw.integers(SOURCES, size=day.size)
    is_forced = draw.random(day.size) < 0.3 + 0.08 * source
    chance = 0.15 + 0.04 * source + 0.06 * draw.standard_normal(DAYS)[day] + truth * is_forced
    won = draw.random(day.size) < chance.clip(0, 1)
    found = effect(source * 5 + day % 5, day, is_forced, np.ones(day.size, int), won.astype(int))
    assert found is not None
    return found


@pytest.mark.parametrize("truth", [-0.05, 0.0])
def test_its_interval_has_the_truth_in_95_of_100_stores(truth: float) -> None:
    draw = np.random.default_rng(2026)
    found = [simulated(draw, truth) for _store in range(STORES)]
    held = np.mean([each.low <= truth <= each.high for each in found])
    assert 0.93 <= held <= 0.97
    if truth == 0:
        assert np.mean([not each.low <= 0 <= each.high for each in found]) <= 0.07
