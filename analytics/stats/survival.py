"""Survival: how long leads stay, and where they go, when some of them are still there.

Kaplan–Meier and Aalen–Johansen on exact times, open leads right-censored. They are ours, not
statsmodels': given frequency weights, statsmodels 0.15 has the same curves, but returns Tsiatis'
error of −log S as that of S, and no error at all for an incidence.

Source:
    Kaplan and Meier (1958), JASA 53; Greenwood (1926) for the variance of S; Aalen and Johansen
    (1978), Scandinavian Journal of Statistics 5; Gaynor and others (1993), JASA 88, for the
    variance of an incidence; Manski (1990), American Economic Review 80, for the bounds where the
    follow-up is too short; Imbens and Manski (2004), Econometrica 72, for their interval;
    docs/counting.md, Projected final rate, Time in stage.
"""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Floats, Ints
from analytics.stats.companies import Pairs, Sample
from analytics.stats.intervals import Z95, wilson

STILL_THERE = ("", "open")
"""The causes that are none: the lead had not left when it was last observed (censored)."""

SLIGHT = 0.05
"""The most that may still be at risk where the follow-up of a final rate ends, as a share."""

DRAWN = 1000
"""The most departures that a picture of a curve has a point for."""

_ROUNDING = 1e-9
"""How far apart floating point may bring two equal probabilities."""

_CONFIDENCE = 0.95
_Z95_ONE_SIDED = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class Curve:
    """Leads leaving over time: one entry per distinct duration, ascending.

    At a tie, leads leave before others are censored.

    Fields:
        times: seconds
        at_risk: leads still there just before
        left: leads that left then, by cause, causes in the order first seen
    """

    times: Floats
    at_risk: Ints
    left: Mapping[str, Ints]

    @property
    def leads(self) -> int:
        """How many leads there are."""
        return int(self.at_risk[0]) if self.at_risk.size else 0

    @property
    def last(self) -> float | None:
        """The longest duration observed, in seconds; None without leads."""
        return float(self.times[-1]) if self.times.size else None

    @cached_property
    def left_any(self) -> Ints:
        """Leads that left at each time, whatever the cause."""
        gone = np.zeros_like(self.at_risk)
        for left in self.left.values():
            gone += left
        return gone

    @cached_property
    def survival(self) -> Floats:
        """S, Kaplan–Meier: the share still there just after each time."""
        return np.cumprod((self.at_risk - self.left_any) / self.at_risk, dtype=np.float64)

    @cached_property
    def weight(self) -> Floats:
        """The share of all leads that each lead at risk stands for: S(t−) ÷ at risk.

        1 ÷ n until the first is censored; it never falls.
        """
        return _before(self.survival) / self.at_risk

    @cached_property
    def incidence(self) -> Mapping[str, Floats]:
        """Aalen–Johansen's cumulative incidence by cause: the share gone that way by each time."""
        gone = {cause: np.cumsum(self.weight * left) for cause, left in self.left.items()}
        total = np.sum([self.survival, *gone.values()], axis=0)
        assert np.all(np.abs(total - 1) < _ROUNDING), "S + ΣCIF is not 1"
        return gone

    @cached_property
    def survival_limits(self) -> tuple[Floats, Floats]:
        """The 95 % limits of S: log(−log), from Greenwood's variance (see `_limits`)."""
        stayed = self.at_risk - self.left_any
        with np.errstate(divide="ignore", invalid="ignore"):
            error = self.survival * np.sqrt(np.cumsum(self.left_any / (self.at_risk * stayed)))
        return _limits(self.survival, np.nan_to_num(error), self.weight)

    def incidence_of(self, cause: str) -> Floats:
        """The cumulative incidence of a cause; zero for one by which no lead left."""
        return self.incidence.get(cause, np.zeros_like(self.times))

    def drawn(self, cause: str | None = None) -> Ints:
        """The places at which a picture of the curve needs a point, the last one among them.

        Every time at which a lead left (by the cause, or by any); of more than DRAWN such times
        those by which one more in DRAWN of the departures has taken place, so that what is left
        out between two points is a step of a thousandth. A point that is kept is exact.
        """
        left = self.left_any if cause is None else self.left.get(cause, np.zeros_like(self.at_risk))
        places = np.flatnonzero(left)
        if places.size > DRAWN:
            gone = np.cumsum(left)
            places = np.unique(np.searchsorted(gone, np.linspace(1, gone[-1], DRAWN)))
        return np.union1d(places, [self.times.size - 1]) if self.times.size else places

    def incidence_limits(self, cause: str) -> tuple[Floats, Floats]:
        """The 95 % limits of a cumulative incidence: log(−log) on the delta method's variance."""
        error = np.sqrt(_incidence_variance(self, cause))
        return _limits(self.incidence_of(cause), error, self.weight)


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


