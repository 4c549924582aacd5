"""Student's t by Wallace's transformation, against SciPy."""

import math

import pytest
import scipy

from analytics.stats.intervals import Z95
from analytics.stats.student import t95, upper_tail


@pytest.mark.parametrize("freedom", [5, 7.5, 20, 100, 5_000])
def test_the_point_of_a_95_percent_interval(freedom: float) -> None:
    assert t95(freedom) == pytest.approx(scipy.stats.t.ppf(0.975, freedom), rel=0.003)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4])
def test_with_few_degrees_it_is_too_wide_rather_than_too_narrow(freedom: float) -> None:
    assert t95(freedom) >= scipy.stats.t.ppf(0.975, freedom)


def test_without_end_it_is_the_normal_distribution() -> None:
    assert t95(math.inf) == Z95
    assert upper_tail(0.03, math.inf) == 0.03


@pytest.mark.parametrize("freedom", [5, 12, 60])
@pytest.mark.parametrize("p_value", [0.9, 0.5, 0.05, 1e-3, 1e-6])
def test_a_p_value_is_the_tail_of_t_at_its_normal_point(freedom: float, p_value: float) -> None:
    expected = scipy.stats.t.sf(scipy.stats.norm.isf(p_value), freedom)
    assert upper_tail(p_value, freedom) == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("p_value", [0.0, 1.0])
def test_certainty_stays(p_value: float) -> None:
    assert upper_tail(p_value, 3) == p_value
