"""A stop rule: when so few in a list are good, looked at as it is called, that it is no chance.

After every look the share is taken as drawn from a beta distribution, uniform before anything is
known. The list is stopped when it is sure enough that the share is below the one promised. How sure
is chosen so that a list that keeps its promise is stopped at any of the looks with a probability of
no more than `error`: to look often is paid for, not forgotten.

Source:
    Gelman and others (2013), Bayesian Data Analysis, 3rd ed., § 2.4, for the share; Armitage,
    McPherson and Rowe (1969), JRSS A 132, for the error of repeated looks; docs/counting.md,
    Quality.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np

from analytics.stats.arrays import Floats

ERROR = 0.05
BLOCK = 50
"""A look is planned after every so many numbers, or after some times as many in a long list."""
MOST_LOOKS = 20


@dataclass(frozen=True)
class StopRule:
    """When to stop, for a promised share.

    looks: after how many numbers, in order.
    bounds: at each look, with so many good ones or fewer; −1 where no result stops.
    sureness: how probable it is then that the share is below the promised one, at the least.
    error: how often a list is stopped that just keeps its promise; at most the error asked for.
    """

    promised: float
    looks: tuple[int, ...]
    bounds: tuple[int, ...]
    sureness: float
    error: float

    def stops_at(self, good: Sequence[int]) -> int | None:
        """The first look at which to stop, given the good ones by each look had; None for none."""
        for place, (count, bound) in enumerate(zip(good, self.bounds, strict=False)):
            if count <= bound:
                return place
        return None


def planned_looks(numbers: int) -> tuple[int, ...]:
    """After how many numbers a list of so many is looked at; never if shorter than a block."""
    step = BLOCK * max(1, -(-numbers // (BLOCK * MOST_LOOKS)))
    return tuple(range(step, numbers + 1, step))


def stop_rule(promised: float, looks: Sequence[int], error: float = ERROR) -> StopRule:
    """The rule for a promised share, of all that keep the error the one that stops earliest.

    Raises:
        ValueError: the share or the error is not between 0 and 1, or the looks do not rise.
    """
    if not 0 < promised < 1 or not 0 < error < 1:
        raise ValueError(f"A share of {promised} with an error of {error} is no rule.")
    if any(after <= before for before, after in zip((0, *looks), looks, strict=False)):
        raise ValueError("The looks must rise.")
    below = [_probabilities_below(promised, n) for n in looks]
    low, high = 0.5, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        if _error(promised, looks, _bounds(below, middle)) <= error:
            high = middle
        else:
            low = middle
    bounds = _bounds(below, high)
    return StopRule(promised, tuple(looks), bounds, high, _error(promised, looks, bounds))


def probability_below(promised: float, good: int, n: int) -> float:
    """How probable it is that the share is below the promised one, with so many good of n.

    Raises:
        ValueError: unless 0 ≤ good ≤ n.
    """
    if not 0 <= good <= n:
        raise ValueError(f"{good} of {n} is not a share.")
    return float(_probabilities_below(promised, n)[good])


def _probabilities_below(promised: float, n: int) -> Floats:
    """P(share < promised | good of n) for good = 0 … n.

    The beta distribution of good + 1 and n − good + 1 has the probability at p that a binomial one
    of n + 1 has of good + 1 or more.
    """
    upper: Floats = np.cumsum(_binomial(n + 1, promised)[::-1])[::-1]
    return np.asarray(upper[1:])


def _bounds(below: Sequence[Floats], sureness: float) -> tuple[int, ...]:
    # The probabilities fall as the good ones rise.
    return tuple(int((probabilities >= sureness).sum()) - 1 for probabilities in below)


def _error(promised: float, looks: Sequence[int], bounds: Sequence[int]) -> float:
    """How often a list of just the promised share is stopped at any look, exactly."""
    going: Floats = np.ones(1)
    stopped, before = 0.0, 0
    for look, bound in zip(looks, bounds, strict=True):
        going = np.convolve(going, _binomial(look - before, promised))
        stopped += float(going[: bound + 1].sum())
        going[: bound + 1] = 0
        before = look
    return stopped


def _binomial(n: int, share: float) -> Floats:
    """The probabilities of 0 … n successes."""
    return np.array(
        [
            exp(
                lgamma(n + 1)
                - lgamma(count + 1)
                - lgamma(n - count + 1)
                + count * log(share)
                + (n - count) * log(1 - share)
            )
            for count in range(n + 1)
        ]
    )
