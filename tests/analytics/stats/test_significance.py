"""Comparison: the worked example, and SciPy and statsmodels as the second opinion."""

from fractions import Fraction
from math import comb, erfc, isclose, sqrt

import pytest
import scipy
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analytics.stats.intervals import newcombe
from analytics.stats.significance import (
    Difference,
    against_rest,
    benjamini_hochberg,
    fisher,
    p_value,
    pooled_z,
)

Share = tuple[int, int]


def shares(most: int, least: int = 1) -> st.SearchStrategy[Share]:
    return st.integers(least, most).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def rows(difference: Difference | None) -> tuple[float, ...] | None:
    if difference is None:
        return None
    found = difference
    return found.difference, found.low, found.high, found.p_value, found.q_value


def test_worked() -> None:
    table = (30, 200, 18, 210)
    assert round(pooled_z(*table), 4) == 2.0237
    assert round(p_value(*table), 4) == 0.0430
    assert round(fisher(*table), 4) == 0.0467
    one, other = against_rest([30, 18], [200, 210])
    assert one is not None
    assert other is not None
    assert (round(one.difference, 4), round(one.low, 4), round(one.high, 4)) == (
        0.0643, 0.0016, 0.1283,
    )  # fmt: skip
    # Two segments are each other's rest: one question asked twice, and no more doubtful for it.
    assert round(one.p_value, 4) == round(one.q_value, 4) == 0.0430
    assert (other.difference, other.p_value) == pytest.approx((-one.difference, one.p_value))
    assert not one.is_exact


def test_worked_benjamini_hochberg() -> None:
    p_values = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]
    assert [round(q, 4) for q in benjamini_hochberg(p_values)] == [
        0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.0846, 0.205,
    ]  # fmt: skip
    assert benjamini_hochberg([]) == []


