"""Decomposition: why a rate changed, and which factor of a product did.

A rate changes because segments convert differently (rate effect) or because the mix of leads is
different (mix effect): an exact split without residual, the same whichever period comes first.
Products of rates, and pipeline velocity, are split in logs.

Source:
    Kitagawa (1955), JASA 50, for rate and mix; Ang (2004), Energy Policy 32, for products;
    docs/counting.md, Rate and mix, Pipeline velocity.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.stats import student
from analytics.stats.arrays import Floats, Ints

_ROUNDING = 1e-12
"""How far floating point may be from no change."""


@dataclass(frozen=True, eq=False)
class Split:
    """A change of a rate, as fractions: `after` − `before` = Σ rate + Σ mix, exactly.

    Fields:
        before, after: the rate of all leads in each period
        rate: by segment, the effect of its change in rate, at its mean share of the leads; 0 for a
            segment that was there in one period only
        mix: by segment, the effect of its change in share, as far as its mean rate differs from
            that of all
        error: the standard error of `rate_effect`
        errors: by segment, that of its effect in `rate`
        freedom, freedoms: the degrees of freedom of these, without end where all leads are apart
        is_reversal: Simpson's paradox: all segments of both periods move one way, or stay, and one
            at least moves; but the total does not go that way
    """

    before: float
    after: float
    rate: Floats
    mix: Floats
    error: float
    errors: Floats
    freedom: float
    freedoms: Floats
    is_reversal: bool

    @property
    def change(self) -> float:
        """By how much the rate of all leads changed."""
        return self.after - self.before

    @property
    def rate_effect(self) -> float:
        """The rate effect: of all segments converting differently."""
        return math.fsum(self.rate)

    @property
    def mix_effect(self) -> float:
        """The mix effect: of a different mix of leads."""
        return math.fsum(self.mix)

    @property
    def rate_interval(self) -> tuple[float, float]:
        """The 95 % interval of `rate_effect`, the shares taken as they are."""
        half = student.t95(self.freedom) * self.error
        return self.rate_effect - half, self.rate_effect + half

    def interval(self, segment: int) -> tuple[float, float]:
        """The 95 % interval of the effect of one segment in `rate`."""
        half = student.t95(float(self.freedoms[segment])) * float(self.errors[segment])
        return float(self.rate[segment]) - half, float(self.rate[segment]) + half


@dataclass(frozen=True, eq=False)
class Company:
    """The leads of companies with several, in one period: one entry per company and segment.

    Fields:
        company: which company, by the same number in both periods
        segment: which segment, as an index of those that are split
        leads, successes: how many of its leads are in the segment, and how many of them succeeded
    """

    company: Ints
    segment: Ints
    leads: Floats
    successes: Floats


def split(
    leads_before: Sequence[float] | Floats,
    successes_before: Sequence[float] | Floats,
    leads_after: Sequence[float] | Floats,
    successes_after: Sequence[float] | Floats,
    companies: tuple[Company, Company] | None = None,
) -> Split:
    """Splits the change of a rate over segments, one entry each and 0 where there are no leads.

    Segments may not overlap. `companies` are those of before and of after whose leads depend on
    each other: the errors are then linearised over companies (see `companies`). Mix effects are
    centred on the mean rate of all leads, which moves nothing between rate and mix.

    Raises:
        ValueError: unless 0 ≤ successes ≤ leads and both periods have leads.

    Source:
        Kitagawa (1955); docs/counting.md, Rate and mix.
    """
    n0, x0, n1, x1 = (
        np.asarray(each, dtype=np.float64)
        for each in (leads_before, successes_before, leads_after, successes_after)
    )
    for n, x in ((n0, x0), (n1, x1)):
        if n.shape != n0.shape or x.shape != n0.shape or not ((x >= 0) & (x <= n)).all():
            raise ValueError("A segment has more successes than leads.")
        if not n.sum() > 0:
            raise ValueError("A period has no leads.")
    in_both = (n0 > 0) & (n1 > 0)
    share0, share1 = n0 / n0.sum(), n1 / n1.sum()
    # In the period without it, a segment is given its rate of the other: so a new or vanished one
    # is all mix, and the sum stays exact.
    r0, r1 = _rates(x0, n0), _rates(x1, n1)
    r0, r1 = np.where(n0 > 0, r0, r1), np.where(n1 > 0, r1, r0)
    before, after = float(x0.sum() / n0.sum()), float(x1.sum() / n1.sum())
    share = (share0 + share1) / 2
    per_lead = [share / np.where(in_both, n, np.inf) for n in (n0, n1)]
    apart = share * (per_lead[0] * r0 * (1 - r0) + per_lead[1] * r1 * (1 - r1))
    weight = share * (per_lead[0] + per_lead[1])
    of_all, by_segment = _errors(apart, weight, companies, per_lead, (r0, r1))
    return Split(
        before=before,
        after=after,
        rate=share * (r1 - r0),
        mix=((r0 + r1) / 2 - (before + after) / 2) * (share1 - share0),
        error=float(of_all[0][0]),
        errors=by_segment[0],
        freedom=float(of_all[1][0]),
        freedoms=by_segment[1],
        is_reversal=_is_reversal((r1 - r0)[in_both], after - before),
    )


def _errors(
    apart: Floats,
    weight: Floats,
    companies: tuple[Company, Company] | None,
    per_lead: Sequence[Floats],
    rates: Sequence[Floats],
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """The standard errors and degrees of freedom, of all segments together and of each.

    `apart` are the variances were all leads apart, and `weight` the squares of what they count.
    """
    together = apart.sum(keepdims=True), weight.sum(keepdims=True)
    if companies is None:
        return _widened(*together), _widened(apart, weight)
    company, segment = (
        np.concatenate([getattr(each, name) for each in companies])
        for name in ("company", "segment")
    )
    effects = np.concatenate(
        [_effects(*each) for each in zip(companies, (-1.0, 1.0), per_lead, rates, strict=True)],
        axis=1,
    )
    nowhere = np.zeros_like(segment)
    return (
        _widened(*together, *_dependence(effects, company, nowhere, 1)),
        _widened(apart, weight, *_dependence(effects, company, segment, len(apart))),
    )


def _effects(company: Company, sign: float, per_lead: Floats, rates: Floats) -> Floats:
    """What each entry does to the rate effect: together, and the squares of its leads one by one.

    Then how much its leads count: together, and the squares one by one.
    """
    own, rate = per_lead[company.segment], rates[company.segment]
    leads, successes = company.leads, company.successes
    one_by_one = successes * (1 - rate) ** 2 + (leads - successes) * rate**2
    return np.stack(
        (sign * own * (successes - rate * leads), own**2 * one_by_one, own * leads, own**2 * leads)
    )


def _dependence(
    effects: Floats, company: Ints, segment: Ints, segments: int
) -> tuple[Floats, Floats, Floats]:
    """By segment, what the pairs of leads of one company add to the variance, and to the weight.

    And the fourth powers that say how few companies decide.
    """
    cells, cell = np.unique(company * segments + segment, return_inverse=True)
    moved, alone, size, sizes = (np.bincount(cell, each, len(cells)) for each in effects)
    pairs = size**2 - sizes
    fourths = np.where(pairs > _ROUNDING * size**2, size**4, 0.0)
    of = cells % segments
    added, paired, fourth = (
        np.bincount(of, each, segments).astype(np.float64)
        for each in (moved**2 - alone, pairs, fourths)
    )
    return added, paired, fourth


def _widened(
    apart: Floats,
    weight: Floats,
    added: Floats | float = 0.0,
    pairs: Floats | float = 0.0,
    fourths: Floats | float = 0.0,
) -> tuple[Floats, Floats]:
    """The errors and degrees of freedom, as in `companies`: never less than of leads apart."""
    endless = np.full(weight.shape, np.inf)
    effective = np.divide(
        (weight + pairs) ** 2, fourths, out=endless, where=np.asarray(fourths) > 0
    )
    freedom = np.maximum(effective - 1, 1.0)
    return np.sqrt(np.maximum(apart, (apart + added) * (1 + 1 / freedom))), freedom


def _rates(successes: Floats, n: Floats) -> Floats:
    rates: Floats = np.divide(successes, n, out=np.zeros(n.shape), where=n > 0)
    return rates


def _is_reversal(moved: Floats, change: float) -> bool:
    ways = {_sign(float(each)) for each in moved} - {0}
    return len(ways) == 1 and ways != {_sign(change)}


def _sign(change: float) -> int:
    return 0 if abs(change) <= _ROUNDING else (1 if change > 0 else -1)


@dataclass(frozen=True)
class Product:
    """A change of a product, over its factors.

    Fields:
        before, after: the product
        logs: ln(after / before) of each factor, which sum to that of the product, exactly

    Source:
        Ang (2004), the logarithmic mean Divisia index (LMDI).
    """

    before: float
    after: float
    logs: tuple[float, ...]

    @cached_property
    def log(self) -> float:
        """ln(after / before)."""
        return math.fsum(self.logs)

    @property
    def ratio(self) -> float:
        """After over before."""
        return math.exp(self.log)

    @property
    def points(self) -> tuple[float, ...]:
        """The effect of each factor in the product's unit, which sum to its change."""
        # (after − before) / ln(after / before), also where that is 0 / 0.
        mean = self.before * (math.expm1(self.log) / self.log if self.log else 1)
        return tuple(mean * log for log in self.logs)

    @property
    def weights(self) -> tuple[float, ...]:
        """Each log over the sum of their absolute values; 0 where nothing changed.

        So that factors that cancel out do not have shares without bounds.
        """
        moved = math.fsum(abs(log) for log in self.logs)
        return tuple(log / moved if moved else 0.0 for log in self.logs)


