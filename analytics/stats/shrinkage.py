"""Shrinkage: the rates of segments, pulled towards their common one as far as chance explains them.

Each segment's true rate is drawn from one Beta distribution, fitted to all (Kleinman 1973, by
moments): a segment of three leads says little, so its rate is nearly the common one.
"""

from collections.abc import Sequence

import numpy as np

from analytics.stats.arrays import Floats


def fit(successes: Sequence[int], n: Sequence[int]) -> tuple[float, float]:
    """The a and b of the Beta distribution of segments with `successes[i]` of `n[i]`, n > 0.

    (inf, inf) where they differ by no more than chance makes them. Weighted by n.
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


def shrunk(successes: Sequence[int], n: Sequence[int]) -> Floats:
    """The rates (x + a) / (n + a + b), in the order of the segments."""
    x, size = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    a, b = fit(successes, n)
    if np.isinf(a):
        return np.full(len(x), x.sum() / size.sum())
    return np.asarray((x + a) / (size + a + b))
