"""Where the names of bubbles go, so that as little as can be lies on anything else.

Arithmetic alone. The server does not know how wide a figure is, so all widths of WIDTHS count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTHS = (269, 330, 420, 560, 960)
"""Px of the plot at which names are kept apart: the first is that of a phone."""

_WEIGHTS = (1.6, 1.0, 1.0, 1.2, 0.6)  # where they are hardest to keep apart, and read most often

PLOT = 300
"""Px: how high the plot is."""

LINE = 18
"""Px: how high a name is."""

_FAR = 22  # px: of a name in the crowd, one line off
_FAR_RIGHT = 0.7  # of the axis; beyond, a name goes to the left


class Side(NamedTuple):
    """A side of a bubble: how far across and up, and the ends of the text that are held there.

    Far off it stands px further than right beside the bubble, and a line leads to it.
    """

    across: int
    up: int
    x_anchor: str
    y_anchor: str
    far: int = 0

    def shift(self, radius: float) -> tuple[float, float]:
        """From the middle of a bubble to its name, px."""
        if self.far:
            return self.across * (radius + self.far), self.up * self.far
        away = (radius + 5) * (0.72 if self.across and self.up else 1.0)
        return self.across * away, self.up * away

    @property
    def lift(self) -> float:
        """From where the text is held up to its middle, px."""
        return {"bottom": LINE / 2, "middle": 0.0, "top": -LINE / 2}[self.y_anchor]


SIDES = {
    "right": Side(1, 0, "left", "middle"),
    "left": Side(-1, 0, "right", "middle"),
    "above right": Side(1, 1, "left", "bottom"),
    "below right": Side(1, -1, "left", "top"),
    "above left": Side(-1, 1, "right", "bottom"),
    "below left": Side(-1, -1, "right", "top"),
    "above": Side(0, 1, "center", "bottom"),
    "below": Side(0, -1, "center", "top"),
    **{
        f"{step * _FAR} px off {up} {across}": Side(
            {"right": 1, "left": -1}[across],
            {"above": 1, "below": -1}[up],
            {"right": "left", "left": "right"}[across],
            "middle",
            step * _FAR,
        )
        for step in (1, 2, 3)
        for across in ("right", "left")
        for up in ("below", "above")
    },
}
"""Where a name may stand, what reads best first."""

_NAMES = list(SIDES)


class Box(NamedTuple):
    """A rectangle in px, from the lower left corner of the plot."""

    left: float
    bottom: float
    right: float
    top: float

    def wider(self, by: float) -> "Box":
        """The same with so much more at the left and at the right."""
        return Box(self.left - by, self.bottom, self.right + by, self.top)

    def shared(self, other: "Box") -> float:
        """The area that two have in common."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(wide, 0.0) * max(high, 0.0)


