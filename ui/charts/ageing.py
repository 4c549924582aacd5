"""Ageing: the leads that wait at each stage, by how long against what is usual there."""

from collections.abc import Collection
from dataclasses import dataclass
from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts import mark
from ui.charts.canvas import UNFADED, base, tinted, write_left
from ui.charts.kept import kept
from ui.charts.rows import (
    Above,
    add_click_rows,
    font_size_of,
    mark_row,
    read_rows,
    write_above,
    write_key,
)
from ui.language import formats
from ui.language.messages import N_p, _, _n, _p
from ui.theme import Look, text_on

BANDS = {
    "under_median": N_p("wait", "usual"),
    "to_p90": N_p("wait", "long"),
    "beyond_p90": N_p("wait", "very long"),
}
"""How long a lead has waited: up to the median stay, up to the 90th percentile, longer."""

_SHADES = {"under_median": 0, "to_p90": 2, "beyond_p90": 4}  # of the five of the age ramp
_BAR = 30  # px
_ROW, _LIMIT_ROW = 66, 86  # px a row, without and with a line for the limit
_HEAD = 62  # px above the first bar: the key and the first name


@dataclass(frozen=True)
class _Stage:
    """A row of the frame, every kind of missing made None."""

    stage: str
    label: str
    open: int
    under_median: int
    to_p90: int
    beyond_p90: int
    usual: str
    most: str
    limit: str | None
    breached: int | None

    def in_words(self, band: str) -> str:
        count: int = getattr(self, band)
        share = formats.percent(count / self.open) if self.open else formats.NOTHING
        leads = _n("{n} lead", "{n} leads", count)
        return f"<b>{escape(self.label)}</b>, {band_label(band)}<br>{leads} ({share})<br>" + _(
            "usual: {usual}; nine in ten: {most}", usual=self.usual, most=self.most
        )


def band_label(band: str) -> str:
    """How long a lead has waited, in a word or two."""
    return _p(*BANDS[band])


@kept
def ageing(
    stages: pd.DataFrame, look: Look, *, stage: str | None = None, chosen: Collection[str] = ()
) -> go.Figure:
    """The leads that wait at each stage, as bars from one line: usual, long, very long.

    The customdata of a part is the mark of its stage and band; beside a bar it is that of the stage
    alone. `stage` and the `chosen` bands are those whose leads are listed; none means
    all.

    Columns of `stages`, one row a stage in order:
        stage: slug
        label
        open: leads that wait, the sum of the three parts
        under_median, to_p90, beyond_p90: its parts
        usual, most: texts of the median stay and the 90th percentile
        limit: text of the limit; null without one
        breached: leads over the limit; null without one
    """
    rows = read_rows(_Stage, stages)
    height = _LIMIT_ROW if any(row.limit is not None for row in rows) else _ROW
    below = height - _ROW  # px under a bar for its limit
    half = _BAR / 2 / height
    top, bottom = -half - _HEAD / height, len(rows) - 1 + half + (below + 8) / height
    figure = base(look, (bottom - top) * height)
    figure.update_layout(uniformtext={"mode": "hide", "minsize": 13})
    figure.update_xaxes(visible=False, range=[0, max([1, *(row.open for row in rows)])])
    figure.update_yaxes(visible=False, range=[bottom, top])
    for place, row in enumerate(rows):
        if row.stage == stage:
            edges = place - half - 27 / height, place + half + (below + 7) / height
            mark_row(figure, look, *edges)
    middles = [place - 10 / height for place in range(len(rows))]
    keys = [mark.write(row.stage) for row in rows]
    add_click_rows(figure, keys, middles, (_BAR + 34) / height)
    start = [0] * len(rows)
    for name in BANDS:
        listed = [name in chosen and stage in (None, row.stage) for row in rows]
        start = _add_part(figure, look, rows, name, start, listed, _BAR / height)
    _write_stages(figure, look, rows, half)
    key = ((look.age[shade], band_label(band)) for band, shade in _SHADES.items())
    write_key(figure, look, key)
    return figure


def _add_part(
    figure: go.Figure,
    look: Look,
    rows: list[_Stage],
    band: str,
    start: list[int],
    listed: list[bool],
    width: float,
) -> list[int]:
    """One part of every bar, laid end to end with those before it; returns where it ends."""
    fill = look.age[_SHADES[band]]
    counts: list[int] = [getattr(row, band) for row in rows]
    figure.add_bar(
        orientation="h",
        y=list(range(len(rows))),
        base=start,
        x=counts,
        width=width,
        marker={
            "color": fill,
            "line": {
                "color": [look.ink if mine else look.background for mine in listed],
                "width": [2.5 if mine else 1.5 for mine in listed],
            },
        },
        text=[formats.number(count) if count else "" for count in counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"size": 14, "color": text_on(fill)},
        customdata=[mark.write(row.stage, band) for row in rows],
        hovertext=[row.in_words(band) for row in rows],
        hoverinfo="text",
        unselected=UNFADED,
    )
    return [before + count for before, count in zip(start, counts, strict=True)]


def _write_stages(figure: go.Figure, look: Look, rows: list[_Stage], half: float) -> None:
    """Above each bar, name and count at the left, what is usual at the right; the limit below."""
    lines = [
        Above(
            row.label,
            f"  {formats.number(row.open)}",
            f"<b>{row.usual}</b>{tinted(' · ' + row.most, look.muted)}",
        )
        for row in rows
    ]
    size = font_size_of(lines)
    for place, (row, line) in enumerate(zip(rows, lines, strict=True)):
        write_above(figure, line, place - half, size)
        if row.limit is not None:
            over = _n("{n} lead", "{n} leads", row.breached or 0)
            write_left(
                figure,
                _("over the limit of {limit}: {leads}", limit=row.limit, leads=f"<b>{over}</b>"),
                y=place + half,
                yanchor="top",
                size=13,
                colour=look.bad_text if row.breached else look.muted,
            )