def curve(
    seconds: Sequence[float] | NDArray[Any],
    cause: Sequence[str] | NDArray[Any],
    leads: Sequence[int] | NDArray[Any],
) -> Curve:
    """The curve of grouped leads: `leads[i]` of them stayed `seconds[i]` and left by `cause[i]`.

    A cause in STILL_THERE means they had not left after that long. Groups may repeat and be empty.

    Raises:
        ValueError: the three differ in length, a duration is negative or missing, a cause is not
            text, or a count is negative.
    """
    durations = np.asarray(seconds, dtype=np.float64)
    causes = np.asarray(cause, dtype=object)
    counts = np.asarray(leads, dtype=np.int64)
    if not durations.shape == causes.shape == counts.shape or durations.ndim != 1:
        raise ValueError("Durations, causes and counts must be as many.")
    if not np.all(np.isfinite(durations) & (durations >= 0)):
        raise ValueError("A duration is negative or missing.")
    if np.any(counts < 0):
        raise ValueError("A count is negative.")
    names = list(dict.fromkeys(causes.tolist()))
    if not all(isinstance(name, str) for name in names):
        raise ValueError("A cause is not text.")
    present = counts > 0
    if not present.all():
        durations, causes, counts = durations[present], causes[present], counts[present]
    times, index = np.unique(durations, return_inverse=True)
    at_risk = np.cumsum(_total(index, counts, times.size)[::-1])[::-1]
    left = {}
    for name in names:
        chosen = causes == name
        if name not in STILL_THERE and chosen.any():
            left[name] = _total(index[chosen], counts[chosen], times.size)
    return Curve(times, at_risk, left)


def of_durations(seconds: Iterable[NDArray[Any]], cause: Iterable[str]) -> Curve:
    """The curve of leads one by one: those of `seconds[i]`, in any order, left by `cause[i]`.

    Causes are as in `curve`, and may repeat. Durations in ascending order are taken in faster.

    Raises:
        ValueError: the two differ in length, or a duration is negative or missing.
    """
    by_cause: dict[str, list[Floats]] = {}
    for run, name in zip(seconds, cause, strict=True):
        by_cause.setdefault("" if name in STILL_THERE else name, []).append(ascending(run))
    runs = {name: _merged(parts) for name, parts in by_cause.items()}
    together = _merged(list(runs.values()))
    # What is not a number is sorted to the end.
    if together.size and not (together[0] >= 0 and math.isfinite(together[-1])):
        raise ValueError("A duration is negative or missing.")
    first = np.flatnonzero(np.diff(together, prepend=-1.0))
    times = together[first]
    left = {
        name: np.bincount(np.searchsorted(times, run), minlength=times.size)
        for name, run in runs.items()
        if name and run.size
    }
    return Curve(times, together.size - first, left)


def ascending(run: NDArray[Any]) -> Floats:
    """Durations in order, for several curves to take in; those in order are only looked at."""
    run = np.asarray(run, dtype=np.float64)
    return run if bool(np.all(run[1:] >= run[:-1])) else np.sort(run)


def quantile(curve: Curve, q: float) -> tuple[float | None, float | None, float | None]:
    """After how many seconds a share q of the leads has left, with its 95 % interval.

    The first time with S ≤ 1 − q, and the same on the limits of S, as R's `survfit` does (R takes
    the middle where S stays exactly at 1 − q).

    Returns:
        The quantile, its lower and its upper limit; None where it is not reached, as nothing is
        extrapolated: an upper limit of None is none.

    Raises:
        ValueError: unless 0 < q < 1.

    Source:
        Brookmeyer and Crowley (1982), Biometrics 38, for the interval.
    """
    if not 0 < q < 1:
        raise ValueError(f"{q} is not between 0 and 1.")
    low, high = curve.survival_limits
    # Before any lead leaves S is 1, and with very few leads even that says little.
    uncertain = curve.leads > 0 and wilson(curve.leads, curve.leads)[0] <= 1 - q
    return (
        quantile_alone(curve, q),
        0.0 if uncertain else _first_time(curve, low, 1 - q),
        _first_time(curve, high, 1 - q),
    )


def quantile_alone(curve: Curve, q: float) -> float | None:
    """The quantile without its interval, which takes longer."""
    return _first_time(curve, curve.survival, 1 - q)


def remaining(curve: Curve, at: float) -> tuple[float, float, float] | None:
    """The share still there after `at` seconds, with its 95 % interval.

    None without leads, and beyond the last observed time unless S is 0 by then.
    """
    if curve.last is None or (at > curve.last and curve.survival[-1] > 0):
        return None
    index = _index(curve, at)
    if index < 0:
        return 1.0, *wilson(curve.leads, curve.leads)
    low, high = curve.survival_limits
    return float(curve.survival[index]), float(low[index]), float(high[index])


