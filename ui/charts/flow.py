"""Flow: how many go from where to where, and who comes back.

Drawn as ribbons of our own, not as `go.Sankey`: that one writes its labels over each other where it
is narrow, draws a way back across everything else, and cannot be clicked.
"""

from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import CLEAR, UNFADED, base, blank, shortened, write
from ui.language import formats
from ui.theme import Look

FORWARD, BACK, LOST, WON = "forward", "back", "lost", "won"
_TALLEST = 250  # px: all that flows through the layer through which most does
_LINE, _GAP = 17, 10  # px: a line of a label, and between a node and the next one's label
_NODE = 9  # px, how broad a node is
_WIDTH = 330  # px of the narrowest figure
_CHARACTER = 0.53  # of the size of the text
_FEW_LAYERS = 4  # beyond, names are smaller and may have three lines
_LAST = {True: 0.85, False: 1.0}  # of a layer's width: what the labels of the last one need
_LANE = 30  # px between the ways back
_WIDEST_BACK = 16  # px: a way back that is drawn as a line that turns corners
# Shares of a layer's width: from a node to where its ways back turn, and from each to the next.
_TURN, _ASIDE = 0.09, 0.045
_ROUND = (0.05, 9.0)  # how far from a corner its curve begins: of a layer's width, px
_SAMPLES = 24  # points of the edge of a ribbon


@dataclass
class _Node:
    key: str | None  # None is no node, but where a link passes through a layer
    label: str
    colour: str
    layer: int
    lines: list[str] = field(default_factory=list)
    value: float = 0.0
    told: float | None = None  # the value that the caller gives it
    top: float = 0.0  # px from the top of the plot
    height: float = 0.0  # px
    before: "_Node | None" = None  # of what only passes through
    given: float = 0.0  # px of the height that links which leave have used up
    taken: float = 0.0  # and those which come in

    @property
    def shown(self) -> float:
        """The number beside its name."""
        return self.value if self.told is None else self.told

    @property
    def label_height(self) -> int:
        return _LINE * len(self.lines)


@dataclass
class _Link:
    source: str
    target: str
    value: float
    kind: str
    text: str
    nodes: list[_Node] = field(default_factory=list)  # all it goes through


def flow(nodes: pd.DataFrame, links: pd.DataFrame, look: Look) -> go.Figure:
    """How many go from each node to each other one, left to right; ways back run below.

    `nodes` has one row a node, in order from the top of its layer: `node` (the click's customdata),
    `label`, `colour`, perhaps `layer` (from 0; by default as far right as the links before it ask),
    `value` (by default what comes in or what leaves, whichever is more) and `hover` (ready HTML).
    `links`: `source`, `target` (nodes), `value`, perhaps `text` (of the hover, ready HTML) and
    `kind`: `forward` (in its source's colour), `back` (vermilion), `lost` (grey), `won` (teal).
    A click on a link tells `source target`. A link of no value is left out.
    """
    drawn = _links(links)
    stops = _stops(nodes, drawn)
    if not stops or not drawn:
        return blank(look)
    columns = _columns(list(stops.values()), drawn, stops)
    scale = _TALLEST / max(sum(node.value for node in column) for column in columns)
    backs = [link for link in drawn if link.kind == BACK]
    first = [link for link in backs if link.nodes[-1].layer == 0]
    left = -_TURN - _ASIDE * len(first) if first else 0.0
    is_few = len(columns) <= _FEW_LAYERS
    right = len(columns) - 1 + _LAST[is_few]
    size = 13 if is_few else 12
    _wrap_labels(columns, right - left, size)
    bottom = _place(columns, scale)
    backs.sort(key=_span)
    lanes = _lanes(backs)
    height = bottom + (_LANE * (max(lanes) + 1) + 14 if backs else 0)
    figure = base(look, height + 4)
    figure.update_xaxes(visible=False, range=[left, right])
    figure.update_yaxes(visible=False, range=[height, 0])
    _add_ribbons(figure, look, drawn, scale)
    _add_backs(figure, look, backs, scale, [bottom + 4 + _LANE * (lane + 0.5) for lane in lanes])
    _add_nodes(figure, stops, nodes, size=size, ground=_ground(look) if backs else None)
    return figure


def _links(links: pd.DataFrame) -> list[_Link]:
    return [
        _Link(
            source=str(link["source"]),
            target=str(link["target"]),
            value=float(link["value"]),
            kind=str(link.get("kind") or FORWARD),
            text=str(link.get("text") or ""),
        )
        for link in links.to_dict("records")
        if link["value"] > 0
    ]


