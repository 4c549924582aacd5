"""A natural experiment: chance put cases into two groups; what difference does that make to a rate?

The difference of the two rates is taken within strata, each weighted by how much it tells, which is
the coefficient of a linear model with a level for each stratum. Cases of one cluster, such as those
of one morning, share what they were met with, so that the error is that between clusters.

Source:
    Liang and Zeger (1986), Biometrika 73, for the error, with the correction of Stata for few
    clusters; Freedman (2008), Annals of Applied Statistics 2, on rates in linear models;
    docs/counting.md, Does speed matter here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.student import t95


@dataclass(frozen=True)
class Effect:
    """The rate of those who were put into the first group, less that of the others.

    low, high: its 95 % interval. clusters: on how many it rests.
    """

    difference: float
    low: float
    high: float
    clusters: int


def effect(
    stratum: NDArray[np.intp],
    cluster: NDArray[np.intp],
    is_first: Flags,
    cases: Ints,
    successes: Ints,
) -> Effect | None:
    """The effect of being in the first group, over cells of cases.

    Each cell has so many `cases`, of which so many are `successes`, all of one stratum and cluster
    (numbers from 0) and one group. Strata with one group alone tell nothing. None where no stratum
    has both, or these are of one cluster.
    """
    n = cases.astype(np.float64)
    first = _share(stratum, n * is_first, n)
    beyond = is_first - first[stratum]
    told = (first > 0) & (first < 1)
    kept = told[stratum] & (n > 0)
    total = float((n * beyond**2)[kept].sum())
    clusters, place = np.unique(cluster[kept], return_inverse=True)
    if not total or len(clusters) < 2:
        return None
    usual = _share(stratum, successes, n)
    difference = float((successes * beyond)[kept].sum()) / total
    rest = successes - n * (usual[stratum] + difference * beyond)
    scores = np.bincount(place, weights=(beyond * rest)[kept])
    many, strata = float(n[kept].sum()), int(np.count_nonzero(np.bincount(stratum[kept])))
    freedom = max(many - strata - 1, 1.0)
    few = len(clusters) / (len(clusters) - 1) * (many - 1) / freedom
    error = float(np.sqrt(few * (scores**2).sum())) / total
    half = t95(len(clusters) - 1) * error
    return Effect(difference, difference - half, difference + half, len(clusters))


def _share(stratum: NDArray[np.intp], part: Floats | Ints, whole: Floats) -> Floats:
    """The share of a part in each stratum; 0 of one without cases."""
    most = int(stratum.max(initial=-1)) + 1
    of_part = np.bincount(stratum, weights=part, minlength=most)
    of_whole = np.bincount(stratum, weights=whole, minlength=most)
    return np.divide(of_part, of_whole, out=np.zeros(most), where=of_whole > 0)