def final_share(curve: Curve, cause: str) -> tuple[float, bool]:
    """The value and `is_final` of `incidence` without the band, which takes longer.

    Of no leads the share is 0, and final.
    """
    if curve.last is None:
        return 0.0, True
    is_final = float(curve.survival[_last_followed(curve)]) <= SLIGHT + _ROUNDING
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
    index = _index(curve, within)
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
        is_final=unknown <= SLIGHT + _ROUNDING,
        at_least=_limits_of(least, error, weight, reach)[0],
        at_most=_limits_of(most, other_error, weight, reach)[1],
        seconds=float(curve.times[index]),
        at_risk=int(curve.at_risk[index]),
    )


def at_risk(curve: Curve, at: float) -> int:
    """How many leads were observed to stay at least `at` seconds."""
    index = int(np.searchsorted(curve.times, at, side="left"))
    return int(curve.at_risk[index]) if index < curve.times.size else 0


def _index(curve: Curve, at: float) -> int:
    """The index of the last observed time up to `at`; −1 before the first."""
    return int(np.searchsorted(curve.times, at, side="right")) - 1


def _last_followed(curve: Curve) -> int:
    """Where the follow-up ends: the last time at which no single lead stands for too many."""
    bearable = max(SLIGHT, 2 / curve.leads) + _ROUNDING
    return int(np.searchsorted(curve.weight, bearable, side="right")) - 1


def _first_time(curve: Curve, share: Floats, level: float) -> float | None:
    reached = np.flatnonzero(share <= level + _ROUNDING)
    return float(curve.times[reached[0]]) if reached.size else None


def _incidence_variance(curve: Curve, cause: str) -> Floats:
    """The variance of a cumulative incidence at each time: the delta method (Gaynor 1993).

    With n at risk, d leaving, c of them by this cause, summed over times s up to t:
    (F(t) − F(s))² d/(n(n − d)) + S(s−)² c(n − c)/n³ − 2 (F(t) − F(s)) S(s−) c/n².
    It is p(1 − p)/n where nothing is censored, and Greenwood's for a single cause.
    """
    share = curve.incidence_of(cause)
    left = curve.left.get(cause, np.zeros_like(curve.at_risk))
    stayed = curve.at_risk - curve.left_any
    # Where the last leave no time follows, so F(t) − F(s) is 0: any finite factor will do there.
    hazard = curve.left_any / (curve.at_risk * np.maximum(stayed, 1))
    own = curve.weight**2 * left * (curve.at_risk - left) / curve.at_risk
    mixed = curve.weight * left / curve.at_risk
    variance: Floats = (
        share**2 * np.cumsum(hazard)
        - 2 * share * np.cumsum(share * hazard + mixed)
        + np.cumsum(share**2 * hazard + 2 * share * mixed + own)
    )
    return variance.clip(min=0.0)


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
    if unknown <= _ROUNDING:
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
    """The limits of one share, as `_limits`."""
    low, high = _limits(np.array([share]), np.array([error]), np.array([weight]), z)
    return float(low[0]), float(high[0])


def _limits(share: Floats, error: Floats, weight: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """The log(−log) limits of shares: share ** exp(∓ z · error / (share · log share)).

    They are not defined at 0 and 1, where Wilson's take their place, on as many leads as the
    weight says (Peto's effective number, 1 ÷ weight): 0 of 10 is [0, .28] here too.
    """
    is_zero, is_one = share < _ROUNDING, share > 1 - _ROUNDING
    inner = np.where(is_zero | is_one, 0.5, share)
    bend = z * error / (inner * np.log(inner))
    low, high = inner ** np.exp(-bend), inner ** np.exp(bend)
    certain = 1 / (1 + z**2 * weight)
    low = np.where(is_zero, 0.0, np.where(is_one, certain, low))
    high = np.where(is_zero, 1 - certain, np.where(is_one, 1.0, high))
    return low, high


def _before(share: Floats) -> Floats:
    """A share that starts at 1, just before each time."""
    return np.concatenate(([1.0], share[:-1])) if share.size else share


def _total(index: NDArray[np.intp], counts: Ints, length: int) -> Ints:
    """Counts summed by index: exact up to 2⁵³ leads."""
    return np.bincount(index, weights=counts, minlength=length).astype(np.int64)


def _merged(runs: Sequence[Floats]) -> Floats:
    """Runs in ascending order as one: a stable sort only merges them."""
    if len(runs) == 1:
        return runs[0]
    return np.sort(np.concatenate(runs) if runs else np.zeros(0), kind="stable")
