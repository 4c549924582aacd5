"""Turning: the place by hand, false alarms as rare as stated, and how many turns are found."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import change_point
from analytics.stats.change_point import ALPHA, LEAST_PERIODS, find

period = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def log_likelihood(successes: int, n: int) -> float:
    parts = (successes, n - successes)
    return sum(part * math.log(part / n) for part in parts if part)


def test_a_plain_turn() -> None:
    turn = find([20, 22, 19, 21, 20, 20, 19, 23, 10, 9, 11, 10], [100] * 12)
    assert turn is not None
    assert turn.place == 8
    assert (turn.before, turn.after) == (0.205, 0.1)
    # Of the 12 · 11 · 10 · 9 / 4! ways to place the four low months, two set them apart.
    assert turn.p_value == pytest.approx(2 / 495, abs=0.004)
    assert turn.is_found


@given(st.lists(period, max_size=10), st.integers(0, 3))
def test_it_is_the_likeliest_place(series: list[tuple[int, int]], seed: int) -> None:
    successes, n = [x for x, _ in series], [n for _, n in series]
    turn = find(successes, n, draws=9, seed=seed)
    there = [place for place, size in enumerate(n) if size]
    if len(there) < 2 * LEAST_PERIODS or sum(successes) in (0, sum(n)):
        assert turn is None
        return
    ratios = {}
    for place in there[LEAST_PERIODS : len(there) - LEAST_PERIODS + 1]:
        sides = (slice(None, place), slice(place, None))
        apart = sum(log_likelihood(sum(successes[side]), sum(n[side])) for side in sides)
        ratios[place] = 2 * (apart - log_likelihood(sum(successes), sum(n)))
    assert turn is not None
    assert turn.ratio == pytest.approx(max(ratios.values()), abs=1e-9)
    assert ratios[turn.place] == pytest.approx(turn.ratio, abs=1e-9)
    assert turn.successes_before == sum(successes[: turn.place])
    assert turn.n_after == sum(n[turn.place :])
    assert 0.1 <= turn.p_value <= 1
    assert find(successes, n, draws=9, seed=seed) == turn


def ratio(series: list[tuple[int, int]]) -> float:
    """The largest of all places, as defined."""
    successes, n = [x for x, _ in series], [n for _, n in series]
    whole = log_likelihood(sum(successes), sum(n))
    return max(
        2
        * (
            log_likelihood(sum(successes[:place]), sum(n[:place]))
            + log_likelihood(sum(successes[place:]), sum(n[place:]))
            - whole
        )
        for place in range(LEAST_PERIODS, len(n) - LEAST_PERIODS + 1)
    )


def test_the_p_value_is_the_larger_share_of_all_permutations() -> None:
    """Of all ways to deal the successes and all orders of the periods, each one time."""
    for series in (
        [(0, 3), (1, 3), (2, 3), (2, 3)],
        [(1, 3), (1, 3), (2, 3), (2, 3)],  # more regular than luck: the deal is the larger
        [(0, 2), (0, 4), (3, 3), (1, 2), (2, 2)],
        [(2, 2), (3, 3), (2, 4), (0, 2), (0, 1)],
    ):
        n = [size for _, size in series]
        own = ratio(series) - 1e-9
        owners = [place for place, size in enumerate(n) for _ in range(size)]
        dealt = [
            ratio([(chosen.count(place), size) for place, size in enumerate(n)]) >= own
            for chosen in combinations(owners, sum(x for x, _ in series))
        ]
        ordered = [ratio(list(order)) >= own for order in permutations(series)]
        expected = max(sum(dealt) / len(dealt), sum(ordered) / len(ordered))
        turn = find([x for x, _ in series], n, draws=20_000)
        assert turn is not None
        assert turn.p_value == pytest.approx(expected, abs=0.012)


def test_periods_without_leads_are_passed_over() -> None:
    full = find([9, 8, 9, 1, 0, 1], [20] * 6)
    gaps = find([0, 9, 8, 9, 0, 0, 1, 0, 1, 0], [0, 20, 20, 20, 0, 0, 20, 20, 20, 0])
    assert full is not None
    assert gaps is not None
    assert (full.place, gaps.place) == (3, 6)
    assert full.p_value == gaps.p_value


def test_nothing_to_turn() -> None:
    assert find([], []) is None
    assert find([1, 2, 3], [9, 9, 9]) is None
    assert find([0] * 8, [9] * 8) is None
    assert find([9] * 8, [9] * 8) is None
    with pytest.raises(ValueError, match="more successes"):
        find([3] * 5, [2] * 5)
    with pytest.raises(ValueError, match="more successes"):
        find([1] * 5, [2] * 4)


@pytest.mark.parametrize(
    ("rate", "spread", "n"),
    [
        (0.3, 0, [40] * 24),
        (0.02, 0, [50] * 12),  # a success a period
        (0.5, 0, [3, 8, 200, 5, 90, 2, 30, 30, 400, 6, 7, 8]),  # periods of all sizes
        (0.3, 0.1, [100] * 24),  # each period's rate is another, by a tenth, by a fifth
        (0.3, 0.2, [100] * 24),
        (0.3, 0.2, [round(20 * 1.15**month) for month in range(24)]),  # and the intake grows
    ],
)
def test_false_alarms(rate: float, spread: float, n: list[int]) -> None:
    """Of 1000 series without a turn, up to ALPHA have one found, as far as 1000 can tell."""
    runs = 1_000
    random = np.random.default_rng(17)
    found = 0
    for run in range(runs):
        rates = np.clip(rate * (1 + spread * random.standard_normal(len(n))), 0, 1)
        turn = find(random.binomial(n, rates), n, draws=199, seed=run)
        found += turn is not None and turn.is_found
    assert found / runs <= ALPHA + 1.645 * math.sqrt(ALPHA * (1 - ALPHA) / runs)


@pytest.mark.parametrize(
    ("before", "after", "n", "power", "near"),
    [
        (0.40, 0.20, 50, 0.99, 0.95),
        (0.40, 0.30, 100, 0.84, 0.80),
        (0.20, 0.15, 300, 0.88, 0.84),
        (0.40, 0.30, 30, 0.28, 0.52),
    ],
)
def test_power(before: float, after: float, n: int, power: float, near: float) -> None:
    """Eighteen months, a turn at the thirteenth: how often it is found, and to a month where."""
    runs = 300
    random = np.random.default_rng(23)
    sizes = np.full(18, n)
    rates = np.where(np.arange(18) < 12, before, after)
    found = close = 0
    for run in range(runs):
        turn = find(random.binomial(sizes, rates), sizes, draws=199, seed=run)
        assert turn is not None
        found += turn.is_found
        close += abs(turn.place - 12) <= 1
    assert found / runs >= power
    assert close / runs >= near


def test_half_a_million_leads_do_not_matter() -> None:
    sizes = np.full(36, 15_000)
    turn = find((sizes * np.where(np.arange(36) < 20, 0.3, 0.29)).astype(int), sizes)
    assert turn is not None
    assert (turn.place, turn.p_value) == (20, 1 / (change_point.DRAWS + 1))
