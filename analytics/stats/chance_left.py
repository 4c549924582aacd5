"""Chance left: what may still come of leads that have stayed so long already.

(CIF(∞) − CIF(u)) ÷ S(u): of those still there after u, the share that goes on in a certain way. It
is Aalen–Johansen's incidence of just those who stayed beyond u, and so is its band; all u are
worked out at once, from the longest stay back. Whoever goes one way may be won by a chance below 1,
such as that from the stage it leads to; what is left is then the chance of being won.

Source:
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5; Gaynor and others (1993), JASA
    88, for the variance, here that of one step after another (the law of total variance), which is
    theirs where all who go one way are won, or none; docs/counting.md, The work list.
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
        chance: from 0 to 1; NaN where nobody stayed longer, or that of a way out is unknown
        low, high: its 95 % band
        at_risk: leads that were observed to stay longer
    """

    chance: Floats
    low: Floats
    high: Floats
    at_risk: Ints


def chance_left(curve: Curve, won: Mapping[str, float], stayed: Floats) -> ChanceLeft:
    """What is left to leads that have stayed so many seconds, each of `stayed`.

    won: the chance of those who go each way, NaN where it is unknown; of a way that is not named
        none. The band takes it for the share of the very leads that went there, at any time.
    """
    weighed = [(float(won.get(cause, 0.0)), left) for cause, left in curve.left.items()]
    nothing = np.zeros(curve.times.size)
    unknown = sum((left for each, left in weighed if math.isnan(each)), nothing)
    places = np.searchsorted(curve.times, stayed, side="right")
    at_risk = np.append(curve.at_risk, 0)[places]
    is_known = (at_risk > 0) & (_from_the_end(unknown)[places] == 0)
    after = places[is_known]
    survival = np.append(1.0, curve.survival)
    # The share of those at risk that leave and are won, and what its square comes to.
    gain, squares = (
        sum((each**power * left for each, left in weighed if each > 0), nothing) / curve.at_risk
        for power in (1, 2)
    )
    to_come = _from_the_end(survival[:-1] * gain)
    value = np.divide(to_come, survival, out=np.zeros_like(to_come), where=survival > 0)
    stays_on = 1 - curve.left_any / curve.at_risk
    step = squares + stays_on * value[1:] ** 2 - value[:-1] ** 2
    variance = _from_the_end(survival[:-1] ** 2 * step.clip(min=0.0) / curve.at_risk)
    chance = value[after].clip(max=1.0)
    spread = variance[after]
    for each, left in weighed:
        if each > 0:
            going = _from_the_end(survival[:-1] * left / curve.at_risk)[after]
            spread = spread + going**2 * each * (1 - each) / left.sum()
    error = np.sqrt(spread) / survival[after]
    # Where all are won or none is, it says as much as those who were seen to leave.
    left_later = _from_the_end(curve.left_any)[after]
    weight = np.divide(1.0, left_later, out=np.full(after.size, np.inf), where=left_later > 0)
    found = np.full((3, places.size), np.nan)
    found[:, is_known] = chance, *limits(chance, error, weight)
    return ChanceLeft(found[0], found[1], found[2], at_risk)


def _from_the_end(values: NDArray[Any]) -> Floats:
    """The sums of all values from each place on, and of none."""
    return np.append(np.cumsum(values[::-1])[::-1], 0)
