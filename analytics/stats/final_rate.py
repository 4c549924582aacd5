"""The final rate: the share that will have gone one way, as far as the follow-up can tell.

Source:
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5; Gaynor and others (1993),
    JASA 88, for the variance; Manski (1990), American Economic Review 80, for the bounds where the
    follow-up is too short; Imbens and Manski (2004), Econometrica 72, for their interval;
    docs/counting.md, Projected final rate.
"""

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Floats, Ints
from analytics.stats.companies import Pairs, Sample
from analytics.stats.intervals import Z95, wilson
from analytics.stats.survival import ROUNDING, STILL_THERE, Curve, index_at, limits

SLIGHT = 0.05
"""The most that may still be at risk where the follow-up of a final rate ends, as a share."""

_CONFIDENCE = 0.95
_Z95_ONE_SIDED = 1.6448536269514722


@dataclass(frozen=True)
class Incidence:
    """The share of leads gone one way by a time, as far as the follow-up can tell.

    The follow-up ends at the last observed time; or sooner, where so few are left at risk that a
    single departure would move the curve by more than SLIGHT (and by more than two of the original
    leads would). Where it is too short for the time in question, the share is "at least".

    Fields:
        value: the Aalen–Johansen estimate
        is_final: whether at most SLIGHT of the leads are still there where the follow-up ends, or
            it reaches the time in question
        at_least, at_most: between which the true share is, with 95 % confidence: from the share
            gone this way by the end of the follow-up if none of those still there goes this way,
            to that if all do, each with its sampling error
        seconds: the last observed time that the estimate rests on
        at_risk: leads there just before it
    """

    value: float
    is_final: bool
    at_least: float
    at_most: float
    seconds: float
    at_risk: int

    @property
    def low(self) -> float | None:
        """The lower end of the 95 % interval of the value; None where it is not final."""
        return self.at_least if self.is_final else None

    @property
    def high(self) -> float | None:
        """The upper end of it."""
        return self.at_most if self.is_final else None


@dataclass(frozen=True, eq=False)
class Companies:
    """The leads of a curve that share a company with others of it, one an entry.

    Fields:
        seconds, cause: of the lead, as the curve was made of them
        company: a number, from 0
    """

    seconds: Floats
    cause: Sequence[str] | NDArray[Any]
    company: Ints

    @classmethod
    def of_runs(
        cls,
        seconds: Iterable[NDArray[Any]],
        cause: Iterable[str],
        company: Iterable[NDArray[Any]],
    ) -> "Companies | None":
        """Those of leads one by one: of `seconds[i]` and `company[i]`, left by `cause[i]`.

        None where no two leads are of one company.

        Raises:
            ValueError: the three differ in length.
        """
        runs = [run for run in zip(seconds, cause, company, strict=True) if len(run[0])]
        if not runs:
            return None
        numbers = np.concatenate([np.asarray(run[2], dtype=np.int64) for run in runs])
        # From 0 and without gaps: of all companies a curve may have few.
        _, numbers = np.unique(numbers, return_inverse=True)
        if numbers.max() + 1 == numbers.size:
            return None
        return cls(
            np.concatenate([np.asarray(run[0], dtype=np.float64) for run in runs]),
            np.repeat(np.array([run[1] for run in runs], dtype=object), [len(r[0]) for r in runs]),
            numbers,
        )

    def sample(self, leads: int) -> Sample:
        """So many leads, these among them, of which none succeeded."""
        sizes = np.bincount(self.company).astype(np.float64)
        return Sample(0, leads, Pairs.among(sizes, np.zeros_like(sizes)))


def final_share(curve: Curve, cause: str) -> tuple[float, bool]:
    """The value and `is_final` of `incidence` without the band, which takes longer.

    Of no leads the share is 0, and final.
    """
    if curve.last is None:
        return 0.0, True
    is_final = float(curve.survival[_last_followed(curve)]) <= SLIGHT + ROUNDING
    return _gone(curve, cause, curve.times.size - 1), is_final


def incidence(
    curve: Curve, cause: str, at: float | None = None, companies: Companies | None = None
) -> Incidence | None:
    """The share that leaves by a cause within `at` seconds, or finally; None without leads.

    Leads are independent of each other, but for those that `companies` says are not.

    Where the follow-up ends too early, all that is known is that the share lies between L, the
    incidence by then, and U, L and all still there. The band from L's lower limit to U's upper one
    covers the share, not the whole of L to U, in 95 %: with c between 1.645 and 1.96 standard
    errors, Φ(c + (U − L)/σ) − Φ(−c) = 0.95, σ the larger error of the two. Where L is U it is the
    usual interval.

    With companies each end is as many errors further out as t is for so few companies; and at 0 and
    1, where no lead differs from another, their leads are taken as alike (see `companies.Sample`).

    Source:
        Imbens and Manski (2004), Econometrica 72, equations 6 and 7.
    """
    if curve.last is None:
        return None
    within = math.inf if at is None else at
    index = index_at(curve, within)
    sample = Sample(0, curve.leads) if companies is None else companies.sample(curve.leads)
    if index < 0:
        return Incidence(0.0, True, 0.0, wilson(0, sample.effective[1])[1], within, curve.leads)
    end = _last_followed(curve)
    place = min(index, end)
    # Within the follow-up nothing is unknown: a lead that is still there had not left by then.
    unknown = 0.0 if within <= curve.times[end] else float(curve.survival[end])
    own = curve.left.get(cause, np.zeros_like(curve.at_risk))
    error = _error(curve, own, place, companies, {cause})
    other_error = error
    if unknown:
        # Those who may still go this way are all who have not gone another.
        others = curve.left.keys() - {cause}
        other_error = _error(curve, curve.left_any - own, place, companies, others)
    least = _gone(curve, cause, place)
    most = min(1.0, least + unknown)
    wider = sample.wider
    reach = wider * _reach(most - least, wider * max(error, other_error))
    weight = float(curve.weight[place]) * sample.alike
    return Incidence(
        value=_gone(curve, cause, index),
        is_final=unknown <= SLIGHT + ROUNDING,
        at_least=_limits_of(least, error, weight, reach)[0],
        at_most=_limits_of(most, other_error, weight, reach)[1],
        seconds=float(curve.times[index]),
        at_risk=int(curve.at_risk[index]),
    )


