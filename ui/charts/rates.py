"""Segments side by side: rates with their intervals, and counts."""

from html import escape
from math import ceil, floor, log10
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import (
    UNFADED,
    base,
    keys,
    room_for,
    shortened,
    tinted,
    width_of,
    write,
    write_in_margin,
    write_left,
)
from ui.charts.kept import kept
from ui.language import formats
from ui.language.messages import _, _n
from ui.theme import Look

FEW = 100
"""Under so many leads a rate is shown, but too few to conclude from."""

_LINE = 16  # characters of a name that fit left of its row on a phone; longer ones take two lines
_ROW, _TWO_LINES = 38, 44  # px a row, by the lines of its name
_NARROW = 313  # px of the narrowest figure


@kept
def rates(
    segments: pd.DataFrame,
    look: Look,
    *,
    overall: float | None = None,
    named: str | None = None,
    plain: bool = False,
) -> go.Figure:
    """A rate for each segment with its interval, highest first: a dot on a line, value and n.

    `overall` is a dotted line. `named` is the one segment that the title names: vermilion. Under
    `FEW` leads a row is hollow and grey, even when named, and comes last. `plain` is for a reader
    who wants to see who stands apart: whole per cent, no n, no axis.

    Columns of `segments`, one row a segment:
        segment: customdata, may be null
        label
        rate, low, high: fractions, and the interval; without a rate a row is left out
        n: leads
    """
    known = segments[segments["rate"].notna()]
    rows = known.assign(few=known["n"] < FEW).sort_values(
        ["few", "rate", "n", "label"], ascending=[True, False, False, True], ignore_index=True
    )
    places = list(range(len(rows)))
    values = [_value(row, look, plain=plain) for row in rows.itertuples()]
    is_named = [key is not None and key == named for key in keys(rows, "segment")]
    names = [
        f"<b>{name}</b>" if bold else name
        for name, bold in zip(map(_in_lines, rows["label"]), is_named, strict=True)
    ]
    row_height = _height_of(names)
    figure = base(look, row_height * max(len(rows), 1) + (30 if plain else 56))
    figure.update_layout(margin={"r": room_for(values), "t": 26})
    room = _NARROW - room_for(values) - _width_of(names) - 8
    _scale(figure, look, [*rows["low"], *rows["rate"], *rows["high"]], overall, room=room)
    if plain:
        figure.update_xaxes(showgrid=False, showticklabels=False)
    figure.update_yaxes(range=[len(rows) - 0.4, -0.6])
    _name_rows(figure, names)
    if overall is not None:
        _add_overall(figure, look, overall, digits=0 if plain else 1)
    colours = [_colour(look, n, bold) for n, bold in zip(rows["n"], is_named, strict=True)]
    for place, row in enumerate(rows.itertuples()):
        line = {"color": look.over(colours[place], 0.45), "width": 3}
        ends = {"x": [row.low, row.high], "y": [place, place]}
        figure.add_scatter(**ends, mode="lines", line=line, hoverinfo="skip", cliponaxis=False)
    fills = [
        look.background if n < FEW else colour for n, colour in zip(rows["n"], colours, strict=True)
    ]
    figure.add_scatter(
        x=rows["rate"],
        y=places,
        mode="markers",
        cliponaxis=False,
        marker={"size": 13, "color": fills, "line": {"color": colours, "width": 2}, "opacity": 1},
        customdata=keys(rows, "segment"),
        hovertext=[_in_words(row) for row in rows.itertuples()],
        hoverinfo="text",
        unselected=UNFADED,
    )
    write_in_margin(figure, values)
    return figure


@kept
def bars(segments: pd.DataFrame, look: Look, *, named: str | None = None) -> go.Figure:
    """A count for each segment, in the order given: bars from zero with the number at their right.

    `named` as in `rates`.

    Columns of `segments`, one row a segment:
        segment: customdata, may be null
        label
        count: how long the bar is
        text: the number as it is read, such as `12.480` or `1,2 tỷ ₫`
    """
    texts = [f"<b>{escape(text)}</b>" for text in segments["text"]]
    names = [_in_lines(label) for label in segments["label"]]
    row = _height_of(names) - 4
    figure = base(look, row * max(len(segments), 1) + 8)
    figure.update_layout(margin={"r": room_for(texts), "b": 4}, barcornerradius=3)
    figure.update_xaxes(visible=False, range=[0, max([1, *segments["count"]])])
    figure.update_yaxes(range=[len(segments) - 0.5, -0.5])
    _name_rows(figure, names)
    figure.add_bar(
        orientation="h",
        x=segments["count"],
        y=list(range(len(segments))),
        width=20 / row,
        marker_color=[
            look.bad if slug is not None and slug == named else look.stage("opportunity")
            for slug in keys(segments, "segment")
        ],
        customdata=keys(segments, "segment"),
        hovertext=[
            f"<b>{escape(label)}</b><br>{text}"
            for label, text in zip(segments["label"], texts, strict=True)
        ],
        hoverinfo="text",
        unselected=UNFADED,
    )
    write_in_margin(figure, texts)
    return figure


