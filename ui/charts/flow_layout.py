"""Where everything of a flow goes: nodes in layers, ribbons between them, ways back below.

Arithmetic alone. Across, a layer is 1 wide; down, all is in px from the top of the plot.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from ui.charts.canvas import shortened

FORWARD, BACK, LOST, WON = "forward", "back", "lost", "won"

_TALLEST = 250  # px: all that flows through the layer through which most does
_LINE, _GAP = 17, 10  # px: a line of a label, and between a node and the next one's label
_WIDTH = 330  # px of the narrowest figure
_CHARACTER = 0.53  # of the size of the text
_FEW_LAYERS = 4  # beyond, names are smaller and may have three lines
LAST = 58  # px right of the last layer, for its labels
_LANE = 30  # px between the ways back
_WIDEST_BACK = 16  # px: a way back that is drawn as a line that turns corners
# Shares of a layer's width: from a node to where its ways back turn, and from each to the next.
_TURN, _ASIDE = 0.09, 0.045
_ROUND = (0.05, 9.0)  # how far from a corner its curve begins: of a layer's width, px
_SAMPLES = 24  # points of the edge of a ribbon

Point = tuple[float, float]


@dataclass
class Node:
    """A node, or where a link passes through a layer: then `key` is None.

    `given_value` is the value that the caller gives it, `value` what decides its height.
    """

    key: str | None
    label: str
    colour: str
    layer: int
    given_value: float | None = None
    lines: list[str] = field(default_factory=list)  # of its label, HTML; empty ones above it
    value: float = 0.0
    top: float = 0.0
    height: float = 0.0
    before: "Node | None" = None  # of what only passes through
    used_right: float = 0.0  # px of the height that links which leave have used up
    used_left: float = 0.0  # and those which come in

    @property
    def shown(self) -> float:
        """The number beside its name."""
        return self.value if self.given_value is None else self.given_value

    @property
    def label_height(self) -> int:
        """How many px its label takes above it."""
        return _LINE * len(self.lines)


@dataclass
class Link:
    """So many that go from one node to another."""

    source: str
    target: str
    value: float
    kind: str
    text: str
    nodes: list[Node] = field(default_factory=list)  # all it goes through


@dataclass(frozen=True)
class Ribbon:
    """A link to the right, as thick as it counts: its outline, and points along its middle."""

    link: Link
    thickness: float
    outline: list[Point]
    middle: list[Point]


@dataclass(frozen=True)
class WayBack:
    """A link to the left, a line that runs below everything: where it is named and can be hit."""

    link: Link
    thickness: float
    line: list[Point]
    name: Point
    middle: list[Point]


@dataclass(frozen=True)
class Layout:
    """All of a flow: the ends of both axes, px of the names' font, and what is drawn in order.

    Right of it are LAST px for the names of the last layer.
    """

    left: float
    right: float
    height: float
    font_size: int
    ribbons: list[Ribbon]
    ways_back: list[WayBack]


def layers_of(keys: list[str], links: list[Link]) -> dict[str, int]:
    """The layer of each node: right of all from which a link other than a way back leads there."""
    depth = dict.fromkeys(keys, 0)
    onward = [link for link in links if link.kind != BACK]
    for _round in keys:  # as many as the longest way could have
        for link in onward:
            depth[link.target] = max(depth[link.target], depth[link.source] + 1)
    return depth


def lay_out(nodes: list[Node], links: list[Link], written: Callable[[float], str]) -> Layout:
    """Gives every node its lines, its place and its height, and every link its way.

    `nodes` in the order of each layer from its top; there is one at least, and a link. `written`
    is how the count beside a name is written.
    """
    columns = _columns(nodes, links)
    scale = _TALLEST / max(sum(node.value for node in column) for column in columns)
    backs = [link for link in links if link.kind == BACK]
    end = len(columns) - 1
    left = -_aside(sum(link.nodes[-1].layer == 0 for link in backs))
    right = end + _aside(sum(link.nodes[0].layer == end for link in backs))
    size = 13 if len(columns) <= _FEW_LAYERS else 12
    _wrap_labels(columns, right - left, size, written)
    bottom = _place(columns, scale)
    backs.sort(key=_span)
    lanes = _lanes(backs)
    heights = [bottom + 4 + _LANE * (lane + 0.5) for lane in lanes]
    return Layout(
        left=left,
        right=right,
        height=bottom + (_LANE * (max(lanes) + 1) + 14 if backs else 0),
        font_size=size,
        ribbons=_ribbons(links, scale),
        ways_back=_ways_back(backs, scale, heights),
    )


def _aside(ways: int) -> float:
    """How far, of a layer's width, so many ways back stand beside a layer."""
    return _TURN + _ASIDE * ways if ways else 0.0


