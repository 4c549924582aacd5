"""Chance left: what may still come of leads that have stayed so long already.

(CIF(∞) − CIF(u)) ÷ S(u): of those still there after u, the share that goes on in a certain way. It
is Aalen–Johansen's incidence of just those who stayed beyond u, and so is its band; all u are
worked out at once, from the longest stay back. Ways out may be worth less than 1, such as the
chance of being won from the stage that a lead goes on to; what is expected is then their sum.

Source:
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5; Gaynor and others (1993), JASA
    88, for the variance, here that of one step after another (the law of total variance), which is
    theirs where ways out are worth 1 or nothing; docs/counting.md, The work list.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Floats, Ints
from analytics.stats.survival import Curve, limits


@dataclass(frozen=True, eq=False)
class ChanceLeft:
    """What is left at each of some lengths of stay.

    Fields:
        chance: from 0 to 1; NaN where nobody stayed longer, or what a way out is worth is unknown
        low, high: its 95 % band
        at_risk: leads that were observed to stay longer
    """

    chance: Floats
    low: Floats
    high: Floats
    at_risk: Ints


def chance_left(curve: Curve, worth: Mapping[str, float], stayed: Floats) -> ChanceLeft:
    """What is left to leads that have stayed so many seconds, each of `stayed`.

    worth: of each way out, from 0 to 1, NaN where it is unknown; of one that is not named nothing.
        The band takes it as known.
    """
    weighed = [(float(worth.get(cause, 0.0)), left) for cause, left in curve.left.items()]
    nothing = np.zeros(curve.times.size)
    unknown = sum((left for each, left in weighed if math.isnan(each)), nothing)
    places = np.searchsorted(curve.times, stayed, side="right")
    at_risk = np.append(curve.at_risk, 0)[places]
    is_known = (at_risk > 0) & (_from_the_end(unknown)[places] == 0)
    after = places[is_known]
    survival = np.append(1.0, curve.survival)
    # What one lead at risk brings on the average at each time, and the square of that.
    brings, squares = (
        sum((each**power * left for each, left in weighed if each > 0), nothing) / curve.at_risk
        for power in (1, 2)
    )
    to_come = _from_the_end(survival[:-1] * brings)
    value = np.divide(to_come, survival, out=np.zeros_like(to_come), where=survival > 0)
    stays_on = 1 - curve.left_any / curve.at_risk
    step = squares + stays_on * value[1:] ** 2 - value[:-1] ** 2
    variance = _from_the_end(survival[:-1] ** 2 * step.clip(min=0.0) / curve.at_risk)
    chance = value[after].clip(max=1.0)
    error = np.sqrt(variance[after]) / survival[after]
    weight = curve.weight[-1:] / survival[after]
    found = np.full((3, places.size), np.nan)
    found[:, is_known] = chance, *limits(chance, error, weight)
    return ChanceLeft(found[0], found[1], found[2], at_risk)


def _from_the_end(values: NDArray[Any]) -> Floats:
    """The sums of all values from each place on, and of none."""
    return np.append(np.cumsum(values[::-1])[::-1], 0)
