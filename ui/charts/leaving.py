"""Leaving: how leads leave a stage over time, and how many are still there."""

from dataclasses import dataclass
from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import base, room_for, tinted, write
from ui.charts.kept import kept
from ui.language import formats, quantities
from ui.language.messages import N_p, _, _p
from ui.theme import Look

_HEIGHT = 380
_AT_RISK = 50  # under so many a curve is dotted
_APART = 0.07  # of the axis: two ticks nearer than that would touch
_NAMES_APART = 0.062  # of the height of the axis
_DAY_TICKS: tuple[int, ...] = (0, 7, 14, 30, 45, 60, 90, 120, 180, 270, 365, 545, 730, 1095)
_HOUR_TICKS: tuple[int, ...] = (0, 1, 3, 6, 12, 24, 36, 48)

WAYS = {
    "still": N_p("of a stage", "still there"),
    "advanced": N_p("of a stage", "moved on"),
    "lost": N_p("of a stage", "lost"),
    "went_back": N_p("of a stage", "went back"),
}
"""What became of the leads that entered a stage."""


@dataclass(frozen=True)
class Axis:
    """An axis of time: how many seconds its unit has, its last second, its ticks and its name."""

    unit: float
    end: float
    ticks: tuple[int, ...]
    name: str


@kept
def leaving(curve: pd.DataFrame, look: Look, *, group: str, axis: Axis) -> go.Figure:
    """How leads leave a stage: the share still there with its band, and the shares gone each way.

    The dot is where half have left; under 50 leads at risk the lines are dotted. `group` is that of
    the stage.

    Columns of `curve`, one row per length of stay, ascending:
        seconds: the length
        at_risk: leads observed to stay at least so long
        still, still_low, still_high: the share still there after it, and its interval
        advanced, lost, went_back: the shares gone each way by then
    """
    figure = base(look, _HEIGHT)
    shown = _stepped(curve, axis.end)
    names = [f"{_p(*name)} {formats.percent(1, 0)}" for name in WAYS.values()]
    figure.update_layout(margin={"l": 0, "t": 14, "b": 4, "r": room_for(names)})
    _time_axis(figure, axis)
    figure.update_yaxes(
        range=[-0.01, 1.02],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        ticktext=[formats.percent(share, 0) for share in (0, 0.25, 0.5, 0.75, 1)],
    )
    colours = {
        "still": look.stage(group),
        "advanced": look.good,
        "lost": look.bad,
        "went_back": look.neutral,
    }
    _add_band(figure, shown, colours["still"], axis)
    ends = []
    for way, name in WAYS.items():
        if way != "still" and not curve[way].any():
            continue
        _add_curve(figure, shown, way, colours[way], axis, _p(*name))
        ends.append((float(shown[way].iat[-1]), colours[way], _p(*name)))
    name_ends(
        figure, [(value, colour, name, formats.percent(value, 0)) for value, colour, name in ends]
    )
    half = curve.loc[curve["still"] <= 0.5 + 1e-9, "seconds"]
    if len(half) and half.iat[0] <= axis.end:
        figure.add_scatter(
            x=[half.iat[0] / axis.unit],
            y=[0.5],
            mode="markers",
            marker={
                "size": 12,
                "color": look.background,
                "line": {"color": colours["still"], "width": 2.5},
            },
            hovertext=[_("half have left after {time}", time=quantities.duration(half.iat[0]))],
            hoverinfo="text",
        )
    return figure


def axis_for(curve: pd.DataFrame, day_seconds: float, name_days: str, name_hours: str) -> Axis:
    """An axis until one in twenty is left, or few are at risk, in days or in hours."""
    enough = curve.loc[(curve["still"] <= 0.05) | (curve["at_risk"] < _AT_RISK / 2), "seconds"]
    last = float(enough.iat[0] if len(enough) else curve["seconds"].max())
    unit, ticks, name = day_seconds, _DAY_TICKS, name_days
    if last < 2 * day_seconds:
        unit, ticks, name = 3600.0, _HOUR_TICKS, name_hours
    end = next((tick for tick in ticks[1:] if tick * unit >= last), round(last / unit) + 1)
    within = [tick for tick in ticks if tick <= end]
    shown = [end]
    for tick in reversed(within):  # each far enough from the next, and from the start
        if shown[-1] - tick >= end * _APART and (tick == 0 or tick >= end * _APART):
            shown.append(tick)
    return Axis(unit, end * unit, tuple(reversed(shown)), name)