def _columns(nodes: list[Node], links: list[Link]) -> list[list[Node]]:
    """The nodes of each layer from the top; below them what only passes through it."""
    columns: list[list[Node]] = [[] for _layer in range(max(node.layer for node in nodes) + 1)]
    for node in nodes:
        columns[node.layer].append(node)
    by_key = {str(node.key): node for node in nodes}
    order = {key: index for index, key in enumerate(by_key)}
    into = dict.fromkeys(by_key, 0.0)
    out = dict.fromkeys(by_key, 0.0)
    for link in sorted(links, key=lambda link: (order[link.target], order[link.source])):
        source, target = by_key[link.source], by_key[link.target]
        link.nodes = [source, target]
        out[link.source] += link.value
        into[link.target] += link.value
        if link.kind == BACK:
            continue
        between = [
            Node(None, "", "", layer, value=link.value)
            for layer in range(source.layer + 1, target.layer)
        ]
        before = source
        for node in between:
            node.before = before
            columns[node.layer].append(node)
            before = node
        link.nodes = [source, *between, target]
    for node in nodes:
        node.value = max(into[str(node.key)], out[str(node.key)], node.given_value or 0.0)
    return columns


def _wrap_labels(
    columns: list[list[Node]], layers: float, size: int, written: Callable[[float], str]
) -> None:
    """Names in lines that fit beside those of the next layer, the count at the end of the last."""
    is_few = len(columns) <= _FEW_LAYERS
    lower = 0  # lines by which the first name of a layer stands below the top
    for layer, column in enumerate(columns):
        is_last = layer == len(columns) - 1
        room = (LAST if is_last else (_WIDTH - LAST) / layers) - 7
        limit = max(6, int(room / (_CHARACTER * size)))
        named = [node for node in column if node.key is not None]
        for node in named:
            node.lines = _lines(node.label, written(node.shown), limit, 2 if is_few else 3)
        if not named:
            continue
        first = named[0]
        is_whole = not is_last and _is_one_long_word(first.label, limit)
        if is_whole:  # it reads better than its halves, and the next name makes way for it
            first.lines = [escape(first.label), f"<b>{written(first.shown)}</b>"]
        first.lines = [""] * lower + first.lines
        lower = lower + 1 if is_whole else 0


def _is_one_long_word(name: str, limit: int) -> bool:
    """Whether a name is a word that is longer than a line, but no longer than two."""
    return " " not in name and limit < len(name) <= 2 * limit - 1