def steps(before: Sequence[float], after: Sequence[float]) -> Product:
    """The change of the end-to-end rate, over the rates of the steps.

    Raises:
        ValueError: unless all are above 0, as the log of 0 is not finite.
    """
    return _product(before, after, (1,) * len(before))


@dataclass(frozen=True)
class Factors:
    """The factors of pipeline velocity.

    Fields:
        open: qualified opportunities
        win: the win rate, as a fraction
        amount: the mean won value
        days: the length of the sales cycle
    """

    open: float
    win: float
    amount: float
    days: float

    @property
    def per_day(self) -> float:
        """Pipeline velocity: open · win · amount ÷ days, in the unit of the amount."""
        return self.open * self.win * self.amount / self.days


def velocity(before: Factors, after: Factors) -> Product:
    """The change of velocity, over open, win, amount and days in this order.

    A longer cycle counts as a loss: its log is −ln(after / before).

    Raises:
        ValueError: unless all are above 0.

    Source:
        docs/counting.md, Pipeline velocity.
    """
    first, second = ((each.open, each.win, each.amount, each.days) for each in (before, after))
    return _product(first, second, (1, 1, 1, -1))


def _product(before: Sequence[float], after: Sequence[float], powers: Sequence[int]) -> Product:
    if not all(each > 0 for each in (*before, *after)):
        raise ValueError("Only what is above 0 can be compared by ratio.")
    return Product(
        before=math.prod(old**power for old, power in zip(before, powers, strict=True)),
        after=math.prod(new**power for new, power in zip(after, powers, strict=True)),
        logs=tuple(
            power * math.log(new / old)
            for old, new, power in zip(before, after, powers, strict=True)
        ),
    )
