"""Bubbles: what segments cost against how they convert."""

from collections.abc import Callable
from html import escape
from math import sqrt
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.bubble_layout import LINE, PLOT, SIDES, WIDTHS, Bubble, LineName, name_of_line, sides
from ui.charts.canvas import (
    UNFADED,
    base,
    blank,
    keys,
    round_values,
    shortened,
    tinted,
    width_of,
    write,
)
from ui.charts.kept import kept
from ui.language import formats
from ui.language.messages import _, _n
from ui.theme import Look

_HEAD, _FOOT = 22, 48  # px; above for the name of a dotted line, below for the axis
_TITLE = 22  # px, of that the title of the axis
_RIGHT = 10  # px beside the plot
_LARGEST, _SMALLEST = 48, 10  # px across
_NAME = {8: 22, 12: 20}  # characters, up to so many bubbles; fewer beyond
_FAR_FROM_ZERO = 0.4  # of the dearest: an axis of dearer ones alone does not begin at zero


@kept
def bubble(
    rows: pd.DataFrame,
    look: Look,
    *,
    x_title: str,
    written: Callable[[float], str] = formats.number,
    overall: tuple[float | None, float | None] = (None, None),
    also: tuple[str, float] | None = None,
    digits: int = 1,
) -> go.Figure:
    """Segments by a cost (across) and a rate with its interval (up); the area is their leads.

    `written` is how a cost is written; `overall`, both values of all segments together, is dotted.
    `also` is a rate without a cost: a line with its name above. Rates have so many `digits`.

    Columns of `rows`, one row a segment:
        segment: customdata
        label, colour
        x: the cost; without it or the rate a row is left out
        y, low, high: the rate as a fraction and its interval, whose limits may be null
        leads: how many
        small: whether too few to conclude from; then it is hollow
        hover: perhaps
    """
    known = rows[rows["x"].notna() & rows["y"].notna()]
    known = known.sort_values("leads", ascending=False, kind="stable", ignore_index=True)
    if known.empty:
        return blank(look)
    foot = _FOOT if x_title else _FOOT - _TITLE
    figure = base(look, _HEAD + PLOT + foot)
    figure.update_layout(margin={"t": _HEAD, "b": foot, "l": 44, "r": _RIGHT})
    spots = known.to_dict("records")
    most = max([1.0, *(float(spot["leads"]) for spot in spots)])
    sizes = [max(_SMALLEST, _LARGEST * sqrt(spot["leads"] / most)) for spot in spots]
    rates = [rate for rate in (overall[1], None if also is None else also[1]) if rate is not None]
    _axes(figure, look, spots, sizes, x_title, written, overall[0], rates)
    _add_overall(figure, look, overall, written)
    if also is not None:
        _add_line(figure, look, *also)
    for spot in spots:
        _add_interval(figure, look, spot)
    _add_bubbles(figure, look, known, spots, sizes, written)
    bubbles = _bubbles(figure, spots, sizes)
    taken = _write_rate(figure, look, bubbles, overall[1], digits)
    for spot, size, side in zip(spots, sizes, sides(bubbles, taken), strict=True):
        _write_name(figure, look, spot, _name(spot, len(spots)), size / 2, side)
    return figure


def _limits(spot: dict[Any, Any]) -> tuple[float, float]:
    low, high = spot["low"], spot["high"]
    return spot["y"] if pd.isna(low) else low, spot["y"] if pd.isna(high) else high


