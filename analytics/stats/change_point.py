"""Turning: since when a rate has been another, and whether it has at all.

One turn in a series of successes of n. The place is that with the largest likelihood ratio of two
rates against one (Hinkley and Hinkley 1970). As it was looked for among all places, its p value is
that of the largest ratio, by permutation, and the larger of two:

- the successes are dealt out anew among all leads: is it more than the luck of the leads?
- the periods are put in another order: is it more than periods differ anyway, for whatever reason?

Both assume no rate and no large numbers, so of series without a turn a share of ALPHA at most has a
p value up to ALPHA, whatever their size. By the second, fewer than eight periods can hardly tell. A
trend or seasons are no single rate either, and may be found as a turn.

Measured on 1000 series without a turn: 2 % found, and 5 % where the periods' rates differ by a
tenth or a fifth of themselves. With a turn after the twelfth of 18 months: .40 → .20 at 50 leads a
month always found; .40 → .30 at 100 a month 87 %, at 30 a month 31 %; .20 → .15 at 300 a month
91 %. The place found is within a month of the true one in 98, 84, 56 and 87 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.intervals import newcombe, wilson

ALPHA = 0.05
"""The share of series without a turn in which one may be found."""

DRAWS = 999
"""How many permutations of either kind are drawn; the smallest p value is 1 / (DRAWS + 1)."""

LEAST_PERIODS = 2
"""How many periods with leads are on either side of a turn, at least."""

_TIE = 1e-9


@dataclass(frozen=True)
class Turn:
    """The likeliest turn of a series.

    `place`: the first period of the new rate, as an index of the series. `successes_before` of
    `n_before` and `successes_after` of `n_after` are sums of the periods on its sides. `ratio`:
    twice the log of the likelihood ratio. `p_value`: how often a series without a turn has one
    at least as likely, anywhere.
    """

    place: int
    ratio: float
    p_value: float
    successes_before: int
    n_before: int
    successes_after: int
    n_after: int

    @property
    def is_found(self) -> bool:
        """Whether there is a turn, by more than chance."""
        return self.p_value <= ALPHA

    @property
    def before(self) -> float:
        """The rate before the turn."""
        return self.successes_before / self.n_before

    @property
    def after(self) -> float:
        """The rate since."""
        return self.successes_after / self.n_after

    @property
    def before_interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the rate before, the place taken as known."""
        return wilson(self.successes_before, self.n_before)

    @property
    def after_interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the rate since, the place taken as known."""
        return wilson(self.successes_after, self.n_after)

    @property
    def change_interval(self) -> tuple[float, float]:
        """The 95 % Newcombe interval of after − before, the place taken as known.

        The place was chosen to make the two differ, so for small turns this is too far out.
        """
        return newcombe(self.successes_after, self.n_after, self.successes_before, self.n_before)


def find(
    successes: Sequence[int] | Ints, n: Sequence[int] | Ints, *, draws: int = DRAWS, seed: int = 0
) -> Turn | None:
    """The likeliest turn of a series, one entry a period in order; its p value says if it is one.

    Periods without leads are passed over. None where there is nothing to turn: fewer than twice
    LEAST_PERIODS with leads, no success at all, or nothing else. The same series and seed give the
    same answer. Raises ValueError unless 0 ≤ successes ≤ n.
    """
    x, size = np.asarray(successes, dtype=np.int64), np.asarray(n, dtype=np.int64)
    if x.shape != size.shape or x.ndim != 1 or not ((x >= 0) & (x <= size)).all():
        raise ValueError("A period has more successes than leads.")
    there = np.flatnonzero(size)
    x, size = x[there], size[there]
    total, everyone = int(x.sum()), int(size.sum())
    if len(there) < 2 * LEAST_PERIODS or total in (0, everyone):
        return None
    ratios = _ratios(x[None], size[None])[0]
    best = int(ratios.argmax())
    random = np.random.default_rng(seed)
    dealt = random.multivariate_hypergeometric(size, total, draws, method="marginals")
    order = random.permuted(np.tile(np.arange(len(size)), (draws, 1)), axis=1)
    as_likely = max(
        int((_ratios(*series).max(axis=1) >= ratios[best] - _TIE).sum())
        for series in ((dealt, size[None]), (x[order], size[order]))
    )
    after = best + LEAST_PERIODS
    return Turn(
        place=int(there[after]),
        ratio=float(ratios[best]),
        p_value=(1 + as_likely) / (1 + draws),
        successes_before=int(x[:after].sum()),
        n_before=int(size[:after].sum()),
        successes_after=int(x[after:].sum()),
        n_after=int(size[after:].sum()),
    )


def _ratios(successes: Ints, n: Ints) -> Floats:
    """Twice the log likelihood ratio of each place: series × places."""
    places = slice(LEAST_PERIODS - 1, n.shape[1] - LEAST_PERIODS)
    early, n_early = successes.cumsum(axis=1)[:, places], n.cumsum(axis=1)[:, places]
    total, everyone = successes.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    apart = _likelihood(early, n_early) + _likelihood(total - early, everyone - n_early)
    return np.asarray(2 * (apart - _likelihood(total, everyone)))


def _likelihood(successes: Ints, n: Ints) -> Floats:
    """The log likelihood of successes of n at their own rate."""
    return _x_log_x(successes) + _x_log_x(n - successes) - _x_log_x(n)


def _x_log_x(x: Ints) -> Floats:
    return np.asarray(x * np.log(np.maximum(x, 1)))
