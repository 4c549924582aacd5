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
    write,
    write_in_margin,
    write_left,
)
from ui.language import formats
from ui.language.messages import _, _n
from ui.theme import Look

FEW = 100
"""Under so many leads a rate is shown, but too few to conclude from."""

_BESIDE = 16  # characters of a name that fit left of its row on a phone; longer ones go above
_ABOVE = 40


def rates(
    segments: pd.DataFrame,
    look: Look,
    *,
    overall: float | None = None,
    named: str | None = None,
) -> go.Figure:
    """A rate for each segment with its interval, highest first: a dot on a line, value and n.

    `overall` is a dotted line. `named` is the one segment that the title names: vermilion. Under
    `FEW` leads a row is hollow and grey, even when named, and comes last.

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
    values = [_value_and_n(row, look) for row in rows.itertuples()]
    above = _names_above(rows["label"])
    figure = base(look, (52 if above else 38) * max(len(rows), 1) + (68 if above else 56))
    figure.update_layout(margin={"r": room_for(values), "t": 26})
    _scale(figure, look, [*rows["low"], *rows["rate"], *rows["high"]], overall)
    figure.update_yaxes(range=[len(rows) - 0.4, -0.85 if above else -0.6])
    _name_rows(figure, look, rows["label"], raised=9)
    if overall is not None:
        _add_overall(figure, look, overall)
    colours = [_colour(look, row.n, row.segment == named) for row in rows.itertuples()]
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
    above = _names_above(segments["label"])
    row = 48 if above else 34
    figure = base(look, row * max(len(segments), 1) + 8)
    figure.update_layout(margin={"r": room_for(texts), "b": 4}, barcornerradius=3)
    figure.update_xaxes(visible=False, range=[0, max([1, *segments["count"]])])
    figure.update_yaxes(range=[len(segments) - (0.7 if above else 0.5), -0.7 if above else -0.5])
    _name_rows(figure, look, segments["label"], raised=11)
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


def _value_and_n(row: Any, look: Look) -> str:
    count = tinted(f"n={formats.number(row.n)}", look.muted)
    value = formats.percent(row.rate)
    return (f"<b>{value}</b>" if row.n >= FEW else tinted(value, look.muted)) + "  " + count


def _in_words(row: Any) -> str:
    text = f"<b>{escape(row.label)}</b><br>{formats.percent(row.rate)}"
    if pd.notna(row.low):
        text += f" ({formats.interval(row.low, row.high)})"
    text += "<br>" + _n("of {n} lead", "of {n} leads", int(row.n))
    return text if row.n >= FEW else text + "<br>" + _("too few to conclude from")


def _names_above(labels: pd.Series) -> bool:
    return any(len(label) > _BESIDE for label in labels)


def _name_rows(figure: go.Figure, look: Look, labels: pd.Series, *, raised: int) -> None:
    """Names left of their rows, or, when one is long, above them (`raised` px)."""
    if not _names_above(labels):
        figure.update_yaxes(
            tickvals=list(range(len(labels))),
            ticktext=[escape(label) + "  " for label in labels],
            tickfont={"size": 14, "color": look.ink},
        )
        return
    figure.update_yaxes(showticklabels=False)
    for place, label in enumerate(labels):
        text = escape(shortened(label, _ABOVE))
        # Its own ground, so that no line runs through the name.
        ground = {"bgcolor": look.background}
        write_left(figure, text, y=place, yanchor="bottom", yshift=raised, **ground)


def _scale(figure: go.Figure, look: Look, shares: list[float], overall: float | None) -> None:
    """An axis of rates: all of them and a little air, with two to four round values."""
    present = [share for share in (*shares, overall) if share is not None and pd.notna(share)]
    low, high = min(present, default=0.0), max(present, default=1.0)
    air = max((high - low) * 0.06, 0.002)
    low, high = (low - air if low < air else max(0.0, low - air)), high + air
    rough = (high - low) / 3.5
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = ceil(low / step)
    ticks = [place * step for place in range(first, first + 5) if place * step <= min(high, 1.0)]
    figure.update_xaxes(
        range=[low, high],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=ticks,
        ticktext=[formats.percent(tick, 0 if step >= 0.01 else 1) for tick in ticks],
    )


def _add_overall(figure: go.Figure, look: Look, overall: float) -> None:
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
        _("all {rate}", rate=formats.percent(overall)),
        x=overall,
        xanchor="left" if share < 0.15 else "right" if share > 0.85 else "center",
        y=1,
        yref="paper",
        yanchor="bottom",
        size=13,
        colour=look.muted,
    )
