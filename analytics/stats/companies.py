"""Companies: how certain a rate is when leads of one company are not independent of each other.

Leads of one company tend to share their fate, so n of them say less than n leads apart. By how much
is the design effect, the variance of the rate with whole companies drawn over that with leads drawn
one by one. It is made of the pairs of leads of one company: with p the rate and y the successes,

    deff = 1 + Σ (yᵢ − p)(yⱼ − p) ÷ (n p (1 − p)), summed over ordered pairs i ≠ j of one company,

which is the linearised (sandwich) variance Σ (y_c − p m_c)² ÷ n² of a ratio over companies c of m_c
leads, and deff = 1 + ICC · pairs ÷ n with the pairwise intraclass correlation. Leads without a
company, and the only one of a company, are in no pair: where there are none, every function here
gives the number of `intervals` and `significance`, to the last bit.

An interval or a test is that of n ÷ deff leads at the same rate. That the design effect is itself
estimated, from few companies badly, is allowed for by t instead of z.

Source:
    Korn and Graubard (1998), Survey Methodology 24; Franco and others (2019), Journal of Survey
    Statistics and Methodology 7, for the interval of n ÷ deff leads; Rao and Scott (1992),
    Biometrics 48; Donald and Donner (1987), Statistics in Medicine 6, for the tests; Zou and Donner
    (2008), Statistics in Medicine 27, for the difference of dependent rates; Ridout and others
    (1999), Biometrics 55, for the pairwise correlation; docs/counting.md, Leads of one company.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics.stats import intervals, significance, student
from analytics.stats.arrays import Floats
from analytics.stats.intervals import Z95
from analytics.stats.significance import Difference

_LEAST_SHARE = 0.05  # of the variance of a difference that dependence may leave


@dataclass(frozen=True)
class Pairs:
    """The ordered pairs of two leads of one company within a group.

    Fields:
        all: how many, Σ m(m − 1) over companies of m leads in the group
        first: those whose first lead succeeded, Σ y(m − 1)
        both: those both of which did, Σ y(y − 1)
        fourths: Σ m⁴ over companies of two leads or more, which says how few companies decide
    """

    all: float = 0.0
    first: float = 0.0
    both: float = 0.0
    fourths: float = 0.0

    @classmethod
    def of(cls, row: Any, prefix: str = "") -> "Pairs":
        """Those of a row of SQL, or of something else with such fields: null for none.

        prefix: of the fields, where a row has the pairs of several groups.
        """
        return cls(*(_number(getattr(row, prefix + name)) for name in PAIRS))

    @classmethod
    def among(cls, leads: Floats, successes: Floats) -> "Pairs":
        """Those of companies with so many leads, and successes, each."""
        return cls(
            all=float((leads * (leads - 1)).sum()),
            first=float((successes * (leads - 1)).sum()),
            both=float((successes * (successes - 1)).sum()),
            fourths=float((leads[leads > 1] ** 4).sum()),
        )

    def __add__(self, other: "Pairs") -> "Pairs":
        return Pairs(
            self.all + other.all,
            self.first + other.first,
            self.both + other.both,
            self.fourths + other.fourths,
        )


PAIRS = ("pairs", "pairs_first", "pairs_both", "pairs_fourths")
"""The columns of SQL that have the fields of Pairs."""


@dataclass(frozen=True)
class Across:
    """The pairs of a lead of one group and a lead of another, both of one company.

    Fields:
        all: how many, Σ m₁m₂
        first, second: those whose lead of the first, of the second group succeeded
        both: those both of which did
    """

    all: float = 0.0
    first: float = 0.0
    second: float = 0.0
    both: float = 0.0

    @classmethod
    def of(cls, row: Any, name: str = "across") -> "Across":
        """Those of a row of SQL, or of something else with such fields: null for none.

        name: that stands in the fields for `across`, where a row has other pairs as well.
        """
        return cls(*(_number(getattr(row, each.replace("across", name))) for each in ACROSS))

    def moved(self, rate: float, other_rate: float) -> float:
        """Σ (y₁ − p₁m₁)(y₂ − p₂m₂): how far companies are on the same side of both rates."""
        return (
            self.both - other_rate * self.first - rate * self.second + rate * other_rate * self.all
        )


ACROSS = ("across", "across_first", "across_second", "across_both")
"""The columns of SQL that have the fields of Across."""

NO_PAIRS, NOT_ACROSS = Pairs(), Across()


@dataclass(frozen=True)
class Sample:
    """So many successes of n leads, of which some are of one company."""

    successes: int
    n: int
    pairs: Pairs = NO_PAIRS

    @property
    def rate(self) -> float:
        """The share that succeeded; there must be leads."""
        return self.successes / self.n

    @cached_property
    def freedom(self) -> float:
        """The degrees of freedom of the design effect: effective companies less one.

        (Σ m²)² ÷ Σ m⁴, with only companies of several leads in the second sum, as single leads
        leave nothing to estimate: as many as there are where all are equally large.
        """
        if self.pairs.fourths == 0:
            return math.inf
        return max(1.0, (self.n + self.pairs.all) ** 2 / self.pairs.fourths - 1)

    @property
    def wider(self) -> float:
        """By how much t for so few companies, and a rate fitted to them, widen an interval."""
        return student.t95(self.freedom) / Z95 * math.sqrt(1 + 1 / self.freedom)

    @property
    def alike(self) -> float:
        """The design effect, were the leads of each company all alike; there must be leads."""
        return 1 + self.pairs.all / self.n

    @cached_property
    def correlation(self) -> float:
        """The pairwise intraclass correlation: 1 where the leads of each company are all alike.

        Where all leads succeeded, or none, nothing tells, and they are taken as alike.
        """
        if self.pairs.all == 0:
            return 0.0
        return _correlation(self.rate, self.pairs)

    @property
    def deff(self) -> float:
        """The design effect, never below 1."""
        return self._deff(self.correlation)

    @cached_property
    def variance(self) -> float:
        """Of the rate, with whole companies drawn."""
        return self.rate * (1 - self.rate) * self.deff / self.n

    @cached_property
    def effective(self) -> tuple[float, float]:
        """As many successes of as many leads apart, for a 95 % interval as wide as t makes it."""
        if self.pairs.all == 0:
            return self.successes, self.n
        n = self.n / (self.deff * (student.t95(self.freedom) / Z95) ** 2)
        return (n if self.successes == self.n else n * self.rate), n

    def _deff(self, correlation: float) -> float:
        if self.pairs.all == 0:
            return 1.0
        # Residuals are from a rate that was fitted to them: by one effective company too small.
        few = 1 + 1 / self.freedom
        return (1 + max(0.0, correlation) * self.pairs.all / self.n) * few

    def thinned(self, deff: float) -> tuple[float, float]:
        """The counts of Rao and Scott: as many as leads apart that say as much."""
        return self.successes / deff, self.n / deff


def wilson(sample: Sample) -> tuple[float, float]:
    """The 95 % Wilson interval of a rate, as fractions.

    Raises:
        ValueError: as `intervals.wilson` does.

    Source:
        Korn and Graubard (1998); Franco and others (2019).
    """
    if sample.pairs.all == 0:
        return intervals.wilson(sample.successes, sample.n)
    return intervals.wilson(*sample.effective)


def newcombe(sample: Sample, other: Sample, across: Across = NOT_ACROSS) -> tuple[float, float]:
    """The 95 % Newcombe interval of the difference of two rates, as fractions.

    Raises:
        ValueError: as `intervals.wilson` does.

    Source:
        Zou and Donner (2008).
    """
    dependence = 0.0
    if across.all:
        spread = math.sqrt(sample.variance * other.variance)
        if spread > 0:
            moved = across.moved(sample.rate, other.rate) / (sample.n * other.n)
            dependence = max(-1.0, min(1.0, moved / spread))
    return intervals.newcombe(*sample.effective, *other.effective, dependence)


def p_value(sample: Sample, other: Sample, across: Across = NOT_ACROSS) -> float:
    """The two-sided p value of a difference of two rates: see `significance.p_value`.

    Source:
        Rao and Scott (1992); Donald and Donner (1987).
    """
    if _is_plain(sample, other, across):
        return significance.p_value(sample.successes, sample.n, other.successes, other.n)
    table, freedom = _table(sample, other, across)
    return min(1.0, 2 * student.upper_tail(significance.p_value(*table) / 2, freedom))


def lower(sample: Sample, other: Sample, across: Across = NOT_ACROSS) -> float:
    """The one-sided p value of a rate being below another one: see `significance.lower`.

    Source:
        Rao and Scott (1992); Donald and Donner (1987).
    """
    if _is_plain(sample, other, across):
        return significance.lower(sample.successes, sample.n, other.successes, other.n)
    table, freedom = _table(sample, other, across)
    return student.upper_tail(significance.lower(*table), freedom)


def lower_than(sample: Sample, rate: float) -> float:
    """The one-sided p value of a rate being below a fixed one: see `significance.lower_than`.

    Source:
        Rao and Scott (1992).
    """
    if sample.pairs.all == 0 or not 0 < rate < 1:
        return significance.lower_than(sample.successes, sample.n, rate)
    successes, n = sample.thinned(sample._deff(_correlation(rate, sample.pairs)))
    whole = max(1, round(n))
    counted = min(whole, math.ceil(successes / n * whole))
    return student.upper_tail(significance.lower_than(counted, whole, rate), sample.freedom)


def against_rest(samples: Sequence[Sample], across: Sequence[Across]) -> list[Difference | None]:
    """How the rate of each segment differs from that of all others: `significance.against_rest`.

    `across` are the pairs of each segment with the leads of all other segments.
    """
    if not any(sample.pairs.all for sample in samples) and not any(each.all for each in across):
        return significance.against_rest(
            [sample.successes for sample in samples], [sample.n for sample in samples]
        )
    everyone = whole(samples, across)
    rests = [rest_of(everyone, *each) for each in zip(samples, across, strict=True)]
    tried = [
        (sample, rest, pairs)
        for sample, rest, pairs in zip(samples, rests, across, strict=True)
        if sample.n and rest.n
    ]
    p_values = [1.0 if everyone.successes in (0, everyone.n) else p_value(*each) for each in tried]
    q_values = significance.benjamini_hochberg(p_values)
    answers = (
        _difference(*each, p, q) for each, p, q in zip(tried, p_values, q_values, strict=True)
    )
    return [
        next(answers) if sample.n and rest.n else None
        for sample, rest in zip(samples, rests, strict=True)
    ]


def whole(samples: Iterable[Sample], across: Iterable[Across]) -> Sample:
    """All segments together: pairs within one, and those of two."""
    successes, n, pairs = 0, 0, NO_PAIRS
    for sample in samples:
        successes, n, pairs = successes + sample.successes, n + sample.n, pairs + sample.pairs
    for each in across:
        pairs += Pairs(each.all, each.first, each.both)
    return Sample(successes, n, pairs)


def poisson(count: float, both: float) -> tuple[float, float]:
    """The 95 % interval of the mean of a count of leads: `intervals.poisson` for leads apart.

    Companies come at random, each with its leads: the variance is Σ y² rather than the count. The
    interval of so many fewer leads is exact, and wide enough without t. `both` are the ordered
    pairs of one company, Σ y(y − 1).
    """
    if both == 0:
        return intervals.poisson(count)
    deff = 1 + both / count
    low, high = intervals.poisson(count / deff)
    return low * deff, high * deff


def poisson_p(count: float, deff: float, mean: float) -> float:
    """The two-sided p value of a count of leads, were its mean `mean`: `intervals.poisson_p`.

    `deff`: by how much leads of one company widen its variance, as in `poisson`.
    """
    return intervals.poisson_p(count / deff, mean / deff)


def poisson_ratio(count: int, earlier: int, both: float = 0.0) -> tuple[float, float] | None:
    """The 95 % interval of how many times as many one count of leads is as another; None of none.

    Given both together, the first is a share of them that follows from the ratio: its Wilson
    interval, of so many fewer leads as those of one company leave: `both` are the ordered pairs of
    leads of one company, of either count.
    The upper end is infinite where nothing was before.

    Source:
        Przyborowski and Wilenski (1940), Biometrika 31, for the share; Wilson (1927).
    """
    together = count + earlier
    if not together:
        return None
    deff = 1 + both / together
    low, high = intervals.wilson(count / deff, together / deff)
    return low / (1 - low), math.inf if high == 1 else high / (1 - high)


def rest_of(everyone: Sample, sample: Sample, across: Across) -> Sample:
    """All leads but those of a segment."""
    own = sample.pairs
    # Each pair of two segments is twice among all: in either order.
    pairs = Pairs(
        all=everyone.pairs.all - own.all - 2 * across.all,
        first=everyone.pairs.first - own.first - across.first - across.second,
        both=everyone.pairs.both - own.both - 2 * across.both,
        fourths=everyone.pairs.fourths - own.fourths,
    )
    return Sample(everyone.successes - sample.successes, everyone.n - sample.n, pairs)


def _difference(
    sample: Sample, rest: Sample, across: Across, p_value: float, q_value: float
) -> Difference:
    low, high = newcombe(sample, rest, across)
    table = (sample.successes, sample.n, rest.successes, rest.n)
    return Difference(
        sample.rate - rest.rate, low, high, p_value, q_value, significance.has_few(*table)
    )


def _is_plain(sample: Sample, other: Sample, across: Across) -> bool:
    if sample.pairs.all == other.pairs.all == across.all == 0:
        return True
    # Nothing differs: there is no rate to tell a correlation by, and no need of one.
    return sample.successes + other.successes in (0, sample.n + other.n)


def _table(
    sample: Sample, other: Sample, across: Across
) -> tuple[tuple[float, float, float, float], float]:
    """The two groups as leads apart that say as much, and the degrees of freedom.

    Under one common rate, so with one correlation within companies; and where the same companies
    are in both groups, less of a difference is due to chance. Small groups become whole leads,
    rounded towards the common rate.
    """
    rate = (sample.successes + other.successes) / (sample.n + other.n)
    pairs = sample.pairs + other.pairs
    correlation = min(1.0, max(0.0, _correlation(rate, pairs))) if pairs.all else 0.0
    deffs = [each._deff(correlation) for each in (sample, other)]
    apart = deffs[0] / sample.n + deffs[1] / other.n
    if across.all:
        shared = across.moved(rate, rate) / (rate * (1 - rate))
        shared = max(-across.all, min(correlation * across.all, shared))
        left = max(_LEAST_SHARE, 1 - 2 * shared / (sample.n * other.n) / apart)
        deffs = [deff * left for deff in deffs]
    table = (*sample.thinned(deffs[0]), *other.thinned(deffs[1]))
    if significance.has_few(*table):
        table = (*_whole_leads(*table[:2], rate), *_whole_leads(*table[2:], rate))
    both = Sample(sample.successes + other.successes, sample.n + other.n, pairs)
    return table, both.freedom


def _whole_leads(successes: float, n: float, rate: float) -> tuple[int, int]:
    whole = max(1, round(n))
    counted = successes / n * whole
    return (math.ceil if successes / n < rate else math.floor)(counted), whole


def _correlation(rate: float, pairs: Pairs) -> float:
    chance = rate * (1 - rate)
    if chance == 0:
        return 1.0
    return (pairs.both - 2 * rate * pairs.first + rate**2 * pairs.all) / (chance * pairs.all)


def _number(value: Any) -> float:
    """A number of SQL; 0 where it is null."""
    return 0.0 if value is None or math.isnan(value) else float(value)
