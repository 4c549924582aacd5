"""Intervals: the worked examples, and statsmodels as the second opinion."""

import math

import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.intervals import newcombe, poisson, poisson_p, wilson

shares = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 10, 0.0000, 0.2775),
        (1, 20, 0.0089, 0.2361),
        (18, 60, 0.1990, 0.4251),
        (55, 100, 0.4524, 0.6439),
        (10, 18, 0.3372, 0.7544),
    ],
)
def test_wilson_worked(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_worked() -> None:
    assert newcombe(30, 200, 18, 210) == pytest.approx((0.0016, 0.1283), abs=5e-5)


@given(shares)
def test_wilson_is_that_of_statsmodels(share: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import proportion_confint

    successes, n = share
    low, high = wilson(successes, n)
    assert (low, high) == pytest.approx(
        proportion_confint(successes, n, method="wilson"), abs=1e-12
    )
    assert 0 <= low <= successes / n <= high <= 1
    mirrored = wilson(n - successes, n)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-12)


@given(shares, shares)
def test_newcombe_is_that_of_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = newcombe(*one, *other)
    assert found == pytest.approx(
        confint_proportions_2indep(*one, *other, method="newcomb", compare="diff"), abs=1e-9
    )
    difference = one[0] / one[1] - other[0] / other[1]
    assert -1 <= found[0] <= difference + 1e-15
    assert difference - 1e-15 <= found[1] <= 1
    low, high = newcombe(*other, *one)
    assert (-high, -low) == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5), (1, 0)])
def test_what_is_no_share_is_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (8, 3.454, 15.763), (100, 81.364, 121.627)],
)
def test_poisson_worked(count: int, low: float, high: float) -> None:
    assert poisson(count) == pytest.approx((low, high), abs=6e-4)


@given(st.integers(0, 300) | st.integers(0, 2_000_000))
def test_poisson_is_that_of_scipy(count: int) -> None:
    low, high = poisson(count)
    expected_low = scipy.stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert (low, high) == pytest.approx(
        (expected_low, scipy.stats.chi2.ppf(0.975, 2 * count + 2) / 2), rel=1e-10
    )
    assert low <= count <= high


def test_less_than_nothing_is_no_count() -> None:
    with pytest.raises(ValueError, match="is not a count"):
        poisson(-1)


@given(st.integers(0, 400), st.floats(0.01, 400))
def test_the_p_value_of_a_count_is_twice_the_smaller_tail(count: int, mean: float) -> None:
    tails = scipy.stats.poisson.sf(count - 1, mean), scipy.stats.poisson.cdf(count, mean)
    assert poisson_p(count, mean) == pytest.approx(min(1.0, 2 * min(tails)), abs=1e-9)


@given(st.just(0.0) | st.floats(0.01, 400), st.floats(0.01, 400))
def test_a_mean_outside_the_interval_has_a_p_value_below_5_percent(
    count: float, mean: float
) -> None:
    low, high = poisson(count)
    if min(abs(mean - low), abs(mean - high)) > 1e-9:
        assert (poisson_p(count, mean) < 0.05) == (not low < mean < high)


def test_a_p_value_needs_a_mean() -> None:
    for count, mean in ((-1, 2), (1, 0), (1, math.nan)):
        with pytest.raises(ValueError, match="not a count"):
            poisson_p(count, mean)
