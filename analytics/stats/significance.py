"""Significance: which segments differ from the rest by more than chance.

Each segment is compared with all others together, never with a total that contains it, and p values
are corrected for the number of comparisons.

Source:
    Fisher (1935), *The logic of inductive inference*, JRSS 98; Benjamini and Hochberg (1995),
    JRSS B 57; docs/counting.md, Intervals and tests.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.intervals import newcombe

_FEW = 5
"""Where an expected count is below this, Fisher's exact test takes the place of the z test."""

LARGE = 10_000
"""Up to so many leads the test against a fixed rate is exact."""

_TIE = 1 + 1e-7
"""How much likelier a table may be and still count as equally likely, as in R."""


@dataclass(frozen=True)
class Difference:
    """A segment's rate minus that of the rest.

    Fields:
        difference: as a fraction
        low, high: its 95 % Newcombe interval
        p_value: two-sided, of Fisher's exact test where `is_exact`, else of the pooled z test
        q_value: the expected share of false alarms among the segments with a q value up to this
        is_exact: whether an expected count is too small for the z test
    """

    difference: float
    low: float
    high: float
    p_value: float
    q_value: float
    is_exact: bool


def against_rest(successes: Sequence[int], n: Sequence[int]) -> list[Difference | None]:
    """How the rate of each segment, `successes[i]` of `n[i]`, differs from that of all others.

    Segments may not overlap.

    Returns:
        One entry a segment, in their order; None, and not a comparison that was tried, for an empty
        segment and where the others are empty.

    Raises:
        ValueError: unless the two are as many and 0 ≤ successes ≤ n.
    """
    of_segments = list(zip(successes, n, strict=True))
    if not all(0 <= part <= whole for part, whole in of_segments):
        raise ValueError("A segment has more successes than leads.")
    all_successes, everyone = sum(successes), sum(n)
    against = [
        (part, whole, all_successes - part, everyone - whole) if 0 < whole < everyone else None
        for part, whole in of_segments
    ]
    tables = [table for table in against if table is not None]
    p_values = [p_value(*table) for table in tables]
    answers = zip(tables, p_values, benjamini_hochberg(p_values), strict=True)
    return [None if table is None else _difference(*next(answers)) for table in against]


def p_value(successes: float, n: float, other_successes: float, other_n: float) -> float:
    """The two-sided p value of a difference of two rates.

    The pooled z test; Fisher's exact test where a count expected under equal rates is below 5.
    """
    if has_few(successes, n, other_successes, other_n):
        return fisher(*map(int, (successes, n, other_successes, other_n)))
    return math.erfc(abs(pooled_z(successes, n, other_successes, other_n)) / math.sqrt(2))


def pooled_z(successes: float, n: float, other_successes: float, other_n: float) -> float:
    """The difference of two rates in standard errors, under one common rate.

    Raises:
        ZeroDivisionError: the common rate is 0 or 1.
    """
    rate = (successes + other_successes) / (n + other_n)
    error = math.sqrt(rate * (1 - rate) * (1 / n + 1 / other_n))
    return (successes / n - other_successes / other_n) / error


def fisher(successes: int, n: int, other_successes: int, other_n: int) -> float:
    """Fisher's exact test of two rates, two-sided: all tables no likelier than this one.

    As R and SciPy sum it, but without SciPy, which takes a second to import. Probabilities are
    built outwards from the likeliest table by their ratios, so that none is the difference of large
    logarithms.

    Source:
        Fisher (1935).
    """
    likelihood, first = _tables(successes, n, other_successes, other_n)
    as_rare = likelihood <= likelihood[successes - first] * _TIE
    return min(1.0, float(likelihood[as_rare].sum() / likelihood.sum()))


def _tables(successes: int, n: int, other_successes: int, other_n: int) -> tuple[Floats, int]:
    """How likely each table of these margins is, up to a factor, and the first one's successes."""
    total = successes + other_successes
    first, last = max(0, total - other_n), min(n, total)
    mode = min(max((n + 1) * (total + 1) // (n + other_n + 2), first), last)
    up = np.arange(mode, last, dtype=np.float64)
    down = np.arange(mode, first, -1, dtype=np.float64)
    # P(x + 1) / P(x) above the mode, P(x − 1) / P(x) below it.
    above = np.cumprod((n - up) * (total - up) / ((up + 1) * (other_n - total + up + 1)))
    below = np.cumprod(down * (other_n - total + down) / ((n - down + 1) * (total - down + 1)))
    return np.concatenate((below[::-1], [1.0], above)), first


def lower(successes: float, n: float, other_successes: float, other_n: float) -> float:
    """The one-sided p value of a rate being below another one.

    The pooled z test; Fisher's exact test where a count expected under equal rates is below 5.
    """
    if has_few(successes, n, other_successes, other_n):
        likelihood, first = _tables(*map(int, (successes, n, other_successes, other_n)))
        as_low = likelihood[: int(successes) - first + 1].sum() / likelihood.sum()
        return min(1.0, float(as_low))
    return math.erfc(-pooled_z(successes, n, other_successes, other_n) / math.sqrt(2)) / 2


def lower_than(successes: int, n: int, rate: float) -> float:
    """The one-sided p value of a rate being below a fixed one.

    Exact binomial up to LARGE leads, z beyond. A fixed rate of 0 or 1 leaves nothing to chance.
    """
    if not 0 < rate < 1:
        return 1.0 if rate <= 0 or successes == n else 0.0
    if n > LARGE:
        z = (successes - n * rate) / math.sqrt(n * rate * (1 - rate))
        return math.erfc(-z / math.sqrt(2)) / 2
    # From the likeliest count downwards and upwards by ratios, as in `fisher`.
    mode = min(int((n + 1) * rate), n)
    odds = rate / (1 - rate)
    up = np.arange(mode, n, dtype=np.float64)
    down = np.arange(mode, 0, -1, dtype=np.float64)
    above = np.cumprod((n - up) / (up + 1) * odds)
    below = np.cumprod(down / ((n - down + 1) * odds))
    likelihood = np.concatenate((below[::-1], [1.0], above))
    return min(1.0, float(likelihood[: successes + 1].sum() / likelihood.sum()))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """The q value of each of m p values: the least of p · m / rank over itself and all larger ones.

    Source:
        Benjamini and Hochberg (1995).
    """
    q_values = [1.0] * len(p_values)
    least = 1.0
    ranked = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, index in reversed(list(enumerate(ranked, start=1))):
        least = min(least, p_values[index] * len(p_values) / rank)
        q_values[index] = least
    return q_values


def has_few(successes: float, n: float, other_successes: float, other_n: float) -> bool:
    """Whether a count expected under equal rates is too small for the z test."""
    total, everyone = successes + other_successes, n + other_n
    return min(n, other_n) * min(total, everyone - total) < _FEW * everyone


def _difference(table: tuple[int, int, int, int], p_value: float, q_value: float) -> Difference:
    successes, n, other_successes, other_n = table
    low, high = newcombe(*table)
    return Difference(
        difference=successes / n - other_successes / other_n,
        low=low,
        high=high,
        p_value=p_value,
        q_value=q_value,
        is_exact=has_few(*table),
    )
