"""Survival: how long leads stay, and where they go, when some of them are still there.

Kaplan–Meier and Aalen–Johansen on exact times, open leads right-censored. They are ours, not
statsmodels': given frequency weights, statsmodels 0.15 has the same curves, but returns Tsiatis'
error of −log S as that of S, and no error at all for an incidence.

Source:
    Kaplan and Meier (1958), JASA 53; Greenwood (1926) for the variance of S; Aalen and Johansen
    (1978), Scandinavian Journal of Statistics 5; Gaynor and others (1993), JASA 88, for the
    variance of an incidence; docs/counting.md, Time in stage.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Floats, Ints
from analytics.stats.intervals import Z95, wilson

STILL_THERE = ("", "open")
"""The causes that are none: the lead had not left when it was last observed (censored)."""

DRAWN = 1000
"""The most departures that a picture of a curve has a point for."""

ROUNDING = 1e-9
"""How far apart floating point may bring two equal probabilities."""


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
        assert np.all(np.abs(total - 1) < ROUNDING), "S + ΣCIF is not 1"
        return gone

    @cached_property
    def survival_limits(self) -> tuple[Floats, Floats]:
        """The 95 % limits of S: log(−log), from Greenwood's variance (see `limits`)."""
        stayed = self.at_risk - self.left_any
        with np.errstate(divide="ignore", invalid="ignore"):
            error = self.survival * np.sqrt(np.cumsum(self.left_any / (self.at_risk * stayed)))
        return limits(self.survival, np.nan_to_num(error), self.weight)

    def incidence_of(self, cause: str) -> Floats:
        """The cumulative incidence of a cause; zero for one by which no lead left."""
        found = self.incidence.get(cause)
        return np.zeros_like(self.times) if found is None else found

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
        return limits(self.incidence_of(cause), error, self.weight)


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
    index = index_at(curve, at)
    if index < 0:
        return 1.0, *wilson(curve.leads, curve.leads)
    low, high = curve.survival_limits
    return float(curve.survival[index]), float(low[index]), float(high[index])


def at_risk(curve: Curve, at: float) -> int:
    """How many leads were observed to stay at least `at` seconds."""
    index = int(np.searchsorted(curve.times, at, side="left"))
    return int(curve.at_risk[index]) if index < curve.times.size else 0


def index_at(curve: Curve, at: float) -> int:
    """The index of the last observed time up to `at`; −1 before the first."""
    return int(np.searchsorted(curve.times, at, side="right")) - 1


def _first_time(curve: Curve, share: Floats, level: float) -> float | None:
    reached = np.flatnonzero(share <= level + ROUNDING)
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


def limits(share: Floats, error: Floats, weight: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """The log(−log) limits of shares: share ** exp(∓ z · error / (share · log share)).

    They are not defined at 0 and 1, where Wilson's take their place, on as many leads as the
    weight says (Peto's effective number, 1 ÷ weight): 0 of 10 is [0, .28] here too.
    """
    is_zero, is_one = share < ROUNDING, share > 1 - ROUNDING
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
