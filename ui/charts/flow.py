"""Flow: how many go from where to where, and who comes back.

Drawn as ribbons of our own, not as `go.Sankey`: that one writes its labels over each other where it
is narrow, draws a way back across everything else, and cannot be clicked.
"""

from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts import mark
from ui.charts.canvas import CLEAR, UNFADED, base, blank, write
from ui.charts.flow_layout import (
    BACK,
    FORWARD,
    LAST,
    LOST,
    WON,
    Link,
    Node,
    Point,
    Ribbon,
    WayBack,
    lay_out,
    layers_of,
)
from ui.charts.kept import kept
from ui.language import formats
from ui.theme import Look

_NODE = 9  # px, how broad a node is


@kept
def flow(nodes: pd.DataFrame, links: pd.DataFrame, look: Look) -> go.Figure:
    """How many go from each node to each other one, left to right; ways back run below.

    A click on a node tells its `node`, one on a link the mark of both. A link of no value is left
    out, and so is a node without links.

    Columns of `nodes`, one row a node, in order from the top of its layer:
        node: a click's customdata
        label: text
        colour: `#RRGGBB`
        layer: from 0; perhaps, by default as far right as the links before it ask
        value: perhaps, by default what comes in or what leaves, whichever is more
        hover: perhaps, ready HTML

    Columns of `links`, one row a link:
        source, target: nodes
        value: how many
        kind: perhaps `forward` (in its source's colour), `back` (vermilion), `lost` (grey) or
            `won` (teal); by default forward
        text: perhaps, of the hover, ready HTML
    """
    drawn = _links(links)
    stops = _nodes(nodes, drawn)
    if not stops or not drawn:
        return blank(look)
    layout = lay_out(stops, drawn, formats.number)
    figure = base(look, layout.height + 4)
    figure.update_layout(
        margin={"r": LAST}
    )  # px: a share of the width would be too much of a wide one
    figure.update_xaxes(visible=False, range=[layout.left, layout.right])
    figure.update_yaxes(visible=False, range=[layout.height, 0])
    for ribbon in layout.ribbons:
        _add_ribbon(figure, look, ribbon)
    for way in layout.ways_back:
        _add_way_back(figure, look, way)
    ground = _ground(look) if layout.ways_back else None
    hovers = {str(row["node"]): str(row.get("hover") or "") for row in nodes.to_dict("records")}
    for node in stops:
        _add_node(figure, node, hovers[str(node.key)], size=layout.font_size, ground=ground)
    return figure


def _links(links: pd.DataFrame) -> list[Link]:
    return [
        Link(
            source=str(link["source"]),
            target=str(link["target"]),
            value=float(link["value"]),
            kind=str(link.get("kind") or FORWARD),
            text=str(link.get("text") or ""),
        )
        for link in links.to_dict("records")
        if link["value"] > 0
    ]


def _nodes(nodes: pd.DataFrame, links: list[Link]) -> list[Node]:
    """The nodes that anything comes from or goes to, in order, each in its layer."""
    used = {name for link in links for name in (link.source, link.target)}
    rows = [row for row in nodes.to_dict("records") if str(row["node"]) in used]
    layers = layers_of([str(row["node"]) for row in rows], links)
    stops = []
    for row in rows:
        key, layer, value = str(row["node"]), row.get("layer"), row.get("value")
        stops.append(
            Node(
                key,
                str(row["label"]),
                str(row["colour"]),
                layers[key] if layer is None or pd.isna(layer) else int(layer),
                None if value is None or pd.isna(value) else float(value),
            )
        )
    return stops


def _fill(look: Look, link: Link) -> str:
    return {
        BACK: look.over(look.bad, 0.55),
        LOST: look.over(look.neutral, 0.3),
        WON: look.over(look.good, 0.45),
    }.get(link.kind) or look.over(link.nodes[0].colour, 0.35)


def _hover(link: Link) -> str:
    if link.text:
        return link.text
    ends = f"{escape(link.nodes[0].label)} → {escape(link.nodes[-1].label)}"
    return f"<b>{ends}</b><br>{formats.number(link.value)}"


def _add_ribbon(figure: go.Figure, look: Look, ribbon: Ribbon) -> None:
    figure.add_scatter(
        x=[x for x, _y in ribbon.outline],
        y=[y for _x, y in ribbon.outline],
        mode="lines",
        fill="toself",
        fillcolor=_fill(look, ribbon.link),
        line={"color": look.background, "width": 0.6},
        hoverinfo="skip",
    )
    _add_marks(figure, ribbon.link, ribbon.middle, max(10.0, min(ribbon.thickness, 40.0)))


def _add_way_back(figure: go.Figure, look: Look, way: WayBack) -> None:
    figure.add_scatter(
        x=[x for x, _y in way.line],
        y=[y for _x, y in way.line],
        mode="lines",
        line={"color": _fill(look, way.link), "width": way.thickness},
        hoverinfo="skip",
    )
    x, y = way.name
    text = f"← <b>{formats.number(way.link.value)}</b>"
    write(figure, text, x=x, y=y, yanchor="bottom", size=13, colour=look.bad_text)
    _add_marks(figure, way.link, way.middle, 12)


def _add_marks(figure: go.Figure, link: Link, along: list[Point], size: float) -> None:
    """Unseen marks along a link: they say it in words and take the click."""
    figure.add_scatter(
        x=[x for x, _y in along],
        y=[y for _x, y in along],
        mode="markers",
        marker={"size": size, "color": CLEAR, "line": {"width": 0}},
        customdata=[mark.write(link.source, link.target)] * len(along),
        hovertext=[_hover(link)] * len(along),
        hoverinfo="text",
        unselected=UNFADED,
    )


def _ground(look: Look) -> str:
    """Under names: the page, nearly opaque, so that no way back runs through them."""
    red, green, blue = (int(look.background[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.82)"


def _add_node(figure: go.Figure, node: Node, hover: str, *, size: int, ground: str | None) -> None:
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
        "<br>".join(filter(None, node.lines)),
        x=node.layer,
        xanchor="left",
        y=node.top,
        yanchor="bottom",
        align="left",
        yshift=1,
        size=size,
        bgcolor=ground,
    )
    figure.add_scatter(
        x=[node.layer],
        y=[node.top + node.height / 2],
        mode="markers",
        marker={"size": 18, "color": CLEAR, "line": {"width": 0}},
        customdata=[node.key],
        hovertext=[hover or f"<b>{escape(node.label)}</b><br>{formats.number(node.shown)}"],
        hoverinfo="text",
        unselected=UNFADED,
    )
