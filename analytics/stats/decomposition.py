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

from analytics.stats.arrays import Floats
from analytics.stats.intervals import Z95

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
        is_reversal: Simpson's paradox: all segments of both periods move one way, or stay, and one
            at least moves; but the total does not go that way
    """

    before: float
    after: float
    rate: Floats
    mix: Floats
    error: float
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
        return self.rate_effect - Z95 * self.error, self.rate_effect + Z95 * self.error


def split(
    leads_before: Sequence[float] | Floats,
    successes_before: Sequence[float] | Floats,
    leads_after: Sequence[float] | Floats,
    successes_after: Sequence[float] | Floats,
) -> Split:
    """Splits the change of a rate over segments, one entry each and 0 where there are no leads.

    Segments may not overlap. Mix effects are centred on the mean rate of all leads, which moves
    nothing between rate and mix.

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
    variance = share**2 * (
        r0 * (1 - r0) / np.where(in_both, n0, np.inf)
        + r1 * (1 - r1) / np.where(in_both, n1, np.inf)
    )
    return Split(
        before=before,
        after=after,
        rate=share * (r1 - r0),
        mix=((r0 + r1) / 2 - (before + after) / 2) * (share1 - share0),
        error=math.sqrt(math.fsum(variance)),
        is_reversal=_is_reversal((r1 - r0)[in_both], after - before),
    )


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
class Velocity:
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


def velocity(before: Velocity, after: Velocity) -> Product:
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
