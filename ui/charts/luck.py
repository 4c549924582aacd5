"""Luck: rates against the number of leads, between the limits that luck alone rarely crosses."""

from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, apart, base, blank, keys, round_values, shortened, write
from ui.charts.kept import kept
from ui.language import formats
from ui.language.messages import _
from ui.theme import Look

_HEIGHT, _FOOT = 320, 40  # px; of that below the plot
_NAME = 18  # characters of a name beside its mark
_LINE = 18  # px between two names
_AIR = 0.04  # of the height: air above and below all marks


@kept
def luck(rows: pd.DataFrame, limits: pd.DataFrame, look: Look, *, rate: float) -> go.Figure:
    """Marks around the `rate` of all: a band where luck alone puts them, and dotted lines beyond.

    Who is outside of the band is named; who is beyond the lines has another shape, and a colour.

    Columns of `rows`, one row a mark:
        segment: customdata
        label, hover
        leads: across; even_rate: up, as a fraction
        place: `inside` the band; `near`, up to the lines; `above` or `below` them

    Columns of `limits`, by leads: leads, low, high (of the band), far_low, far_high (the lines).
    """
    if rows.empty:
        return blank(look)
    figure = base(look, _HEIGHT)
    figure.update_layout(margin={"t": 8, "b": _FOOT, "l": 44, "r": 10})
    _axes(figure, look, rows, limits)
    _add_limits(figure, look, limits, rate)
    _add_marks(figure, look, rows)
    _write_names(figure, look, rows[rows["place"] != "inside"])
    return figure


def _axes(figure: go.Figure, look: Look, rows: pd.DataFrame, limits: pd.DataFrame) -> None:
    right = float(limits["leads"].max())
    ticks = round_values(0, right, 4)
    figure.update_xaxes(
        range=[0, right],
        tickvals=ticks,
        ticktext=[formats.number(tick) for tick in ticks],
        title={"text": _("leads handed over"), "font": {"size": 13}, "standoff": 4},
    )
    # From the fewest leads that anybody has on: of fewer anything would be luck.
    seen = limits[limits["leads"] >= rows["leads"].min()]
    low = min(seen["far_low"].min(), rows["even_rate"].min())
    high = max(seen["far_high"].max(), rows["even_rate"].max())
    air = _AIR * (high - low or 1)
    shares = round_values(low, high, 4)
    figure.update_yaxes(
        range=[low - air, high + air],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=shares,
        ticktext=[formats.percent(share, 0) for share in shares],
    )


def _add_limits(figure: go.Figure, look: Look, limits: pd.DataFrame, rate: float) -> None:
    x = limits["leads"].tolist()
    around = {"x": x, "mode": "lines", "hoverinfo": "skip"}
    bare = {"width": 0, "color": look.background}
    figure.add_scatter(y=limits["high"].tolist(), line=bare, **around)
    figure.add_scatter(
        y=limits["low"].tolist(), line=bare, fill="tonexty", fillcolor=look.ghost, **around
    )
    for name in ("far_low", "far_high"):
        line = {"width": 1.5, "color": look.muted, "dash": "dot"}
        figure.add_scatter(y=limits[name].tolist(), line=line, **around)
    figure.add_scatter(y=[rate] * len(x), line={"width": 1.5, "color": look.axis}, **around)


def _add_marks(figure: go.Figure, look: Look, rows: pd.DataFrame) -> None:
    colours = {"inside": look.neutral, "near": look.watch, "above": look.good, "below": look.bad}
    figure.add_scatter(
        x=rows["leads"].tolist(),
        y=rows["even_rate"].tolist(),
        mode="markers",
        cliponaxis=False,
        marker={
            "size": [8 if place == "inside" else 12 for place in rows["place"]],
            "symbol": [
                "diamond" if place in ("above", "below") else "circle" for place in rows["place"]
            ],
            "color": [colours[place] for place in rows["place"]],
            "line": {"color": look.background, "width": 1},
            "opacity": 1,
        },
        customdata=keys(rows, "segment"),
        hovertext=rows["hover"].tolist(),
        hoverinfo="text",
        unselected=UNFADED,
    )


def _write_names(figure: go.Figure, look: Look, named: pd.DataFrame) -> None:
    """The names of some marks, each on the side of its mark where there is more room."""
    right, (low, high) = figure.layout.xaxis.range[1], figure.layout.yaxis.range
    gap = _LINE / (_HEIGHT - _FOOT) * (high - low)
    heights = apart(named["even_rate"].tolist(), gap, low, high)
    for row, height in zip(named.itertuples(), heights, strict=True):
        is_left = row.leads < right / 2
        write(
            figure,
            escape(shortened(str(row.label), _NAME)),
            size=13,
            colour=look.ink,
            x=row.leads,
            y=height,
            xanchor="left" if is_left else "right",
            xshift=10 if is_left else -10,
        )
