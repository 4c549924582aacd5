"""A part of the leads held against the rest of them: do they stay longer, and how long do those?

Of many parts, each costs as many steps as it has leads, and not as many as there are in all.

Source:
    Mantel (1966), Cancer Chemotherapy Reports 50, for the log-rank test; Kaplan and Meier (1958)
    for the rest's median; docs/counting.md, Time in stage.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.stats.arrays import Floats, Ints
from analytics.stats.survival import ROUNDING, Curve

_FAR = 0.45  # the share still there up to which the median of a rest is looked for first


@dataclass(frozen=True, eq=False)
class Whole:
    """The curve of all leads, those of every part among them, made ready for the parts."""

    curve: Curve

    def p_value(self, part: Curve) -> float:
        """The two-sided p value of the log-rank test of a part against the rest, any way out.

        1 where nothing can be tested.
        """
        until = np.searchsorted(self._times, part.times, side="right")
        # As many of the part are at risk from each of its times to the next.
        hazard, variance, of_all = (np.diff(sums[until], prepend=0.0) for sums in self._sums)
        expected = float((part.at_risk * hazard).sum())
        spread = float((part.at_risk * (of_all - part.at_risk * variance)).sum())
        if spread <= 0:
            return 1.0
        return math.erfc(abs(int(part.left_any.sum()) - expected) / math.sqrt(2 * spread))

    def median_without(self, part: Curve) -> float | None:
        """The median stay of all but the part; None where it is not reached.

        While none is censored the share still there is a matter of counting, so it is only asked
        for where leads of the rest are, and the median is counted off from there.
        """
        rest = self.curve.leads - part.leads
        level = (0.5 + ROUNDING) * rest
        gone, cut = _so_far(part.left_any), _so_far(_censored(part))
        # Of a small part it is near that of the whole, so it is looked for there first.
        for most in (self._near, self._pauses.size):
            pauses = self._pauses[:most]
            first, last = (np.searchsorted(part.times, pauses, side) for side in ("left", "right"))
            there = self._there[:most] - (part.leads - gone[last] - cut[first])
            after = there - (self._cut[:most] - (cut[last] - cut[first]))
            # Each of those still there stands for so many of all.
            weight = np.cumprod(np.append(1.0, there / np.maximum(after, 1)))
            reached = np.flatnonzero(there * weight[:-1] <= level)
            if reached.size:
                break
        place = int(reached[0]) if reached.size else most
        before = int(after[place - 1]) if place else rest
        if not before:
            return None
        already = int(self._gone[place - 1] - gone[last[place - 1]]) if place else 0
        needed = already + before - math.floor(level / weight[place])

        def gone_by(index: int) -> int:
            until = np.searchsorted(part.times, self._times[index], side="right")
            return int(self._left[index] - gone[until])

        found = bisect_left(range(self._times.size), needed, key=gone_by)
        return float(self._times[found]) if found < self._times.size else None

    @cached_property
    def _departures(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.curve.left_any)

    @cached_property
    def _times(self) -> Floats:
        """The times at which any left."""
        return self.curve.times[self._departures]

    @cached_property
    def _left(self) -> Ints:
        """How many had left by each of them."""
        return np.cumsum(self.curve.left_any[self._departures])

    @cached_property
    def _sums(self) -> tuple[Floats, Floats, Floats]:
        """Up to each time at which any left: the hazard, and what the test's variance is made of.

        That is of one lead in the part and one beside it; and the same times all at risk.
        """
        left = self.curve.left_any[self._departures]
        at_risk = self.curve.at_risk[self._departures].astype(np.float64)
        hazard = left / at_risk
        variance = hazard * (at_risk - left) / (np.maximum(at_risk - 1, 1) * at_risk)
        return _so_far(hazard), _so_far(variance), _so_far(variance * at_risk)

    @cached_property
    def _pause_places(self) -> NDArray[np.intp]:
        return np.flatnonzero(_censored(self.curve))

    @cached_property
    def _pauses(self) -> Floats:
        """The times at which any were censored."""
        return self.curve.times[self._pause_places]

    @cached_property
    def _near(self) -> int:
        """How many of them it takes until so many have left that it is past the median."""
        far = np.flatnonzero(self.curve.survival <= _FAR)
        return int(np.searchsorted(self._pause_places, far[0])) + 1 if far.size else 0

    @cached_property
    def _cut(self) -> Ints:
        """How many were censored at each of them."""
        return _censored(self.curve)[self._pause_places]

    @cached_property
    def _there(self) -> Ints:
        """How many were still there just before that, those gone that left at the same time."""
        return (self.curve.at_risk - self.curve.left_any)[self._pause_places]

    @cached_property
    def _gone(self) -> Ints:
        """How many had left by then."""
        gone: Ints = np.cumsum(self.curve.left_any)[self._pause_places]
        return gone


def _censored(curve: Curve) -> Ints:
    """How many were censored at each time of a curve."""
    censored: Ints = curve.at_risk - np.append(curve.at_risk[1:], 0) - curve.left_any
    return censored


def _so_far(values: NDArray[Any]) -> NDArray[Any]:
    """The sums of the first 0, 1, 2, … values."""
    return np.concatenate((np.zeros(1, dtype=values.dtype), np.cumsum(values)))
