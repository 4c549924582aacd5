"""Mix: why a rate changed, because its segments did or because their shares of the leads did.

An exact split without residual, the same whichever period comes first (`metrics` §§ 3, 10).
Products of rates, and pipeline velocity, are split in logs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.intervals import Z95

_ROUNDING = 1e-12
"""What floating point may make of a change of nothing."""


@dataclass(frozen=True, eq=False)
class Split:
    """A change of a rate, as fractions: `after` − `before` = Σ rate + Σ mix, exactly.

    `rate`: by segment, what the change of its own rate did at its mean share of the leads; 0 for a
    segment that was there in one period only. `mix`: what the change of its share did, as far as
    its mean rate differs from the whole's. `error`: the standard error of `rate_effect`.
    `is_reversal`, Simpson's: every segment that was there in both moves one way, or stays, and one
    at least moves; but the whole does not go that way.
    """

    before: float
    after: float
    rate: Floats
    mix: Floats
    error: float
    is_reversal: bool

    @property
    def change(self) -> float:
        """By how much the whole changed."""
        return self.after - self.before

    @property
    def rate_effect(self) -> float:
        """What the segments' own rates did, all together."""
        return math.fsum(self.rate)

    @property
    def mix_effect(self) -> float:
        """What the shares of the segments did, all together."""
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
    """The split of the change of a rate over segments, one entry each and 0 where there are none.

    Segments may not overlap. Raises ValueError unless 0 ≤ successes ≤ leads and both periods have
    leads. Source: `metrics` § 10, centred by the mean of the two rates of the whole; the choice of
    the centre moves nothing between rate and mix.
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
    # A segment has the rate it is known to have, in the period without it too: so all of a new
    # or vanished one is mix, and the sum stays exact.
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

    `logs`: ln(after / before) of each factor, which sum to that of the product, exactly. `points`:
    the same in the product's unit, by the logarithmic mean (Ang 2004); they sum to its change.
    `weights`: each log over the sum of their absolute values, so that levers that cancel out do not
    make shares beyond all bounds; 0 where nothing changed.
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
        """What each factor did, in the product's unit."""
        # (after − before) / ln(after / before), also where that is 0 / 0.
        mean = self.before * (math.expm1(self.log) / self.log if self.log else 1)
        return tuple(mean * log for log in self.logs)

    @property
    def weights(self) -> tuple[float, ...]:
        """How much of all movement each factor is, with its sign."""
        moved = math.fsum(abs(log) for log in self.logs)
        return tuple(log / moved if moved else 0.0 for log in self.logs)


def steps(before: Sequence[float], after: Sequence[float]) -> Product:
    """The change of the end-to-end rate, over the rates of the transitions.

    Raises ValueError unless all are above 0: a rate of 0 is infinitely far from any other.
    """
    return _product(before, after, (1,) * len(before))


@dataclass(frozen=True)
class Velocity:
    """The levers of what a pipeline brings a day.

    `open`, qualified opportunities; `win`, the rate at which they are won, as a fraction; `amount`,
    the mean value won; `days`, the cycle.
    """

    open: float
    win: float
    amount: float
    days: float

    @property
    def per_day(self) -> float:
        """What it brings a day, in the unit of the amount."""
        return self.open * self.win * self.amount / self.days


def velocity(before: Velocity, after: Velocity) -> Product:
    """The change of velocity, over open, win, amount and days in this order (`metrics` § 3).

    A longer cycle counts as a loss: its log is −ln(after / before). Raises ValueError unless all
    are above 0.
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