def _stops(nodes: pd.DataFrame, links: list[_Link]) -> dict[str, _Node]:
    """The nodes that anything comes from or goes to, in order, each in its layer."""
    used = {name for link in links for name in (link.source, link.target)}
    rows = [row for row in nodes.to_dict("records") if str(row["node"]) in used]
    depth = {str(row["node"]): 0 for row in rows}
    onward = [link for link in links if link.kind != BACK]
    for _round in rows:  # as many as the longest way could have
        for link in onward:
            depth[link.target] = max(depth[link.target], depth[link.source] + 1)
    stops = {}
    for row in rows:
        key, layer = str(row["node"]), row.get("layer")
        layer = depth[key] if layer is None or pd.isna(layer) else int(layer)
        told = row.get("value")
        stops[key] = _Node(
            key,
            str(row["label"]),
            str(row["colour"]),
            layer,
            told=None if told is None or pd.isna(told) else float(told),
        )
    return stops


def _columns(stops: list[_Node], links: list[_Link], by_key: dict[str, _Node]) -> list[list[_Node]]:
    """The nodes of each layer from the top; below them what only passes through it."""
    columns: list[list[_Node]] = [[] for _layer in range(max(node.layer for node in stops) + 1)]
    for node in stops:
        columns[node.layer].append(node)
    order = {node.key: place for place, node in enumerate(stops)}
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
            _Node(None, "", "", layer, value=link.value)
            for layer in range(source.layer + 1, target.layer)
        ]
        before = source
        for node in between:
            node.before = before
            columns[node.layer].append(node)
            before = node
        link.nodes = [source, *between, target]
    for node in stops:
        node.value = max(into[str(node.key)], out[str(node.key)], node.told or 0.0)
    return columns


def _wrap_labels(columns: list[list[_Node]], layers: float, size: int) -> None:
    """Names in lines that fit beside those of the next layer, the count at the end of the last."""
    is_few = len(columns) <= _FEW_LAYERS
    for place, column in enumerate(columns):
        share = _LAST[is_few] if place == len(columns) - 1 else 1.0
        limit = max(6, int((_WIDTH * share / layers - 7) / (_CHARACTER * size)))
        for node in column:
            if node.key is not None:
                node.lines = _lines(
                    node.label, formats.number(node.shown), limit, 2 if is_few else 3
                )


def _lines(label: str, count: str, limit: int, most: int) -> list[str]:
    """A name in `most` lines of HTML and its count, on the last of them if it fits there."""
    names = [""]
    if " " not in label and limit < len(label) <= 2 * limit - 1:
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


def _place(columns: list[list[_Node]], scale: float) -> float:
    """Gives every node its height and its place, px from the top; returns where the last ends."""
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


def _curve(start: float, end: float) -> list[tuple[float, float]]:
    """How far along and how far across an edge is, from 0 to 1, in a smooth S."""
    steps = [place / (_SAMPLES - 1) for place in range(_SAMPLES)]
    return [(step, start + (end - start) * step * step * (3 - 2 * step)) for step in steps]


def _fill(look: Look, link: _Link) -> str:
    return {
        BACK: look.over(look.bad, 0.55),
        LOST: look.over(look.neutral, 0.3),
        WON: look.over(look.good, 0.45),
    }.get(link.kind) or look.over(link.nodes[0].colour, 0.35)


def _hover(link: _Link) -> str:
    if link.text:
        return link.text
    ends = f"{escape(link.nodes[0].label)} → {escape(link.nodes[-1].label)}"
    return f"<b>{ends}</b><br>{formats.number(link.value)}"


def _add_ribbons(figure: go.Figure, look: Look, links: list[_Link], scale: float) -> None:
    """The links to the right, those to higher nodes above, so that they cross as little as can be.

    In a node the ways back begin and end below all others.
    """
    onward = [link for link in links if link.kind != BACK]
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for link in sorted(onward, key=lambda link: (link.nodes[1].top, link.nodes[1].layer)):
        starts[id(link)] = link.nodes[0].top + link.nodes[0].given
        link.nodes[0].given += link.value * scale
    for link in sorted(onward, key=lambda link: (link.nodes[-2].top, -link.nodes[-2].layer)):
        ends[id(link)] = link.nodes[-1].top + link.nodes[-1].taken
        link.nodes[-1].taken += link.value * scale
    for link in sorted(onward, key=lambda link: -link.value):
        tops = [starts[id(link)], *(node.top for node in link.nodes[1:-1]), ends[id(link)]]
        edge: list[tuple[float, float]] = []
        for place, (above, below) in enumerate(pairwise(tops)):
            layer = link.nodes[place].layer
            edge += [(layer + along, y) for along, y in _curve(above, below)]
        thick = max(link.value * scale, 1.0)
        lower = [(x, y + thick) for x, y in reversed(edge)]
        outline = [*edge, *lower]
        figure.add_scatter(
            x=[x for x, _y in outline],
            y=[y for _x, y in outline],
            mode="lines",
            fill="toself",
            fillcolor=_fill(look, link),
            line={"color": look.background, "width": 0.6},
            hoverinfo="skip",
        )
        middle = len(edge) // 2
        along = [(x, y + thick / 2) for x, y in edge[middle - 8 : middle + 8 : 5]]
        _add_marks(figure, link, along, max(10.0, min(thick, 40.0)))