@dataclass(frozen=True)
class Bubble:
    """One bubble: its place and its interval as shares of both axes, itself and its name in px."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    name: float

    @property
    def is_far_right(self) -> bool:
        """Whether its name had better be at its left."""
        return self.x > _FAR_RIGHT

    def marks(self, width: float) -> list[Box]:
        """The bubble and its interval in a plot so wide."""
        x, y = self.x * width, self.y * PLOT
        around = Box(x - self.radius, y - self.radius, x + self.radius, y + self.radius)
        return [around, Box(x - 3, self.low * PLOT, x + 3, self.high * PLOT)]

    def label(self, side: str, width: float) -> Box:
        """Where its name is, when it stands on that side."""
        right, up = SIDES[side].shift(self.radius)
        left = self.x * width + right - self.name * (1 - SIDES[side].across) / 2
        middle = self.y * PLOT + up + SIDES[side].lift
        return Box(left, middle - LINE / 2, left + self.name, middle + LINE / 2)


@dataclass(frozen=True)
class LineName:
    """The name of a horizontal line: at which end of it and on which side, and how wide in px."""

    is_right: bool
    is_above: bool
    bottom: float
    wide: float

    def box(self, width: float) -> Box:
        """Where it is in a plot so wide."""
        left = width - self.wide if self.is_right else 3.0
        return Box(left, self.bottom, left + self.wide, self.bottom + LINE)


def name_of_line(height: float, wide: float, bubbles: Sequence[Bubble]) -> LineName:
    """The name of a line at a share of the axis, at the end and side of it with the least below."""
    at = height * PLOT
    ways = [
        LineName(is_right, is_above, at if is_above else at - LINE, wide)
        for is_right in (True, False)
        for is_above in (True, False)
    ]
    return min(
        ways,
        key=lambda way: (
            not 0 <= way.bottom <= PLOT - LINE,
            sum(
                way.box(width).shared(mark)
                for width in WIDTHS
                for each in bubbles
                for mark in each.marks(width)
            ),
        ),
    )


def sides(bubbles: Sequence[Bubble], taken: LineName | None) -> list[str]:
    """On which side of its bubble each name goes, the name of the line being where it is.

    One name after the other takes its best side, three times; in which order they do decides where
    that ends, so a few are tried.
    """
    if not bubbles:
        return []
    count = len(bubbles)
    costs = _Costs.of(bubbles, taken)
    across = sorted(range(count), key=lambda index: bubbles[index].x)
    up = sorted(range(count), key=lambda index: bubbles[index].y)
    orders = [list(range(count)), across, up]
    orders += [order[::-1] for order in orders]
    best = min((_settled(bubbles, costs, order) for order in orders), key=costs.of_all)
    return [_NAMES[side] for side in best]


def _settled(bubbles: Sequence[Bubble], costs: "_Costs", order: list[int]) -> list[int]:
    chosen = [_NAMES.index("left" if each.is_far_right else "right") for each in bubbles]
    for _round in range(3):
        for index in order:
            chosen[index] = int(costs.of_sides(index, chosen).argmin())
    return chosen


@dataclass(frozen=True)
class _Costs:
    """What names cost where they may stand, worked out once: each place is looked at many times.

    It is what lies under them in px², over all widths; leaving the plot is worse.
    """

    alone: NDArray[np.float64]
    """By bubble and side: all but other names, and how badly it reads there."""

    together: NDArray[np.float64]
    """By bubble and side, and by another bubble and its side: what the two names share."""

    @classmethod
    def of(cls, bubbles: Sequence[Bubble], taken: LineName | None) -> "_Costs":
        """The costs of all, where the name of the line is taken."""
        bubble = np.arange(len(bubbles))
        its_own = (bubble[:, None] == bubble)[:, None]
        alone = np.array([_dislikes(is_far=each.is_far_right) for each in bubbles])
        together = np.zeros((*alone.shape, *alone.shape))
        for width, weight in zip(WIDTHS, _WEIGHTS, strict=True):
            labels = np.array([[each.label(side, width) for side in _NAMES] for each in bubbles])
            marks = [each.marks(width) for each in bubbles]
            around, interval = np.array(marks).swapaxes(0, 1)
            # Right beside another bubble it would be read as that one's name.
            beside = np.array([mark.wider(LINE / 2) for mark, _interval in marks])
            # A little over the edge at the right is margin.
            plot = np.array(Box(-4, 0, width + 6, PLOT))
            area = (labels[..., 2] - labels[..., 0]) * LINE
            cost = 8 * (area - _shared(labels, plot))
            if taken is not None:
                cost += 2 * _shared(labels, np.array(taken.box(width)))
            label = labels[:, :, None]
            on_bubble = _shared(label, around)
            on_other = _shared(label, beside) + 8 * on_bubble
            under = _shared(label, interval) + np.where(its_own, on_bubble, on_other)
            alone += weight * (cost + under.sum(axis=-1))
            together += weight * 12 * _shared(label[..., None, :], labels)
        together[bubble, :, bubble] = 0
        return cls(alone, together)

    def of_sides(self, index: int, chosen: list[int]) -> NDArray[np.float64]:
        """What a name costs on each side, while the others are on those chosen."""
        others = self.together[index][:, range(len(chosen)), chosen]
        costs: NDArray[np.float64] = self.alone[index] + others.sum(axis=-1)
        return costs

    def of_all(self, chosen: list[int]) -> float:
        """What the names cost all together."""
        return sum(float(self.of_sides(index, chosen)[side]) for index, side in enumerate(chosen))


def _dislikes(*, is_far: bool) -> list[float]:
    """What sides cost by themselves: beside is best, and left of the bubbles far at the right."""
    wanted = ["left", "right"] if is_far else ["right", "left"]
    order = [*wanted, *_NAMES[2:]]
    return [20.0 * order.index(side) for side in _NAMES]


def _shared(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The area that boxes have in common."""
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., 2:], other[..., 2:])
    area: NDArray[np.float64] = (high - low).clip(0).prod(axis=-1)
    return area
