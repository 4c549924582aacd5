"""Sums of a random number of events: drawn intervals against those known, and what stays put."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import sums
from analytics.stats.companies import poisson_ratio
from analytics.stats.intervals import poisson


def test_ones_are_a_poisson_count() -> None:
    """A count drawn anew is Poisson around itself: as wide as the exact interval, nearly."""
    low, high = sums.interval(np.ones(100)) or (0.0, 0.0)
    exact_low, exact_high = poisson(100)
    assert low == pytest.approx(exact_low, abs=2.5)
    assert high == pytest.approx(exact_high, abs=2.5)


def test_it_is_normal_where_there_are_many() -> None:
    few, many = (np.tile([1.0, 3.0, -2.0], n) for n in (1_600, 1_700))
    assert few.size < sums.LARGE <= many.size
    for amounts in (few, many):
        low, high = sums.interval(amounts) or (0.0, 0.0)
        reach = 1.96 * math.sqrt((amounts**2).sum())
        assert (low, high) == pytest.approx(
            (amounts.sum() - reach, amounts.sum() + reach), abs=reach * 0.12
        )


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40), st.randoms())
def test_the_order_of_events_does_not_matter(amounts: list[float], random: Random) -> None:
    shuffled = amounts.copy()
    random.shuffle(shuffled)
    found = sums.interval(np.array(amounts))
    assert found is not None
    assert found == sums.interval(np.array(shuffled))
    assert found[0] <= found[1]


def test_nothing_has_no_interval() -> None:
    assert sums.interval(np.array([])) is None


def test_one_large_deal_is_no_certain_gain() -> None:
    """A hundred as large as before and one giant: mostly that one, which may not come again."""
    low, high = sums.interval(np.array([1.0] * 100 + [90.0] + [-1.0] * 100)) or (0.0, 0.0)
    assert low < 0 < high


@given(st.integers(0, 3_000), st.integers(0, 3_000), st.sampled_from((0.0, 0.5, 3.0)))
def test_a_ratio_says_what_the_test_of_square_roots_says(now: int, then: int, each: float) -> None:
    both = each * (now + then)
    found = poisson_ratio(now, then, both)
    if not now + then:
        assert found is None
        return
    assert found is not None
    low, high = found
    assert 0 <= low <= (now / then if then else math.inf) <= high
    deff = 1 + each
    z = math.sqrt(2) * abs(math.sqrt(now / deff) - math.sqrt(then / deff))
    if min(now, then) / deff >= 20 and abs(z - 1.96) > 0.05:
        assert (low > 1 or high < 1) == (z > 1.96)


def test_published_counts() -> None:
    """4,438 against 4,672 and 686 against 605 differ, 222 against 218 does not."""
    assert (poisson_ratio(4_438, 4_672) or (0, 9))[1] < 1
    assert (poisson_ratio(686, 605) or (0, 9))[0] > 1
    low, high = poisson_ratio(222, 218) or (0, 0)
    assert low < 1 < high
    from_nothing = poisson_ratio(5, 0)
    assert from_nothing is not None
    assert from_nothing[0] == pytest.approx(1.3015, abs=1e-3)
    assert from_nothing[1] == math.inf