def _colour(look: Look, count: int, is_named: bool) -> str:
    if count < FEW:
        return look.small
    return look.bad if is_named else look.stage("opportunity")


def _value(row: Any, look: Look, *, plain: bool) -> str:
    """A rate as it is read, and of how many."""
    value = formats.percent(row.rate, 0 if plain else 1)
    value = f"<b>{value}</b>" if row.n >= FEW else tinted(value, look.muted)
    return value if plain else f"{value}  " + tinted(f"n={formats.number(row.n)}", look.muted)


def _in_words(row: Any) -> str:
    text = f"<b>{escape(row.label)}</b><br>{formats.percent(row.rate)}"
    if pd.notna(row.low):
        text += f" ({formats.interval(row.low, row.high)})"
    text += "<br>" + _n("of {n} lead", "of {n} leads", int(row.n))
    return text if row.n >= FEW else text + "<br>" + _("too few to conclude from")


def _in_lines(name: str) -> str:
    """A name beside its row as HTML: a long one in two lines, parted where it has a blank."""
    if len(name) <= _LINE:
        return escape(name)
    blanks = [place for place, letter in enumerate(name) if letter == " "]
    middle = min(blanks, key=lambda place: abs(place - len(name) / 2), default=_LINE)
    lines = (name[:middle], name[middle:].strip())
    return "<br>".join(escape(shortened(line, _LINE)) for line in lines if line)


def _height_of(names: list[str]) -> int:
    return _TWO_LINES if any("<br>" in name for name in names) else _ROW


def _width_of(names: list[str]) -> float:
    return max((width_of(line) for name in names for line in name.split("<br>")), default=0.0)


def _name_rows(figure: go.Figure, names: list[str]) -> None:
    """Names, as HTML, left of their rows from the left edge on, in one line or two."""
    room = _width_of(names) + 8
    figure.update_layout(margin={"l": room})
    figure.update_yaxes(visible=False)
    for place, name in enumerate(names):
        write_left(figure, name, y=place, xshift=-room, align="left")


def _scale(
    figure: go.Figure, look: Look, shares: list[float], overall: float | None, *, room: float
) -> None:
    """An axis of rates: all of them and a little air, with the round values that `room` px hold."""
    present = [share for share in (*shares, overall) if share is not None and pd.notna(share)]
    low, high = min(present, default=0.0), max(present, default=1.0)
    air = max((high - low) * 0.06, 0.002)
    low, high = (low - air if low < air else max(0.0, low - air)), high + air
    rough = (high - low) / 3.5
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = ceil(low / step)
    ticks = [place * step for place in range(first, first + 5) if place * step <= min(high, 1.0)]
    widest = width_of(formats.percent(max(ticks, default=0.0), 0 if step >= 0.01 else 1), 13) + 6
    while len(ticks) > 1 and (ticks[1] - ticks[0]) / (high - low) * room < widest:
        ticks = ticks[::2]
    figure.update_xaxes(
        range=[low, high],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=ticks,
        ticktext=[formats.percent(tick, 0 if step >= 0.01 else 1) for tick in ticks],
    )


def _add_overall(figure: go.Figure, look: Look, overall: float, *, digits: int) -> None:
    """The rate of all segments together: a dotted line, named on top."""
    figure.add_shape(
        type="line",
        x0=overall,
        x1=overall,
        yref="paper",
        y0=0,
        y1=1,
        line={"color": look.neutral, "width": 1.5, "dash": "dot"},
        layer="below",
    )
    low, high = figure.layout.xaxis.range
    share = (overall - low) / (high - low)
    write(
        figure,
        _("all {rate}", rate=formats.percent(overall, digits)),
        x=overall,
        xanchor="left" if share < 0.15 else "right" if share > 0.85 else "center",
        y=1,
        yref="paper",
        yanchor="bottom",
        size=13,
        colour=look.muted,
    )