def _last_followed(curve: Curve) -> int:
    """Where the follow-up ends: the last time at which no single lead stands for too many."""
    bearable = max(SLIGHT, 2 / curve.leads) + ROUNDING
    return int(np.searchsorted(curve.weight, bearable, side="right")) - 1


def _gone(curve: Curve, cause: str, place: int) -> float:
    """The cumulative incidence of a cause at one place."""
    left = curve.left.get(cause)
    if left is None:
        return 0.0
    return min(1.0, float((curve.weight[: place + 1] * left[: place + 1]).sum()))


def _variance_at(curve: Curve, left: Ints, place: int) -> float:
    """The variance of the incidence of those who `left`, as `_incidence_variance`, at one place."""
    # Only departures count, and numbers of one kind are multiplied several times faster.
    at = np.flatnonzero(curve.left_any[: place + 1])
    own, gone, n = (each[at].astype(np.float64) for each in (left, curve.left_any, curve.at_risk))
    weight = curve.weight[at]
    step = weight * own
    share = np.cumsum(step)
    ahead = share[-1:] - share
    chance = step / n
    stayed = n - gone
    hazard = gone / (n * np.maximum(stayed, 1.0))
    each = ahead * (ahead * hazard - 2 * chance) + weight * chance * (n - own)
    return max(0.0, float(each.sum()))


def _error(
    curve: Curve, left: Ints, place: int, companies: Companies | None, causes: Set[str]
) -> float:
    """The standard error of the incidence of `causes`, by which they `left`, at one place.

    With companies it is that of whole companies: the variance grows by the products of the
    influences of each two leads of one, and where it would shrink it does not.
    """
    variance = _variance_at(curve, left, place)
    if companies is not None and len(companies.company):
        own = _influences(curve, left, place, companies, causes)
        sums = np.bincount(companies.company, weights=own)
        variance += max(0.0, float((sums**2).sum() - (own**2).sum()))
    return math.sqrt(variance)


def _influences(
    curve: Curve, left: Ints, place: int, companies: Companies, causes: Set[str]
) -> Floats:
    """By how much each lead moves the incidence at a place: the infinitesimal jackknife.

    A lead that leaves at t by one of the causes moves it by S(t−)/n − B(t), one that leaves another
    way by −B(t), with B(t) = (F − F(t))/(n − d); each time s up to its own takes off what all who
    are at risk then share, (S(s−)/n · c − B(s) · d)/n. The squares add up to Gaynor's variance.
    """
    until = slice(place + 1)
    n, gone, own = (
        each[until].astype(np.float64) for each in (curve.at_risk, curve.left_any, left)
    )
    step = curve.weight[until] * own
    share = np.cumsum(step)
    back = (share[-1] - share) / np.maximum(n - gone, 1.0)
    common = np.cumsum((step - back * gone) / n)
    at = np.searchsorted(curve.times, companies.seconds)
    inside = at <= place
    at = np.minimum(at, place)
    kinds = np.isin(np.asarray(companies.cause, dtype=object), list(causes))
    has_left = ~np.isin(np.asarray(companies.cause, dtype=object), list(STILL_THERE)) & inside
    moved = np.where(has_left & kinds, curve.weight[at], 0.0) - np.where(has_left, back[at], 0.0)
    return np.asarray(moved - common[at])


def _reach(unknown: float, error: float) -> float:
    """Imbens and Manski's c: how many errors the band of a share reaches beyond its bounds."""
    if unknown <= ROUNDING:
        return Z95
    apart = unknown / error if error else math.inf
    normal = NormalDist()
    low, high = _Z95_ONE_SIDED, Z95
    for _ in range(40):
        middle = (low + high) / 2
        is_enough = normal.cdf(middle + apart) - normal.cdf(-middle) >= _CONFIDENCE
        low, high = (low, middle) if is_enough else (middle, high)
    return high


def _limits_of(share: float, error: float, weight: float, z: float) -> tuple[float, float]:
    """The limits of one share, as `limits`."""
    low, high = limits(np.array([share]), np.array([error]), np.array([weight]), z)
    return float(low[0]), float(high[0])