def _add_marks(
    figure: go.Figure, link: _Link, along: list[tuple[float, float]], size: float
) -> None:
    """Unseen marks along a link: they say it in words and take the click."""
    figure.add_scatter(
        x=[x for x, _y in along],
        y=[y for _x, y in along],
        mode="markers",
        marker={"size": size, "color": CLEAR, "line": {"width": 0}},
        customdata=[f"{link.source} {link.target}"] * len(along),
        hovertext=[_hover(link)] * len(along),
        hoverinfo="text",
        unselected=UNFADED,
    )


def _span(link: _Link) -> int:
    return link.nodes[0].layer - link.nodes[-1].layer


def _lanes(backs: list[_Link]) -> list[int]:
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


def _add_backs(
    figure: go.Figure, look: Look, backs: list[_Link], scale: float, lanes: list[float]
) -> None:
    """Ways back: out at the right of their source, below everything, and up left of the target."""
    leaving: dict[int, int] = {}
    coming: dict[int, int] = {}
    for link, lane in zip(backs, lanes, strict=True):
        source, target = link.nodes
        # Whatever goes further back goes around what does not.
        leaves = source.layer + _TURN + _ASIDE * leaving.setdefault(source.layer, 0)
        comes = target.layer - _TURN - _ASIDE * coming.setdefault(target.layer, 0)
        leaving[source.layer] += 1
        coming[target.layer] += 1
        _add_back(figure, look, link, scale, (leaves, comes, lane))


def _add_back(
    figure: go.Figure, look: Look, link: _Link, scale: float, way: tuple[float, float, float]
) -> None:
    source, target = link.nodes
    leaves, comes, lane = way
    thick = min(max(link.value * scale, 1.5), _WIDEST_BACK)
    out = min(source.top + source.given + thick / 2, source.top + source.height)
    into = min(target.top + target.taken + thick / 2, target.top + target.height)
    source.given += link.value * scale
    target.taken += link.value * scale
    turns = [(leaves, out), (leaves, lane), (comes, lane), (comes, into)]
    line = _rounded([(source.layer, out), *turns, (target.layer, into)])
    figure.add_scatter(
        x=[x for x, _y in line],
        y=[y for _x, y in line],
        mode="lines",
        line={"color": _fill(look, link), "width": thick},
        hoverinfo="skip",
    )
    middle = (leaves + comes) / 2
    write(
        figure,
        f"← <b>{formats.number(link.value)}</b>",
        x=middle,
        y=lane - thick / 2,
        yanchor="bottom",
        size=13,
        colour=look.bad_text,
    )
    along = [(leaves + (comes - leaves) * share, lane) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    _add_marks(figure, link, along, 12)


def _rounded(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
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


def _ground(look: Look) -> str:
    """Under names: the page, nearly opaque, so that no way back runs through them."""
    red, green, blue = (int(look.background[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.82)"


def _add_nodes(
    figure: go.Figure,
    stops: dict[str, _Node],
    rows: pd.DataFrame,
    *,
    size: int,
    ground: str | None,
) -> None:
    said = {str(row["node"]): str(row.get("hover") or "") for row in rows.to_dict("records")}
    for key, node in stops.items():
        figure.add_shape(
            type="rect",
            xsizemode="pixel",
            xanchor=node.layer,
            x0=0,
            x1=_NODE,
            y0=node.top,
            y1=node.top + node.height,
            fillcolor=node.colour,
            line={"width": 0},
        )
        write(
            figure,
            "<br>".join(node.lines),
            x=node.layer,
            xanchor="left",
            y=node.top,
            yanchor="bottom",
            align="left",
            yshift=1,
            size=size,
            bgcolor=ground,
        )
        text = said[key] or f"<b>{escape(node.label)}</b><br>{formats.number(node.shown)}"
        figure.add_scatter(
            x=[node.layer],
            y=[node.top + node.height / 2],
            mode="markers",
            marker={"size": 18, "color": CLEAR, "line": {"width": 0}},
            customdata=[key],
            hovertext=[text],
            hoverinfo="text",
            unselected=UNFADED,
        )
