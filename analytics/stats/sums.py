"""Sums: how far the sum of what independent events brought could have been another one.

The number of events is as much due to chance as what each of them brought, so each is counted a
Poisson number of times, one on average: the bootstrap of a sum over a random number of events.

Source:
    Hanley and MacGibbon (2006), *Creating non-parametric bootstrap samples using Poisson
    frequencies*, Computer Methods and Programs in Biomedicine 83; docs/counting.md, What happened
    in a period.
"""

import math

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.intervals import Z95

RESAMPLES = 2_000
"""How often a sum is drawn anew."""

LARGE = 5_000
"""With as many events a sum is normal, and need not be drawn."""

_SEED = 20_260_101
_AT_ONCE = 2**20  # numbers drawn at a time: enough for speed, few enough for memory


def interval(amounts: Floats) -> tuple[float, float] | None:
    """The 95 % interval of the sum of what each of many independent events brought; None of none.

    Of a difference the events of the second kind count negatively. The same amounts, in whichever
    order, always have the same interval.
    """
    if not amounts.size:
        return None
    if amounts.size >= LARGE:
        reach = Z95 * math.sqrt(float((amounts**2).sum()))
        total = float(amounts.sum())
        return total - reach, total + reach
    ordered = np.sort(amounts)
    draw = np.random.default_rng(_SEED)
    rows = max(1, _AT_ONCE // ordered.size)
    sums: list[Floats] = []
    for start in range(0, RESAMPLES, rows):
        size = (min(rows, RESAMPLES - start), ordered.size)
        sums.append(draw.poisson(1.0, size) @ ordered)
    low, high = np.quantile(np.concatenate(sums), [0.025, 0.975])
    return float(low), float(high)