@given(st.lists(st.floats(0, 1), min_size=1))
def test_benjamini_hochberg_is_that_of_statsmodels(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    expected = multipletests(p_values, method="fdr_bh")[1]
    assert benjamini_hochberg(p_values) == pytest.approx(expected, rel=1e-12)


@given(shares(60, least=0), shares(60, least=0))
@example((3, 4), (1, 4))
@example((0, 0), (0, 0))
@example((5, 6), (2, 11))  # as likely as another table, but for rounding
def test_fisher_is_its_definition(one: Share, other: Share) -> None:
    (successes, n), (other_successes, other_n) = one, other
    total = successes + other_successes

    def ways(first: int) -> int:
        return comb(n, first) * comb(other_n, total - first)

    as_rare = sum(
        ways(first)
        for first in range(max(0, total - other_n), min(n, total) + 1)
        if ways(first) <= ways(successes)
    )
    expected = Fraction(as_rare, comb(n + other_n, total))
    assert fisher(*one, *other) == pytest.approx(float(expected), rel=1e-12)


@given(shares(3_000), shares(1_000_000))
@example((4_000, 4_000), (0, 10_000_000))
def test_fisher_is_that_of_scipy(one: Share, other: Share) -> None:
    table = [[part, whole - part] for part, whole in (one, other)]
    # SciPy takes tables for equally likely at 1e-14, we and R at 1e-7.
    expected = scipy.stats.fisher_exact(table).pvalue
    assert isclose(fisher(*one, *other), expected, rel_tol=1e-5, abs_tol=1e-290)


@given(shares(100_000), shares(100_000))
def test_z_is_that_of_statsmodels(one: Share, other: Share) -> None:
    from statsmodels.stats.proportion import proportions_ztest

    assume(0 < one[0] + other[0] < one[1] + other[1])
    z, p = proportions_ztest([one[0], other[0]], [one[1], other[1]])
    assert pooled_z(*one, *other) == pytest.approx(z, rel=1e-9, abs=1e-12)
    assert erfc(abs(pooled_z(*one, *other)) / sqrt(2)) == pytest.approx(p, rel=1e-9)


@given(st.lists(shares(200, least=0), max_size=8))
def test_each_segment_is_held_against_the_others(segments: list[Share]) -> None:
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.proportion import proportions_ztest

    found = against_rest([part for part, _ in segments], [whole for _, whole in segments])
    expected: list[tuple[float, float, float, float] | None] = []
    for place, (part, n) in enumerate(segments):
        others = [*segments[:place], *segments[place + 1 :]]
        rest, rest_n = sum(part for part, _ in others), sum(whole for _, whole in others)
        if n == 0 or rest_n == 0:
            expected.append(None)
            continue
        everyone, total = n + rest_n, part + rest
        counts = [n * total, n * (everyone - total), rest_n * total, rest_n * (everyone - total)]
        if min(counts) / everyone < 5:
            p = scipy.stats.fisher_exact([[part, n - part], [rest, rest_n - rest]]).pvalue
        else:
            p = proportions_ztest([part, rest], [n, rest_n])[1]
        expected.append((part / n - rest / rest_n, *newcombe(part, n, rest, rest_n), p))
    assert [answer is None for answer in found] == [answer is None for answer in expected]
    known = [answer for answer in expected if answer is not None]
    q_values = iter(
        multipletests([answer[3] for answer in known], method="fdr_bh")[1] if known else []
    )
    for answer, other in zip(found, expected, strict=True):
        if answer is not None and other is not None:
            assert rows(answer) == pytest.approx((*other, next(q_values)), rel=1e-6, abs=1e-12)


@given(
    st.lists(shares(500, least=0), max_size=8).flatmap(
        lambda segments: st.tuples(st.just(segments), st.permutations(range(len(segments))))
    )
)
def test_segments_in_another_order_have_the_same_answers(
    given_segments: tuple[list[Share], list[int]],
) -> None:
    segments, order = given_segments

    def answers(of: list[Share]) -> list[Difference | None]:
        return against_rest([part for part, _ in of], [whole for _, whole in of])

    found = answers(segments)
    assert answers([segments[place] for place in order]) == [found[place] for place in order]


def test_the_exact_test_takes_over_where_counts_are_few() -> None:
    # Expected successes of the first: 100 × 5 / 100 = 5, then just below it.
    enough, _ = against_rest([3, 7], [100, 100])
    few, _ = against_rest([3, 6], [100, 100])
    assert enough is not None
    assert few is not None
    assert not enough.is_exact
    assert few.is_exact
    assert few.p_value == fisher(3, 100, 6, 100)


def test_where_all_or_none_succeed_nothing_differs() -> None:
    for successes in ([0, 0, 0], [10, 200, 3000]):
        for answer in against_rest(successes, [10, 200, 3000]):
            assert answer is not None
            assert (answer.difference, answer.p_value, answer.q_value) == (0, 1, 1)


@pytest.mark.parametrize(
    ("successes", "n"), [([], []), ([3], [10]), ([3, 0], [10, 0]), ([0, 0], [0, 0])]
)
def test_without_a_rest_there_is_no_answer(successes: list[int], n: list[int]) -> None:
    assert against_rest(successes, n) == [None] * len(n)


def test_an_empty_segment_is_not_counted_among_those_tried() -> None:
    without = against_rest([30, 18, 25], [200, 210, 190])
    assert against_rest([30, 0, 18, 25], [200, 0, 210, 190]) == [without[0], None, *without[1:]]


@pytest.mark.parametrize(("successes", "n"), [([3, 11], [10, 10]), ([-1, 1], [5, 5])])
def test_what_is_no_share_is_refused(successes: list[int], n: list[int]) -> None:
    with pytest.raises(ValueError, match="more successes than leads"):
        against_rest(successes, n)


def test_millions_are_no_trouble() -> None:
    answers = against_rest([2_000_000, 900_000, 3], [10_000_000, 5_000_000, 4])
    assert [answer.is_exact for answer in answers if answer] == [False, False, True]