def _stepped(curve: pd.DataFrame, end: float) -> pd.DataFrame:
    """The curve from time 0 to the end of the axis, thinned to what can be seen."""
    start = {"seconds": 0.0, "still": 1.0, "still_low": 1.0, "still_high": 1.0}
    start |= {"at_risk": float(curve["at_risk"].max()), "advanced": 0, "lost": 0, "went_back": 0}
    within = curve[curve["seconds"] <= end]
    rows = pd.concat([pd.DataFrame([start]), within.astype(float)], ignore_index=True)
    pixel = (rows["seconds"] / end * 500).astype(int)
    pixel.iat[0] = -1  # The start stays, whoever leaves at once.
    rows = rows.groupby(pixel, as_index=False).last() if len(rows) > 500 else rows
    if curve["seconds"].max() > end:
        # The lines go on level from the last time within the axis to its end.
        rows = pd.concat([rows, rows.tail(1).assign(seconds=end)], ignore_index=True)
    return rows


def _time_axis(figure: go.Figure, axis: Axis) -> None:
    figure.update_xaxes(
        range=[0, axis.end / axis.unit],
        tickvals=list(axis.ticks),
        ticktext=[formats.number(tick) for tick in axis.ticks],
        title={"text": axis.name, "font": {"size": 13}, "standoff": 4},
    )


def _add_band(figure: go.Figure, curve: pd.DataFrame, colour: str, axis: Axis) -> None:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    line = {"width": 0, "shape": "hv"}
    x = curve["seconds"] / axis.unit
    figure.add_scatter(x=x, y=curve["still_high"], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=x,
        y=curve["still_low"],
        mode="lines",
        line=line,
        fill="tonexty",
        fillcolor=f"rgba({red},{green},{blue},0.15)",
        hoverinfo="skip",
    )


def _add_curve(
    figure: go.Figure, curve: pd.DataFrame, way: str, colour: str, axis: Axis, name: str
) -> None:
    few = curve["at_risk"] < _AT_RISK
    first_few = int(few.to_numpy().argmax()) if few.any() else len(curve)
    width = 2.8 if way == "still" else 2.2
    for rows, dash in ((curve.iloc[: first_few + 1], "solid"), (curve.iloc[first_few:], "dot")):
        if len(rows) < 2 and dash == "dot":
            continue
        figure.add_scatter(
            x=rows["seconds"] / axis.unit,
            y=rows[way],
            mode="lines",
            line={"shape": "hv", "width": width, "color": colour, "dash": dash},
            hovertext=[
                f"<b>{escape(name)}</b>: {formats.percent(share)}<br>"
                + _(
                    "after {time}; {n} at risk",
                    time=quantities.duration(seconds),
                    n=formats.number(int(at_risk)),
                )
                for seconds, share, at_risk in zip(
                    rows["seconds"], rows[way], rows["at_risk"], strict=True
                )
            ],
            hoverinfo="text",
        )


def name_ends(figure: go.Figure, ends: list[tuple[float, str, str, str]]) -> None:
    """Names and bold texts at the right ends of lines, moved apart where they would meet."""
    low, high = figure.layout.yaxis.range
    last = low - high
    for value, colour, name, value_text in sorted(ends):
        y = max(value, last + _NAMES_APART * (high - low))
        last = y
        name_text = tinted(escape(name), colour) + (f" <b>{value_text}</b>" if value_text else "")
        write(figure, name_text, x=1, xref="paper", xanchor="left", xshift=8, y=y)
