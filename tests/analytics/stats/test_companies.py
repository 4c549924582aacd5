"""Leads of one company, against the obvious: lists of leads, one by one, and all their pairs."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import companies, intervals, significance
from analytics.stats.companies import NOT_ACROSS, Across, Pairs, Sample
from tests import coverage, planted

Leads = Sequence[tuple[int, bool]]
"""(company, succeeded)"""

leads = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=25)


def pairs_of(found: Leads) -> Pairs:
    pairs = [(a, b) for i, a in enumerate(found) for j, b in enumerate(found) if i != j]
    own = [(a, b) for a, b in pairs if a[0] == b[0]]
    sizes = [sum(lead[0] == company for lead in found) for company in range(5)]
    return Pairs(
        all=len(own),
        first=sum(a[1] for a, _ in own),
        both=sum(a[1] and b[1] for a, b in own),
        fourths=sum(size**4 for size in sizes if size > 1),
    )


def across_of(found: Leads, others: Leads) -> Across:
    met = [(a, b) for a in found for b in others if a[0] == b[0]]
    return Across(
        all=len(met),
        first=sum(a[1] for a, _ in met),
        second=sum(b[1] for _, b in met),
        both=sum(a[1] and b[1] for a, b in met),
    )


def sample_of(found: Leads) -> Sample:
    return Sample(sum(won for _, won in found), len(found), pairs_of(found))


def sums(found: Leads) -> tuple[np.ndarray, np.ndarray]:
    """The leads of each company, and those that succeeded."""
    of = [[won for company, won in found if company == wanted] for wanted in range(5)]
    return np.array([len(each) for each in of], float), np.array([sum(each) for each in of], float)


@given(leads)
def test_pairs_are_sums_over_companies(found: Leads) -> None:
    assert pairs_of(found) == Pairs.among(*sums(found))


@given(leads)
def test_the_design_effect_is_the_linearised_variance_over_that_of_leads_apart(
    found: Leads,
) -> None:
    own = sample_of(found)
    if not 0 < own.successes < own.n:
        return
    m, y = sums(found)
    linearised = ((y - own.rate * m) ** 2).sum() / own.n**2
    apart = own.rate * (1 - own.rate) / own.n
    assert own.correlation * own.pairs.all / own.n + 1 == pytest.approx(linearised / apart)
    assert own.deff >= 1


@given(leads, leads)
def test_across_is_the_covariance_of_two_rates(found: Leads, others: Leads) -> None:
    (m1, y1), (m2, y2) = sums(found), sums(others)
    p1, p2 = y1.sum() / m1.sum(), y2.sum() / m2.sum()
    moved = across_of(found, others).moved(p1, p2)
    assert moved == pytest.approx(((y1 - p1 * m1) * (y2 - p2 * m2)).sum(), abs=1e-9)


@given(st.lists(leads, min_size=2, max_size=4))
def test_the_rest_of_a_segment_is_all_other_leads(segments: Sequence[Leads]) -> None:
    samples = [sample_of(each) for each in segments]
    others = [
        [lead for j, each in enumerate(segments) if j != i for lead in each]
        for i in range(len(segments))
    ]
    across = [across_of(each, other) for each, other in zip(segments, others, strict=True)]
    for own, other, met, found in zip(
        samples, others, across, companies.against_rest(samples, across), strict=True
    ):
        rest = sample_of(other)
        assert found is not None
        assert found.difference == pytest.approx(own.rate - rest.rate)
        assert 0 <= found.p_value <= found.q_value <= 1
        derived = companies.rest_of(companies.whole(samples, across), own, met)
        assert (derived.successes, derived.n) == (rest.successes, rest.n)
        for name in ("all", "first", "both"):
            assert getattr(derived.pairs, name) == pytest.approx(getattr(rest.pairs, name))


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_without_two_leads_of_a_company_nothing_changes(x: int, n: int, y: int, m: int) -> None:
    x, y = min(x, n), min(y, m)
    own, other = Sample(x, n), Sample(y, m)
    assert companies.wilson(own) == intervals.wilson(x, n)
    assert companies.newcombe(own, other) == intervals.newcombe(x, n, y, m)
    if 0 < x + y < n + m:
        assert companies.p_value(own, other) == significance.p_value(x, n, y, m)
        assert companies.lower(own, other) == significance.lower(x, n, y, m)
    assert companies.lower_than(own, 0.3) == significance.lower_than(x, n, 0.3)
    assert companies.poisson(x, 0) == intervals.poisson(x)
    apart = companies.against_rest([own, other], [NOT_ACROSS, NOT_ACROSS])
    assert apart == significance.against_rest([x, y], [n, m])


def alike(number: int, size: int, won: int) -> Sample:
    """So many companies of one size, each with one fate."""
    sizes = np.full(number, float(size))
    successes = sizes * (np.arange(number) < won)
    return Sample(won * size, number * size, Pairs.among(sizes, successes))


def test_leads_that_are_all_alike_say_as_much_as_their_companies() -> None:
    own = alike(50, 4, 20)
    assert own.correlation == pytest.approx(1)
    assert own.freedom == pytest.approx(49)
    assert own.deff == pytest.approx(4 * 50 / 49)
    low, high = companies.wilson(own)
    few_low, few_high = intervals.wilson(20, 50)
    assert low == pytest.approx(few_low, abs=0.01)
    assert high == pytest.approx(few_high, abs=0.01)
    assert high - low > few_high - few_low


def test_where_none_succeeded_companies_are_taken_as_alike() -> None:
    low, high = companies.wilson(alike(10, 4, 0))
    assert low == 0
    assert high > intervals.wilson(0, 10)[1]
    assert companies.wilson(alike(10, 4, 10))[1] == 1


def test_a_test_counts_companies_and_not_their_leads() -> None:
    own, other = alike(40, 4, 10), alike(40, 4, 18)
    of_leads = significance.p_value(40, 160, 72, 160)
    of_companies = significance.p_value(10, 40, 18, 40)
    assert of_leads < 0.001
    assert companies.p_value(own, other) == pytest.approx(of_companies, rel=0.25)
    assert companies.lower(own, other) == pytest.approx(of_companies / 2, rel=0.25)
    assert companies.lower_than(own, 0.45) > 0.001 > significance.lower_than(40, 160, 0.45)


def test_the_same_companies_in_both_groups_leave_less_to_chance() -> None:
    m, y = np.full(60, 2.0), np.full(60, 2.0) * (np.arange(60) % 3 == 0)
    own = Sample(int(y.sum()), int(m.sum()), Pairs.among(m, y))
    met = Across(float(m @ m), float(y @ m), float(m @ y), float(y @ y))
    low, high = companies.newcombe(own, own, met)
    wide_low, wide_high = companies.newcombe(own, own)
    assert -0.04 < low < 0 < high < 0.04
    assert wide_low < -0.1 < 0.1 < wide_high


def test_customers_of_one_company_are_one_event() -> None:
    low, high = companies.poisson(40, both=40 * 3)  # ten companies of four
    assert (low, high) == pytest.approx([4 * limit for limit in intervals.poisson(10)])
    assert companies.poisson_p(40, 4, 80) == intervals.poisson_p(10, 20)
    of_ten = companies.poisson_ratio(10, 20)
    assert companies.poisson_ratio(40, 80, both=120 * 3) == pytest.approx(of_ten)


@pytest.mark.parametrize("a_company", planted.LEADS_A_COMPANY)
def test_intervals_cover_the_truth(a_company: float) -> None:
    """Fewer runs than `python -m tests.planted` has: by as much less sure."""
    runs = 120
    slack = 3 * (0.05 * 0.95 / runs) ** 0.5
    for name, share in coverage.of_intervals(
        a_company, runs, planted.COVERED_LEADS, planted.COVERED_RATES
    ):
        assert planted.COVERAGE[0] - slack <= share, name
