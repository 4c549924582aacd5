"""Where the names of bubbles go, so that as little as can be lies on anything else.

Arithmetic alone. The server does not know how wide a figure is, so all widths of WIDTHS count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    count = len(bubbles)
    across = sorted(range(count), key=lambda index: bubbles[index].x)
    up = sorted(range(count), key=lambda index: bubbles[index].y)
    orders = [list(range(count)), across, up]
    orders += [order[::-1] for order in orders]
    return min(
        (_settled(bubbles, taken, order) for order in orders),
        key=lambda chosen: sum(
            _cost(bubbles, chosen, index, side, taken) for index, side in enumerate(chosen)
        ),
    )


def _settled(bubbles: Sequence[Bubble], taken: LineName | None, order: list[int]) -> list[str]:
    chosen = ["left" if each.is_far_right else "right" for each in bubbles]
    for _round in range(3):
        for index in order:
            chosen[index] = min(
                SIDES,
                key=lambda side, index=index: _cost(  # type: ignore[misc]
                    bubbles, chosen, index, side, taken
                ),
            )
    return chosen


def _cost(
    bubbles: Sequence[Bubble], chosen: list[str], index: int, side: str, taken: LineName | None
) -> float:
    is_far = bubbles[index].is_far_right
    return _in_the_way(bubbles, chosen, index, side, taken) + _dislike(side, is_far=is_far)


def _dislike(side: str, *, is_far: bool) -> float:
    """What a side costs by itself: beside is best, and left of the bubbles far at the right."""
    order = list(SIDES)
    wanted = ["left", "right"] if is_far else ["right", "left"]
    return 20.0 * ([*wanted, *order[2:]].index(side))


def _in_the_way(
    bubbles: Sequence[Bubble], chosen: list[str], index: int, side: str, taken: LineName | None
) -> float:
    """How much lies under a name on that side, px², over all widths; leaving the plot is worse."""
    total = 0.0
    for width, weight in zip(WIDTHS, _WEIGHTS, strict=True):
        cost = 0.0
        label = bubbles[index].label(side, width)
        # A little over the edge at the right is margin.
        plot = Box(-4, 0, width + 6, PLOT)
        area = (label.right - label.left) * LINE
        cost += 8 * (area - label.shared(plot))
        if taken is not None:
            cost += 2 * label.shared(taken.box(width))
        for other, mark in enumerate(bubbles):
            around, interval = mark.marks(width)
            cost += label.shared(interval)
            if other == index:
                cost += label.shared(around)
            else:
                # Right beside another bubble it would be read as that one's name.
                cost += label.shared(around.wider(LINE / 2)) + 8 * label.shared(around)
                cost += 12 * label.shared(mark.label(chosen[other], width))
        total += weight * cost
    return total
