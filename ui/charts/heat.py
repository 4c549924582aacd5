"""Heat maps: a number in every cell, deeper where it is more, pale and dotted where not final.

Cells are coloured from zero, so that twice the number is twice as far along the ramp.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from math import radians, sin

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import base, folded, tinted, width_of
from ui.charts.kept import kept
from ui.theme import Look, mix, text_on

_ROW = 30  # px
_HEAD, _HEAD_LINE = 26, 17  # px, the names of the columns: one line, and each further one
_GAP = 2  # px between cells
_NAME, _BRIEF = 18, 15  # characters of a line of a row's name: beside few cells, and beside eight
_FEW_COLUMNS = 7
_NARROW = 300  # px of the narrowest figure
_SLANT = 45  # degrees: its end stands over the column
_TINT = 0.3  # how much of its colour a cell keeps that may still change


@kept
def heat(cells: pd.DataFrame, look: Look, *, top: float | None = None) -> go.Figure:
    """A heat map, columns on top; rows and columns in the order of their first cells.

    A cell without a value but with a text, such as `not reached`, is grey; with neither it is left
    out. At most eight columns fit a phone. `top` is the value of the deepest colour, by default the
    highest of the cells that are final.

    Columns of `cells`, one row a cell:
        row, column: labels; a line break in that of a column is kept
        value: from 0; null without one
        text: the number as it is read
        immature: whether it may still change
        n: perhaps, a text beside the name of its row
        hover: perhaps
    """
    rows, columns = (list(dict.fromkeys(cells[name])) for name in ("row", "column"))
    lines = max((str(column).count("\n") + 1 for column in columns), default=1)
    figure = base(look, height_of(len(rows), lines))
    size = size_of(len(columns))
    names = _names(cells, rows, look, _NAME if len(columns) < _FEW_COLUMNS else _BRIEF)
    # Not left to Plotly, which has no margin to give where there are few rows.
    # The last heading may be wider than its cell, by as much as a letter on a phone.
    figure.update_layout(margin={"t": head_of(lines), "r": 8})
    figure.update_xaxes(
        side="top",
        automargin=False,
        range=[-0.5, len(columns) - 0.5],
        tickvals=list(range(len(columns))),
        ticktext=[escape(str(column)).replace("\n", "<br>") for column in columns],
        ticklabeloverflow="allow",  # else the last one goes where it is narrow
    )
    figure.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=names,
        tickfont={"size": size, "color": look.ink},
        ticklabelstandoff=6,
    )
    _turn_heads(figure, columns, names)
    cells = cells.assign(
        y=cells["row"].map({row: place for place, row in enumerate(rows)}),
        x=cells["column"].map({column: place for place, column in enumerate(columns)}),
        text=cells["text"].fillna(""),
        hover=cells.get("hover", ""),
    )
    scale = _top(cells) if top is None else top
    has_value, immature = cells["value"].notna(), cells["immature"].astype(bool)
    tints = [look.over(colour, _TINT) for colour in look.sequential]
    _add_cells(figure, cells[has_value & ~immature], look.sequential, scale)
    _add_cells(figure, cells[has_value & immature], tints, scale)
    unknown = cells[~has_value & (cells["text"] != "")]
    _add_cells(figure, unknown.assign(value=0.0), [look.gray_background] * 2, scale)
    _outline(figure, look, cells[has_value & immature])
    colours = [
        look.muted if pd.isna(value) or early else text_on(_colour(look.sequential, value / scale))
        for value, early in zip(cells["value"], immature, strict=True)
    ]
    _write(figure, cells, colours, size=size)
    return figure


def size_of(columns: int) -> int:
    """The size of the texts, px, beside and in so many columns."""
    return 14 if columns < _FEW_COLUMNS else 13


def _turn_heads(figure: go.Figure, columns: Sequence[object], names: Sequence[str]) -> None:
    """Lays the names of the columns aslant where one of them does not fit its column on a phone."""
    own = [max(width_of(line, 13) for line in str(column).split("\n")) for column in columns]
    beside = max((width_of(line) for name in names for line in name.split("<br>")), default=0.0)
    room = (_NARROW - beside) / max(len(columns), 1)
    # Only a name beside a name that is long as well meets it.
    if any(sum(pair) / 2 > room for pair in pairwise(own)):
        rise = round(max(own) * sin(radians(_SLANT))) + _HEAD
        more = rise - figure.layout.margin.t
        figure.update_layout(margin={"t": rise}, height=figure.layout.height + more)
        figure.update_xaxes(tickangle=_SLANT)


def height_of(rows: int, head: int = 1) -> int:
    """The height in px of so many rows under column names of `head` lines."""
    return _ROW * max(rows, 1) + head_of(head)


def head_of(lines: int) -> int:
    """The height in px of column names of so many lines."""
    return _HEAD + _HEAD_LINE * (lines - 1)


def _names(cells: pd.DataFrame, rows: list[str], look: Look, limit: int) -> list[str]:
    names = [folded(str(row), limit) for row in rows]
    if "n" not in cells:
        return names
    counts = dict(zip(cells["row"], cells["n"].fillna(""), strict=True))
    beside = (tinted(escape(str(counts[row])), look.muted) for row in rows)
    return [f"{name} {count}".rstrip() for name, count in zip(names, beside, strict=True)]


def _top(cells: pd.DataFrame) -> float:
    final = cells.loc[~cells["immature"].astype(bool), "value"].max()
    highest = final if pd.notna(final) else cells["value"].max()
    return float(highest) if pd.notna(highest) and highest > 0 else 1.0


def _add_cells(figure: go.Figure, cells: pd.DataFrame, colours: Sequence[str], top: float) -> None:
    if cells.empty:
        return
    # All rows and columns, filled or not: from gaps Plotly would make cells that are too large.
    places = {
        "index": range(round(figure.layout.yaxis.range[0] + 0.5)),
        "columns": range(round(figure.layout.xaxis.range[1] + 0.5)),
    }
    values, hover = (
        cells.pivot(index="y", columns="x", values=name).reindex(**places)
        for name in ("value", "hover")
    )
    figure.add_heatmap(
        x=list(values.columns),
        y=list(values.index),
        z=values.astype(float).to_numpy(),
        zmin=0,
        zmax=top,
        colorscale=[[place / (len(colours) - 1), each] for place, each in enumerate(colours)],
        showscale=False,
        xgap=_GAP,
        ygap=_GAP,
        hovertext=hover.astype(object).fillna("").to_numpy(),
        hoverinfo="text" if cells["hover"].any() else "skip",
        hoverongaps=False,
    )


def _outline(figure: go.Figure, look: Look, cells: pd.DataFrame) -> None:
    """Dotted borders: what is in them will still change."""
    # The wider the cells, the smaller a share of them are two pixels.
    inset = 0.004 * (figure.layout.xaxis.range[1] + 0.5)
    for x, y in zip(cells["x"], cells["y"], strict=True):
        figure.add_shape(
            type="rect",
            x0=x - 0.5 + inset,
            x1=x + 0.5 - inset,
            y0=y - 0.44,
            y1=y + 0.44,
            line={"color": look.neutral, "width": 1.2, "dash": "dot"},
        )


def _write(figure: go.Figure, cells: pd.DataFrame, colours: list[str], *, size: int) -> None:
    # A heat map writes all its cells in one colour, hence a trace of its own.
    texts = [
        f"<i>{escape(text)}</i>" if early else escape(text)
        for text, early in zip(cells["text"], cells["immature"], strict=True)
    ]
    figure.add_scatter(
        x=cells["x"],
        y=cells["y"],
        mode="text",
        text=texts,
        textfont={"size": size, "color": colours},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _colour(scale: Sequence[str], share: float) -> str:
    """The colour at a share of a scale, mixed as Plotly mixes it."""
    place = max(0.0, min(1.0, share)) * (len(scale) - 1)
    below = min(int(place), len(scale) - 2)
    return mix(scale[below + 1], scale[below], place - below)
