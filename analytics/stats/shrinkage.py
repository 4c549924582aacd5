"""Shrinkage: the rates of segments, pulled towards their common one as far as chance explains them.

Each segment's true rate is taken as drawn from one beta distribution, fitted to all by moments: a
segment of three leads says little, so its shrunk rate is nearly the common one.

Source:
    Kleinman (1973), JASA 68; docs/counting.md, Bottlenecks.
"""

from collections.abc import Sequence

import numpy as np

from analytics.stats.arrays import Floats


def fit(successes: Sequence[float], n: Sequence[float]) -> tuple[float, float]:
    """The a and b of the beta distribution of segments with `successes[i]` of `n[i]`, n > 0.

    Returns:
        Moments weighted by n; (inf, inf) where segments differ by no more than chance.

    Source:
        Kleinman (1973).
    """
    x, size = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    weight = size / size.sum()
    mean = float(x.sum() / size.sum())
    chance = mean * (1 - mean)
    seen = float((weight * (x / size - mean) ** 2).sum())
    within = float((weight * (1 - weight) / size).sum())
    apart = float((weight * (1 - weight)).sum())
    if chance <= 0 or apart <= within:
        return np.inf, np.inf
    correlation = (seen - chance * within) / (chance * (apart - within))
    if correlation <= 0:
        return np.inf, np.inf
    strength = max(0.0, 1 / correlation - 1)
    return mean * strength, (1 - mean) * strength


def shrunk(successes: Sequence[float], n: Sequence[float]) -> Floats:
    """The shrunk rates (x + a) / (n + a + b) of segments with x of n, in their order."""
    x, size = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    a, b = fit(successes, n)
    if np.isinf(a):
        return np.full(len(x), x.sum() / size.sum())
    return np.asarray((x + a) / (size + a + b))
