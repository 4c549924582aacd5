"""Arrival: what share of each segment's leads had reached a step, by days since their entry."""

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import apart, base, round_values, shortened, tinted, width_of, write
from ui.charts.kept import kept
from ui.language import formats, quantities
from ui.language.messages import _
from ui.theme import Look

_HEIGHT = 360
_AT_RISK = 50  # under so many a curve is dotted
_DAY = 86_400
_TICKS = (0, 7, 14, 30, 45, 60, 90, 120, 180, 270, 365, 545, 730, 1095)
_LABEL = 18  # px between two names
_NAME = 16  # characters of a name at the end of a line


@kept
def arrival(curves: pd.DataFrame, look: Look) -> go.Figure:
    """A line for each segment, its name and final share at the right end.

    Columns of `curves`, one row per segment and time, by time:
        segment, label, colour: of the line
        seconds: since entry
        share, low, high: the share that had reached the step, as a fraction, and its interval
        at_risk: leads still observed at that time
        is_final: whether the share at the end of the line is final
        at_least: what it is at least, where it is not
    """
    figure = base(look, _HEIGHT)
    ends = curves.groupby("segment", sort=False).last()
    names = [
        f"{shortened(str(row.label), _NAME)} <b>{_value(row)}</b>" for row in ends.itertuples()
    ]
    figure.update_layout(margin={"l": 0, "t": 12, "b": 4, "r": 12 + max(map(width_of, names))})
    last = _last_day(curves)
    shown = _ticks(last)
    figure.update_xaxes(
        range=[0, last],
        tickvals=shown,
        ticktext=[formats.number(tick) for tick in shown],
        title={"text": _("days since entry"), "font": {"size": 13}, "standoff": 4},
    )
    top = float(max(curves["share"].max(), 0.001)) * 1.06
    shares = round_values(0.0, top, 4)
    digits = 0 if top > 0.04 else 1
    figure.update_yaxes(
        range=[-0.01 * top, top],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=shares,
        ticktext=[formats.percent(share, digits) for share in shares],
    )
    for _segment, rows in curves.groupby("segment", sort=False):
        _add_curve(figure, rows, last)
    gap = _LABEL / (_HEIGHT - 60) * top
    heights = apart(ends["share"].tolist(), gap, 0.0, top)
    for row, height in zip(ends.itertuples(), heights, strict=True):
        text = f"{tinted(escape(shortened(str(row.label), _NAME)), row.colour)} "
        text += f"<b>{_value(row)}</b>"
        write(figure, text, x=1, xref="paper", xanchor="left", xshift=8, y=height)
    return figure


_APART = 0.22  # of the axis: the names of three digits do not meet on a phone


def _ticks(last: int) -> list[int]:
    """The days that are named, from the last one back, as far apart as a phone needs."""
    shown = [last]
    for tick in (tick for tick in reversed(_TICKS) if tick < last):
        if shown[-1] - tick >= _APART * last and (tick == 0 or tick >= _APART * last):
            shown.append(tick)
    return shown[::-1]


def _last_day(curves: pd.DataFrame) -> int:
    """The end of the axis: by then nearly all that reach the step have reached it."""
    risen = curves["share"] >= 0.985 * curves.groupby("segment")["share"].transform("max")
    days = curves[risen].groupby("segment")["seconds"].min().max() / _DAY
    return next((tick for tick in _TICKS[1:] if tick >= days), _TICKS[-1])


def _add_curve(figure: go.Figure, rows: pd.DataFrame, last: int) -> None:
    days = rows["seconds"] / _DAY
    within = rows[days <= last]
    if days.iat[-1] > last:
        # The line goes on level from the last time within the axis to its end.
        within = pd.concat([within, within.tail(1).assign(seconds=last * _DAY)])
    few = (within["at_risk"] < _AT_RISK).to_numpy()
    first_few = int(few.argmax()) if few.any() else len(within)
    label = escape(str(rows["label"].iat[0]))
    for part, dash in ((within.iloc[: first_few + 1], "solid"), (within.iloc[first_few:], "dot")):
        if len(part) < 2 and dash == "dot":
            continue
        figure.add_scatter(
            x=part["seconds"] / _DAY,
            y=part["share"],
            mode="lines",
            line={"shape": "hv", "width": 2.4, "color": rows["colour"].iat[0], "dash": dash},
            hovertext=[
                f"<b>{label}</b>: {formats.percent(row.share)} "
                f"({formats.interval(row.low, row.high)})<br>"
                + _(
                    "after {time}; {n} at risk",
                    time=quantities.duration(row.seconds),
                    n=formats.number(int(row.at_risk)),
                )
                for row in part.itertuples()
            ],
            hoverinfo="text",
        )


def _value(end: Any) -> str:
    return formats.percent(end.share) if end.is_final else "≥ " + formats.percent(end.at_least)
