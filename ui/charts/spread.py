"""Spread: how far apart the answers of several models lie, row by row beside their heat map."""

from collections.abc import Callable
from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import (
    UNFADED,
    base,
    blank,
    folded,
    keys,
    room_for,
    round_values,
    tinted,
    width_of,
    write_in_margin,
)
from ui.charts.heat import head_of, height_of
from ui.language import formats
from ui.theme import Look

_NARROW = 330  # px of the narrowest figure
_NAME = 15  # characters of a line of a row's name


def spread(
    rows: pd.DataFrame,
    look: Look,
    *,
    dots: bool = True,
    written: Callable[[float], str] = formats.number,
    beside: go.Figure | None = None,
) -> go.Figure:
    """For each segment a line from its lowest to its highest value, a dot for each of them.

    Without `dots` there is the line alone. `written` is how a value is written on the axis and in a
    hover; rows and names are as in the heat map `beside`.

    Columns of `rows`, one row a segment, in the order of the heat map beside:
        segment: customdata
        label
        values: a list of numbers, one a model
        names: of the models, in the order of the values
        text: the range as it is read
        sure: whether there are enough leads; otherwise all is grey
        colour: perhaps, of the row's marks
        ring: perhaps, the value that is ringed
    """
    if rows.empty:
        return blank(look)
    places = list(range(len(rows)))
    sure = rows["sure"].astype(bool).tolist()
    texts = [
        f"<b>{escape(text)}</b>" if is_sure else tinted(escape(text), look.muted)
        for text, is_sure in zip(rows["text"], sure, strict=True)
    ]
    head = head_of(1) if beside is None else beside.layout.margin.t
    size = 14 if beside is None else beside.layout.yaxis.tickfont.size
    figure = base(look, height_of(len(rows)) - head_of(1) + head)
    figure.update_layout(margin={"r": room_for(texts), "t": head})
    names = [folded(str(label), _NAME) for label in rows["label"]]
    widths = [width_of(line, size) for name in names for line in name.split("<br>")]
    narrow = _NARROW - room_for(texts) - max(widths) - 6
    every = [value for values in rows["values"] for value in values]
    _axis(figure, look, every, written, max(narrow, 60))
    figure.update_yaxes(
        range=[max(len(rows), 1) - 0.5, -0.5],
        tickvals=places,
        ticktext=names,
        tickfont={"size": size, "color": look.ink},
        ticklabelstandoff=6,
    )
    plain = [look.stage("opportunity") if is_sure else look.small for is_sure in sure]
    colours = rows["colour"].tolist() if "colour" in rows else plain
    for place, values in enumerate(rows["values"]):
        if values:
            _add_line(figure, look, (min(values), max(values)), place, colours[place])
    if dots:
        _add_dots(figure, rows, colours, written)
    if "ring" in rows:
        _add_rings(figure, look, rows["ring"].tolist(), places)
    write_in_margin(figure, texts)
    return figure


def _axis(
    figure: go.Figure,
    look: Look,
    values: list[float],
    written: Callable[[float], str],
    narrow: float,
) -> None:
    """Few round values on top, from zero on: as many as fit side by side in `narrow` px."""
    low, high = min([0.0, *values]), max([0.0, *values])
    high = high if high > low else low + 1
    air = 0.05 * (high - low)
    ticks = round_values(low, high, 3)
    while len(ticks) > 1:
        wide = max(width_of(written(tick), 13) for tick in ticks) + 6
        if wide <= (ticks[1] - ticks[0]) / (high - low + 2 * air) * narrow:
            break
        ticks = ticks[::2] if len(ticks) > 2 else ticks[:1]
    figure.update_xaxes(
        side="top",
        range=[low - air, high + air],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=ticks,
        ticktext=[written(tick) for tick in ticks],
        automargin=False,
        ticklabeloverflow="allow",
    )


def _add_line(
    figure: go.Figure, look: Look, ends: tuple[float, float], place: int, colour: str
) -> None:
    line = {"color": look.over(colour, 0.5), "width": 6}
    y = [place, place]
    figure.add_scatter(
        x=list(ends), y=y, mode="lines", line=line, hoverinfo="skip", cliponaxis=False
    )


def _add_rings(figure: go.Figure, look: Look, values: list[float], places: list[int]) -> None:
    figure.add_scatter(
        x=values,
        y=places,
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 15,
            "color": look.background,
            "line": {"color": look.ink, "width": 2.5},
            "opacity": 1,
        },
        hoverinfo="skip",
    )


def _add_dots(
    figure: go.Figure, rows: pd.DataFrame, colours: list[str], written: Callable[[float], str]
) -> None:
    marks = [
        (value, place, colour, key, f"<b>{escape(str(label))}</b><br>{escape(str(name))}: ")
        for place, (label, values, names, colour, key) in enumerate(
            zip(
                rows["label"],
                rows["values"],
                rows["names"],
                colours,
                keys(rows, "segment"),
                strict=True,
            )
        )
        for value, name in zip(values, names, strict=True)
    ]
    figure.add_scatter(
        x=[mark[0] for mark in marks],
        y=[mark[1] for mark in marks],
        mode="markers",
        cliponaxis=False,
        marker={"size": 8, "color": [mark[2] for mark in marks], "opacity": 1},
        customdata=[mark[3] for mark in marks],
        hovertext=[f"{mark[4]}<b>{written(mark[0])}</b>" for mark in marks],
        hoverinfo="text",
        unselected=UNFADED,
    )
