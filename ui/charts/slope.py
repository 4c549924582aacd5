"""Slope: two answers to the same question side by side, and who moves between them."""

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, apart, base, blank, keys, shortened, tinted, width_of, write
from ui.charts.kept import kept
from ui.theme import Look

_ROW, _HEAD, _FOOT = 27, 34, 10  # px a row, above for the names of both sides, and below
_BETWEEN = 20  # px from one label to the next
_NAME = 16  # characters at most
_NARROW, _LINES = 330, 74  # px of the narrowest figure, and of the lines in it at least
_LEADER = 12  # px from a point to its label


@kept
def slope(rows: pd.DataFrame, look: Look, *, left: str, right: str) -> go.Figure:
    """A line for each segment from its value under `left` to that under `right`, both named on top.

    The segment that loses most ranks is vermilion, the one that gains most is ink; all others are
    one blue.

    Columns of `rows`, one row a segment:
        segment: customdata
        label
        left, right: numbers
        left_text, right_text: the same as they are read
        rank_change: ranks gained, below zero lost; may be null
    """
    if rows.empty:
        return blank(look)
    lines = rows.to_dict("records")
    height = _ROW * max(len(rows), 1) + _HEAD + _FOOT
    figure = base(look, height)
    riser, faller = _strongest(lines)
    ends = [f"<b>{escape(str(line['right_text']))}</b>{_moved(line)}" for line in lines]
    right_room = _LEADER + 14 + max(width_of(text) for text in ends)
    value = max(width_of(f"<b>{line['left_text']}</b>") for line in lines)
    # The lines keep some room on a phone; names have what is left of it.
    left_room = min(_NARROW - _LINES - right_room - value - _LEADER - 14, _NAME * 8.2)
    limit = max(8, int(left_room / 8.2))
    names = [
        _named(line, limit, is_bold=place in (riser, faller)) for place, line in enumerate(lines)
    ]
    room = [_LEADER + 14 + max(width_of(text) for text in names), right_room]
    figure.update_layout(margin={"l": round(room[0]), "r": round(room[1]), "t": _HEAD, "b": _FOOT})
    values = [float(line[side]) for line in lines for side in ("left", "right")]
    low, high = min(values, default=0.0), max(values, default=1.0)
    high = high if high > low else low + 1
    figure.update_xaxes(visible=False, range=[0, 1])
    air = (high - low) * 3 / (height - _HEAD - _FOOT)  # else the outermost lines are cut in half
    figure.update_yaxes(visible=False, range=[low - air, high + air])
    gap = (high - low) * _BETWEEN / (height - _HEAD - _FOOT)
    order = [place for place in range(len(lines)) if place not in (riser, faller)]
    order += [place for place in (riser, faller) if place is not None]
    colours = [
        look.bad if place == faller else look.ink if place == riser else look.stage("opportunity")
        for place in range(len(lines))
    ]
    for place in order:
        _add_line(figure, look, lines[place], colours[place], named=place in (riser, faller))
    for side, texts, edge in (("left", names, 0), ("right", ends, 1)):
        ends_at = [float(line[side]) for line in lines]
        _write_ends(figure, look, texts, ends_at, apart(ends_at, gap, low, high), edge)
    _add_dots(figure, rows, lines, colours, (left, right))
    for text, edge in ((left, 0), (right, 1)):
        _write_heading(figure, look, text, edge)
    return figure


def _named(line: dict[Any, Any], limit: int, *, is_bold: bool) -> str:
    name = escape(shortened(str(line["label"]), limit))
    value = f"<b>{escape(str(line['left_text']))}</b>"
    return f"<b>{name}</b> {value}" if is_bold else f"{name} {value}"


def _moved(line: dict[Any, Any]) -> str:
    change = line["rank_change"]
    if pd.isna(change) or not change:
        return ""
    return f" {'↑' if change > 0 else '↓'}{abs(int(change))}"


def _strongest(lines: list[dict[Any, Any]]) -> tuple[int | None, int | None]:
    """The rows that gain and lose most ranks; among equals those whose value changes more."""

    def strength(place: int, sign: int) -> tuple[float, float, int]:
        line = lines[place]
        return sign * line["rank_change"], sign * (line["right"] - line["left"]), -place

    moving = [place for place, line in enumerate(lines) if pd.notna(line["rank_change"])]
    up = [place for place in moving if lines[place]["rank_change"] > 0]
    down = [place for place in moving if lines[place]["rank_change"] < 0]
    return (
        max(up, key=lambda place: strength(place, 1), default=None),
        max(down, key=lambda place: strength(place, -1), default=None),
    )


def _add_line(
    figure: go.Figure, look: Look, line: dict[Any, Any], colour: str, *, named: bool
) -> None:
    figure.add_scatter(
        x=[0, 1],
        y=[line["left"], line["right"]],
        mode="lines",
        cliponaxis=False,
        line={
            "color": colour if named else look.over(colour, 0.55),
            "width": 3.2 if named else 2,
        },
        hoverinfo="skip",
    )


def _add_dots(
    figure: go.Figure,
    rows: pd.DataFrame,
    lines: list[dict[Any, Any]],
    colours: list[str],
    models: tuple[str, str],
) -> None:
    """The ends of all lines; each shows its segment's values under both."""
    hover = [
        f"<b>{escape(str(line['label']))}</b>"
        f"<br>{escape(models[0])}: <b>{escape(str(line['left_text']))}</b>"
        f"<br>{escape(models[1])}: <b>{escape(str(line['right_text']))}</b>{_moved(line)}"
        for line in lines
    ]
    for edge, side in enumerate(("left", "right")):
        figure.add_scatter(
            x=[edge] * len(lines),
            y=[line[side] for line in lines],
            mode="markers",
            cliponaxis=False,
            marker={"size": 9, "color": colours, "opacity": 1},
            customdata=keys(rows, "segment"),
            hovertext=hover,
            hoverinfo="text",
            unselected=UNFADED,
        )


def _write_ends(
    figure: go.Figure,
    look: Look,
    texts: list[str],
    values: list[float],
    heights: list[float],
    edge: int,
) -> None:
    """Labels beside their points, with a thin line to each that had to make room."""
    sign = 1 if edge else -1
    low, high = figure.layout.yaxis.range
    near = (high - low) * 3 / (figure.layout.height - _HEAD - _FOOT)
    for text, value, y in zip(texts, values, heights, strict=True):
        write(
            figure,
            text,
            x=edge,
            xanchor="left" if edge else "right",
            xshift=sign * (_LEADER + 6),
            y=y,
        )
        if abs(y - value) > near:
            figure.add_shape(
                type="line",
                xref="paper",  # else it is cut off at the edge of the plot
                xsizemode="pixel",
                xanchor=edge,
                x0=sign * 5,
                x1=sign * (_LEADER + 3),
                y0=value,
                y1=y,
                line={"color": look.neutral, "width": 1},
            )


def _write_heading(figure: go.Figure, look: Look, text: str, edge: int) -> None:
    margin = figure.layout.margin
    write(
        figure,
        tinted(escape(shortened(text, 20)), look.muted),
        x=edge,
        xref="paper",
        xanchor="right" if edge else "left",
        xshift=margin.r if edge else -margin.l,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=12,
        size=13,
    )