def _axes(
    figure: go.Figure,
    look: Look,
    spots: list[dict[Any, Any]],
    sizes: list[float],
    x_title: str,
    written: Callable[[float], str],
    cost: float | None,
    rates: list[float],
) -> None:
    """Both axes, with room for the bubbles, the `cost` of all and the `rates` that are lines."""
    widest = max([0.0, *(spot["x"] for spot in spots), cost or 0.0]) or 1.0
    highest = _highest(spots, rates)
    cheapest = min([*(spot["x"] for spot in spots), widest if cost is None else cost])
    # From zero, unless all are so far from it that they would stand in one heap.
    start = 0.0
    if cheapest >= _FAR_FROM_ZERO * widest:
        start = min(cheapest - 0.15 * (widest - cheapest), 0.6 * widest)
    # Half a bubble of room at both ends, where the plot is narrowest.
    unit = (widest - start) / (WIDTHS[0] - _LARGEST)
    left = min([start, *(spot["x"] - (size / 2 + 2) * unit for spot, size in _both(spots, sizes))])
    right = widest + (max(sizes) / 2 + 4) * unit
    # Below the lowest bubble there is room for its name.
    low = min(
        [
            0.0,
            *(spot["y"] - highest * (size / 2 + LINE) / PLOT for spot, size in _both(spots, sizes)),
        ]
    )
    high = highest * 1.04
    ticks = [tick for tick in round_values(0, high, 4) if tick <= 1 + 1e-9]
    step = ticks[1] - ticks[0] if len(ticks) > 1 else highest
    digits = 0 if step >= 0.0099 and abs(step - 0.025) > 1e-9 else 1 if step >= 0.00099 else 2
    figure.update_yaxes(
        automargin=False,
        range=[low, high],
        showgrid=True,
        gridcolor=look.grid,
        zeroline=True,
        zerolinecolor=look.axis,
        tickvals=ticks,
        ticktext=[formats.percent(tick, digits if tick else 0) for tick in ticks],
    )
    wide = width_of(written(widest), 13)
    ticks = round_values(start, right, max(2, min(5, int(WIDTHS[0] / (wide + 14)))))
    # The text of the last one must not run over the edge of the figure.
    room = (wide / 2 - _RIGHT) / WIDTHS[0] * (right - left)
    ticks = [tick for tick in ticks if tick + room <= right] or ticks[:1]
    figure.update_xaxes(
        range=[left, right],
        tickvals=ticks,
        ticktext=[written(tick) for tick in ticks],
        ticklabeloverflow="allow",
        ticklabelstandoff=4,
        automargin=False,
        title={
            "text": escape(x_title),
            "font": {"size": 13, "color": look.muted},
            "standoff": 6,
        },
    )


def _name(spot: dict[Any, Any], count: int) -> str:
    limit = next((limit for most, limit in _NAME.items() if count <= most), 11)
    return shortened(str(spot["label"]), limit)


def _both(spots: list[dict[Any, Any]], sizes: list[float]) -> list[tuple[dict[Any, Any], float]]:
    return list(zip(spots, sizes, strict=True))


def _highest(spots: list[dict[Any, Any]], rates: list[float]) -> float:
    """The top of the axis: all rates, and the intervals of those that rest on enough leads."""
    values = [float(spot["y"]) for spot in spots] + rates
    sure = [_limits(spot)[1] for spot in spots if not spot["small"]]
    limits = [_limits(spot)[1] for spot in spots]
    enough = max([0.0, *values, *sure])
    # A wild interval of few leads runs off the top rather than press all others down.
    return min(max([enough, *limits]), 1.5 * enough) or 0.1


def _add_overall(
    figure: go.Figure,
    look: Look,
    overall: tuple[float | None, float | None],
    written: Callable[[float], str],
) -> None:
    """The cost and the rate of all together: dotted lines, named at their ends."""
    line = {"color": look.neutral, "width": 1.5, "dash": "dot"}
    dotted: dict[str, Any] = {"line": line, "layer": "below"}
    x, y = overall
    if x is not None:
        figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="y domain", **dotted)
        low, high = figure.layout.xaxis.range
        share = (x - low) / (high - low)
        end = "left" if share < 0.25 else "right" if share > 0.75 else "center"
        text = _("all {rate}", rate=written(x))
        at: dict[str, Any] = {"x": x, "xanchor": end, "y": 1, "yref": "paper", "yanchor": "bottom"}
        write(figure, text, size=13, colour=look.muted, **at)
    if y is not None:
        figure.add_shape(type="line", x0=0, x1=1, y0=y, y1=y, xref="x domain", **dotted)


def _add_line(figure: go.Figure, look: Look, text: str, rate: float) -> None:
    """A rate of which no cost is known: a dashed line from side to side, its name above it."""
    line = {"color": look.neutral, "width": 1.5, "dash": "dash"}
    figure.add_shape(
        type="line", x0=0, x1=1, xref="x domain", y0=rate, y1=rate, line=line, layer="below"
    )
    at: dict[str, Any] = {"x": 1, "xref": "paper", "xanchor": "right", "yanchor": "bottom"}
    write(figure, escape(text), y=rate, yshift=2, size=13, colour=look.muted, **at)