def _lines(label: str, count: str, limit: int, most: int) -> list[str]:
    """A name in `most` lines of HTML and its count, on the last of them if it fits there."""
    names = [""]
    if _is_one_long_word(label, limit):
        # One long word in two halves reads better than its beginning.
        half = min(limit - 1, (len(label) + 1) // 2)
        label = f"{label[:half]}- {label[half:]}"
    for word in label.split():
        joined = f"{names[-1]} {word}".strip()
        if len(joined) <= limit or not names[-1]:
            names[-1] = joined
        else:
            names.append(word)
    if len(names) > most:
        names = [*names[: most - 1], " ".join(names[most - 1 :])]
    names = [shortened(name, limit) for name in names]
    lines = [escape(name) for name in names]
    if len(names[-1]) + 1 + len(count) <= limit:
        return [*lines[:-1], f"{lines[-1]} <b>{count}</b>"]
    return [*lines, f"<b>{count}</b>"]


def _place(columns: list[list[Node]], scale: float) -> float:
    """Gives every node its height and its top; returns where the last one ends."""
    lowest = 0.0
    for column in columns:
        at = 0.0
        # What passes through in the order it comes, so that it need not cross.
        passing = [node for node in column if node.before is not None]
        passing.sort(key=lambda node: node.before.top if node.before else 0.0)
        column[len(column) - len(passing) :] = passing
        for node in column:
            node.height = (
                max(node.value * scale, 2.0) if node.key is not None else (node.value * scale)
            )
            at += node.label_height + (2 if node.lines else 0)
            node.top = at
            at += node.height + (_GAP if node.key is not None else 1)
        lowest = max(lowest, at)
    return lowest


# --- links to the right -----------------------------------------------------------------------


def _ribbons(links: list[Link], scale: float) -> list[Ribbon]:
    """The links to the right, those to higher nodes above, so that they cross as little as can be.

    The largest are first, so that the small ones lie on them. In a node the ways back begin and end
    below all others.
    """
    onward = [link for link in links if link.kind != BACK]
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for link in sorted(onward, key=lambda link: (link.nodes[1].top, link.nodes[1].layer)):
        starts[id(link)] = link.nodes[0].top + link.nodes[0].used_right
        link.nodes[0].used_right += link.value * scale
    for link in sorted(onward, key=lambda link: (link.nodes[-2].top, -link.nodes[-2].layer)):
        ends[id(link)] = link.nodes[-1].top + link.nodes[-1].used_left
        link.nodes[-1].used_left += link.value * scale
    return [
        _ribbon(
            link,
            [starts[id(link)], *(node.top for node in link.nodes[1:-1]), ends[id(link)]],
            max(link.value * scale, 1.0),
        )
        for link in sorted(onward, key=lambda link: -link.value)
    ]


def _ribbon(link: Link, tops: list[float], thickness: float) -> Ribbon:
    edge: list[Point] = []
    for node, (above, below) in zip(link.nodes, pairwise(tops), strict=False):
        edge += [(node.layer + along, y) for along, y in _curve(above, below)]
    lower = [(x, y + thickness) for x, y in reversed(edge)]
    half = len(edge) // 2
    middle = [(x, y + thickness / 2) for x, y in edge[half - 8 : half + 8 : 5]]
    return Ribbon(link, thickness, [*edge, *lower], middle)


def _curve(start: float, end: float) -> list[Point]:
    """How far along and how far across an edge is, from 0 to 1, in a smooth S."""
    steps = [sample / (_SAMPLES - 1) for sample in range(_SAMPLES)]
    return [(step, start + (end - start) * step * step * (3 - 2 * step)) for step in steps]


# --- ways back --------------------------------------------------------------------------------


def _span(link: Link) -> int:
    return link.nodes[0].layer - link.nodes[-1].layer


def _lanes(backs: list[Link]) -> list[int]:
    """Below one another what would meet beside: the highest lane that is free for each way back."""
    taken: list[list[tuple[int, int]]] = []
    chosen = []
    for link in backs:
        first, last = link.nodes[-1].layer, link.nodes[0].layer
        free = (
            lane
            for lane, ways in enumerate(taken)
            if all(last < start or end < first for start, end in ways)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((first, last))
        chosen.append(lane)
    return chosen


def _ways_back(backs: list[Link], scale: float, lanes: list[float]) -> list[WayBack]:
    """Ways back: out at the right of their source, below everything, and up left of the target."""
    leaving: dict[int, int] = {}
    coming: dict[int, int] = {}
    ways = []
    for link, lane in zip(backs, lanes, strict=True):
        source, target = link.nodes
        # Whatever goes further back goes around what does not.
        leaves = source.layer + _TURN + _ASIDE * leaving.setdefault(source.layer, 0)
        comes = target.layer - _TURN - _ASIDE * coming.setdefault(target.layer, 0)
        leaving[source.layer] += 1
        coming[target.layer] += 1
        ways.append(_way_back(link, scale, leaves, comes, lane))
    return ways


def _way_back(link: Link, scale: float, leaves: float, comes: float, lane: float) -> WayBack:
    source, target = link.nodes
    thickness = min(max(link.value * scale, 1.5), _WIDEST_BACK)
    out = min(source.top + source.used_right + thickness / 2, source.top + source.height)
    into = min(target.top + target.used_left + thickness / 2, target.top + target.height)
    source.used_right += link.value * scale
    target.used_left += link.value * scale
    turns = [(leaves, out), (leaves, lane), (comes, lane), (comes, into)]
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    return WayBack(
        link,
        thickness,
        line=_rounded([(source.layer, out), *turns, (target.layer, into)]),
        name=((leaves + comes) / 2, lane - thickness / 2),
        middle=[(leaves + (comes - leaves) * share, lane) for share in shares],
    )


def _rounded(corners: list[Point]) -> list[Point]:
    """A way along corners, these cut round."""
    line = [corners[0]]
    for before, (x, y), after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = (
            (
                x + min(_ROUND[0], abs(near[0] - x)) * ((near[0] > x) - (near[0] < x)),
                y + min(_ROUND[1], abs(near[1] - y)) * ((near[1] > y) - (near[1] < y)),
            )
            for near in (before, after)
        )
        for step in (0.0, 0.25, 0.5, 0.75, 1.0):
            a, b, c = (1 - step) ** 2, 2 * step * (1 - step), step**2
            line.append((a * start[0] + b * x + c * end[0], a * start[1] + b * y + c * end[1]))
    return [*line, corners[-1]]
