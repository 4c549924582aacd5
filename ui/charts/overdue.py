"""Overdue: the open leads of each stage, by whether they are late and can still be saved."""

from dataclasses import dataclass
from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import (
    UNFADED,
    base,
    shortened,
    tinted,
    write_left,
)
from ui.charts.kept import kept
from ui.charts.rows import read_rows, write_key
from ui.language import formats
from ui.language.messages import N_p, _n, _p
from ui.theme import Look, text_on

PARTS = {
    "overdue": N_p("an open lead", "can be saved"),
    "let_go": N_p("an open lead", "to let go"),
    "in_time": N_p("an open lead", "in time"),
}
"""How an open lead stands, in the order of a bar."""

_BAR, _ROW, _HEAD = 22, 50, 42  # px
_ABOVE = 0.42  # of a row: how far above the middle of its bar a name stands
_PALE = 0.4  # how much of its colour a part keeps that is not to be acted on
_NAME = 22  # characters of a stage's name that leave room for its limit on a phone


@dataclass(frozen=True)
class _Stage:
    """A row of the frame."""

    stage: str
    label: str
    open: int
    overdue: int
    let_go: int
    in_time: int
    text: str


@kept
def overdue(stages: pd.DataFrame, look: Look) -> go.Figure:
    """The open leads at each stage as bars from one line: to be saved, to let go, in time.

    Columns of `stages`, one row a stage in order:
        stage: slug, the customdata
        label
        open: leads, the sum of the three parts
        overdue, let_go, in_time: its parts
        text: the limit, after the label
    """
    rows = read_rows(_Stage, stages)
    # Above its bar, which then has the whole width: on a phone, too, there is room for its counts.
    names = [
        f"<b>{escape(shortened(row.label, _NAME))}</b>  {tinted(escape(row.text), look.muted)}"
        for row in rows
    ]
    figure = base(look, _HEAD + _ROW * len(rows))
    figure.update_layout(
        uniformtext={"mode": "hide", "minsize": 12}, barmode="overlay", margin={"t": _HEAD}
    )
    figure.update_xaxes(visible=False, range=[0, max([1, *(row.open for row in rows)])])
    figure.update_yaxes(visible=False, range=[len(rows) - 0.5, -0.5])
    colours = {
        "overdue": look.watch,
        "let_go": look.over(look.watch, _PALE),
        "in_time": look.gray_background,
    }
    start = [0] * len(rows)
    for part, colour in colours.items():
        start = _add_part(figure, look, rows, part, colour, start)
    for place, name in enumerate(names):
        write_left(figure, name, y=place - _ABOVE)
    colours |= {"in_time": look.axis}  # too pale for so small a mark
    write_key(figure, look, ((colour, _p(*PARTS[part])) for part, colour in colours.items()))
    figure.layout.annotations[-1].update(yshift=_HEAD - 4)
    return figure


def _add_part(
    figure: go.Figure, look: Look, rows: list[_Stage], part: str, colour: str, start: list[int]
) -> list[int]:
    """One part of every bar, laid end to end with those before it; returns where it ends."""
    counts: list[int] = [getattr(row, part) for row in rows]
    figure.add_bar(
        orientation="h",
        y=list(range(len(rows))),
        base=start,
        x=counts,
        width=_BAR / _ROW,
        marker={"color": colour, "line": {"color": look.background, "width": 1.5}},
        text=[formats.number(count) if count else "" for count in counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"size": 14, "color": text_on(colour)},
        customdata=[row.stage for row in rows],
        hovertext=[_in_words(row, part, count) for row, count in zip(rows, counts, strict=True)],
        hoverinfo="text",
        unselected=UNFADED,
    )
    return [before + count for before, count in zip(start, counts, strict=True)]


def _in_words(row: _Stage, part: str, count: int) -> str:
    leads = _n("{n} lead", "{n} leads", count)
    return f"<b>{escape(row.label)}</b>, {_p(*PARTS[part])}<br>{leads}"