def _add_interval(figure: go.Figure, look: Look, spot: dict[Any, Any]) -> None:
    colour = look.small if spot["small"] else spot["colour"]
    figure.add_scatter(
        x=[spot["x"], spot["x"]],
        y=list(_limits(spot)),
        mode="lines",
        line={"color": colour, "width": 1.6},
        hoverinfo="skip",
    )


def _add_bubbles(
    figure: go.Figure,
    look: Look,
    known: pd.DataFrame,
    spots: list[dict[Any, Any]],
    sizes: list[float],
    written: Callable[[float], str],
) -> None:
    figure.add_scatter(
        x=[spot["x"] for spot in spots],
        y=[spot["y"] for spot in spots],
        mode="markers",
        cliponaxis=False,
        marker={
            "size": sizes,
            "color": [
                look.background if spot["small"] else look.over(spot["colour"], 0.75)
                for spot in spots
            ],
            "line": {
                "color": [look.small if spot["small"] else spot["colour"] for spot in spots],
                "width": 2,
            },
            "opacity": 1,
        },
        customdata=keys(known, "segment"),
        hovertext=[spot.get("hover") or _in_words(spot, written) for spot in spots],
        hoverinfo="text",
        unselected=UNFADED,
    )


def _in_words(spot: dict[Any, Any], written: Callable[[float], str]) -> str:
    rate = formats.percent(spot["y"])
    if pd.notna(spot["low"]) and pd.notna(spot["high"]):
        rate += f" ({formats.interval(spot['low'], spot['high'])})"
    lines = [
        f"<b>{escape(str(spot['label']))}</b>",
        rate,
        written(spot["x"]),
        _n("{n} lead", "{n} leads", int(spot["leads"])),
    ]
    if spot["small"]:
        lines.append(_("too few to conclude from"))
    return "<br>".join(lines)


def _bubbles(figure: go.Figure, spots: list[dict[Any, Any]], sizes: list[float]) -> list[Bubble]:
    """What is drawn, as shares of both axes."""
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range

    def up(value: float) -> float:
        return min(1.0, float((value - low) / (high - low)))

    return [
        Bubble(
            x=(spot["x"] - left) / (right - left),
            y=up(spot["y"]),
            low=up(_limits(spot)[0]),
            high=up(_limits(spot)[1]),
            radius=size / 2,
            name=width_of(f"<b>{_name(spot, len(spots))}</b>"),
        )
        for spot, size in _both(spots, sizes)
    ]


def _write_rate(
    figure: go.Figure, look: Look, bubbles: list[Bubble], rate: float | None, digits: int
) -> LineName | None:
    """The name of the dotted line of the rate, at the end and side of it with the least below."""
    if rate is None:
        return None
    low, high = figure.layout.yaxis.range
    text = _("all {rate}", rate=formats.percent(rate, digits))
    name = name_of_line((rate - low) / (high - low), width_of(text, 13), bubbles)
    write(
        figure,
        text,
        x=1 if name.is_right else 0,
        xref="paper",
        xanchor="right" if name.is_right else "left",
        xshift=0 if name.is_right else 3,
        y=rate,
        yanchor="bottom" if name.is_above else "top",
        size=13,
        colour=look.muted,
    )
    return name


def _write_name(
    figure: go.Figure, look: Look, spot: dict[Any, Any], name: str, radius: float, side: str
) -> None:
    across, up = SIDES[side].shift(radius)
    name = escape(name)
    at: dict[str, Any] = {"x": spot["x"], "y": spot["y"]}
    at |= {"xanchor": SIDES[side].x_anchor, "yanchor": SIDES[side].y_anchor}
    if SIDES[side].far:
        # The line ends at the bubble; Plotly counts its other end, where the text is, downwards.
        at |= {"ax": across, "ay": -up, "arrowhead": 0, "arrowwidth": 1, "standoff": radius}
        at |= {"showarrow": True, "arrowcolor": look.neutral}
    else:
        at |= {"xshift": across, "yshift": up}
    write(figure, tinted(name, look.muted) if spot["small"] else f"<b>{name}</b>", **at)
