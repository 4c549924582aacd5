"""Medians: how long half of the leads stay, by stage, and by month of entering one."""

from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, base, room_for, shortened, tinted, write, write_left
from ui.charts.kept import kept
from ui.charts.leaving import name_ends
from ui.charts.rates import FEW
from ui.charts.rows import Above, font_size_of, write_above
from ui.language import formats, quantities
from ui.language.messages import _, _n
from ui.theme import Look

_ROW, _HEAD = 62, 56  # px
_HEIGHT = 340


@kept
def medians(stages: pd.DataFrame, look: Look) -> go.Figure:
    """The median stay at each stage with its interval, beside the mean of those that ended.

    A bar to the median with a dot and its interval; a hollow diamond for the mean. A stage that
    half have not left has no bar.

    Columns of `stages`, one row a stage in order:
        stage: slug, the customdata
        label, group: of the stage
        stays: how many
        median, low, high: seconds, and its interval; null where not reached
        mean: seconds, of those that ended; null where none has
        text, interval, mean_text: the same as they are read
    """
    rows = stages.to_dict("records")
    figure = base(look, _ROW * max(len(rows), 1) + _HEAD)
    reach = [value for name in ("median", "high", "mean") for value in stages[name].dropna()]
    figure.update_layout(margin={"l": 8, "r": 8})
    figure.update_xaxes(visible=False, range=[0, max([1.0, *reach]) * 1.01])
    figure.update_yaxes(visible=False, range=[len(rows) - 0.62, -0.5 - (_HEAD - 8) / _ROW])
    colours = [look.stage(row["group"]) for row in rows]
    known = stages["median"].notna().tolist()
    places = [place for place, there in enumerate(known) if there]
    hover = [_median_in_words(row) for row in rows]
    figure.add_bar(
        orientation="h",
        x=[rows[place]["median"] for place in places],
        y=places,
        width=0.2,
        marker={"color": [look.over(colours[place], 0.4) for place in places]},
        customdata=[rows[place]["stage"] for place in places],
        hovertext=[hover[place] for place in places],
        hoverinfo="text",
        unselected=UNFADED,
    )
    for place in places:
        _add_whisker(figure, look, rows[place], place)
    for mark in (
        {"at": "median", "symbol": "circle", "size": 13, "fill": None},
        {"at": "mean", "symbol": "diamond-open", "size": 12, "fill": look.muted},
    ):
        there = stages[mark["at"]].notna().tolist()
        chosen = [place for place, is_there in enumerate(there) if is_there]
        figure.add_scatter(
            x=[rows[place][mark["at"]] for place in chosen],
            y=chosen,
            mode="markers",
            cliponaxis=False,
            marker={
                "size": mark["size"],
                "symbol": mark["symbol"],
                "color": mark["fill"] or [colours[place] for place in chosen],
                "line": {"width": 2 if mark["fill"] else 0},
                "opacity": 1,
            },
            customdata=[rows[place]["stage"] for place in chosen],
            hovertext=[hover[place] for place in chosen],
            hoverinfo="text",
            unselected=UNFADED,
        )
    _write_medians(figure, look, rows)
    return figure


@kept
def months(points: pd.DataFrame, look: Look, *, unit: float) -> go.Figure:
    """The median stay by month of entering a stage, one line a part.

    A part that is alone has a band; what is not final is dotted. `unit` is the seconds of a day.

    Columns of `points`, one row per part and month in order:
        name: of the part
        named: whether the title names it
        place: of the month on the axis, from 0
        label, tick: of the month; tick '' where it is not named on the axis
        median, low, high: seconds, and its interval; null where not reached
        text: the median as it is read
        stays: how many
        immature: whether it may still change
    """
    figure = base(look, _HEIGHT)
    count = int(points["place"].max()) + 1 if len(points) else 1
    parts = list(points.groupby("name", sort=False))
    names = [shortened(str(name), 16) for name, _rows in parts] if len(parts) > 1 else []
    figure.update_layout(margin={"t": 22, "b": 4, "r": room_for(names) + 10 if names else 12})
    ticks = points.drop_duplicates("label")
    ticks = ticks[ticks["tick"] != ""]
    figure.update_xaxes(
        range=[-0.4, max(count - 0.6, 0.6)],
        tickvals=list(ticks["place"]),
        ticktext=list(ticks["tick"]),
    )
    shown = points["median"] if len(parts) > 1 else pd.concat([points["median"], points["high"]])
    top = float(shown.max()) if shown.notna().any() else unit
    step = next(size for size in _steps() if top / unit / size <= 5)
    values = [place * step for place in range(int(top / unit / step) + 2)]
    digits = 0 if step >= 1 else 1
    figure.update_yaxes(
        range=[-0.05 * top / unit, max(top / unit * 1.08, step)],
        showgrid=True,
        gridcolor=look.grid,
        tickvals=values,
        ticktext=[
            quantities.days(value) if value == values[-2] else formats.number(value, digits)
            for value in values
        ],
    )
    ends = []
    for name, rows in parts:
        colour = look.bad if rows["named"].any() else look.stage("opportunity")
        at = rows.assign(x=rows["place"], y=rows["median"] / unit)
        if len(parts) == 1:
            _add_month_band(figure, look, at, colour, unit)
        _add_month_line(figure, look, at, colour)
        last = at[at["y"].notna()].tail(1)
        if names and len(last):
            ends.append((float(last["y"].iat[0]), colour, shortened(str(name), 16), ""))
    if ends:
        name_ends(figure, ends)
    early = points.loc[points["immature"], "place"]
    if len(early):
        _mark_early(figure, look, float(early.min()))
    return figure


def _median_in_words(row: dict[str, object]) -> str:
    lines = [
        f"<b>{escape(str(row['label']))}</b>",
        _("half leave within: {text}", text=f"<b>{row['text']}</b> {row['interval']}"),
        _("mean of those that left: {text}", text=row["mean_text"]),
        _n("{n} stay", "{n} stays", int(str(row["stays"]))),
    ]
    return "<br>".join(lines)


def _add_whisker(figure: go.Figure, look: Look, row: dict[str, float], place: int) -> None:
    end = figure.layout.xaxis.range[1] if pd.isna(row["high"]) else row["high"]
    line = {"color": look.ink, "width": 1.8}
    figure.add_scatter(
        x=[row["low"], end], y=[place, place], mode="lines", line=line, hoverinfo="skip"
    )
    for edge in (row["low"], row["high"]):
        if pd.notna(edge):
            figure.add_shape(
                type="line", x0=edge, x1=edge, y0=place - 0.1, y1=place + 0.1, line=line
            )


def _write_medians(figure: go.Figure, look: Look, rows: list[dict[str, object]]) -> None:
    """Above each bar the stage and its stays, at the right the median and its interval."""
    lines = [
        Above(
            str(row["label"]),
            tinted(f"  {formats.number(int(str(row['stays'])))}", look.muted),
            f"<b>{row['text']}</b> {tinted(str(row['interval']), look.muted)}",
        )
        for row in rows
    ]
    size = font_size_of(lines)
    for place, line in enumerate(lines):
        write_above(figure, line, place - 0.14, size)
    key = tinted("●", look.stage("opportunity")) + " " + _("half have left")
    key += "<br>" + tinted("◇", look.muted) + " " + _("mean of those that left")
    style = {"size": 13, "colour": look.muted, "align": "left"}
    write_left(figure, key, y=1, yref="paper", yanchor="top", **style)


def _add_month_band(
    figure: go.Figure, look: Look, rows: pd.DataFrame, colour: str, unit: float
) -> None:
    final = rows[~rows["immature"] & rows["high"].notna()]
    for name in ("high", "low"):
        figure.add_scatter(
            x=final["x"],
            y=final[name] / unit,
            mode="lines",
            line={"width": 0},
            fill=None if name == "high" else "tonexty",
            fillcolor=look.over(colour, 0.15),
            hoverinfo="skip",
        )


def _add_month_line(figure: go.Figure, look: Look, rows: pd.DataFrame, colour: str) -> None:
    final = rows[~rows["immature"]]
    figure.add_scatter(
        x=final["x"],
        y=final["y"],
        mode="lines",
        line={"width": 2.6, "color": colour},
        hoverinfo="skip",
    )
    early = pd.concat([final.tail(1), rows[rows["immature"]]])
    if len(early) > 1:
        line = {"width": 2.2, "color": look.neutral, "dash": "dot"}
        figure.add_scatter(x=early["x"], y=early["y"], mode="lines", line=line, hoverinfo="skip")
    hollow = rows["immature"] | (rows["stays"] < FEW)
    figure.add_scatter(
        x=rows["x"],
        y=rows["y"],
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 7,
            "color": [look.background if empty else colour for empty in hollow],
            "line": {
                "width": 1.6,
                "color": [look.neutral if early else colour for early in rows["immature"]],
            },
        },
        hovertext=[
            f"<b>{escape(str(row.name_))}</b>, {escape(str(row.label))}<br>{row.text}<br>"
            + _n("{n} stay", "{n} stays", int(row.stays))
            for row in rows.rename(columns={"name": "name_"}).itertuples()
        ],
        hoverinfo="text",
    )


def _mark_early(figure: go.Figure, look: Look, first: float) -> None:
    """A thin line before the first month that is not final, and what that means."""
    line = {"color": look.axis, "width": 1}
    at = first - 0.5
    figure.add_shape(type="line", x0=at, x1=at, yref="paper", y0=0, y1=1, line=line)
    write(
        figure,
        _("not final →"),
        size=13,
        colour=look.muted,
        x=1,
        xref="paper",
        xanchor="right",
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2,
    )


def _steps() -> list[float]:
    return [size * 10**power for power in range(-1, 6) for size in (1, 2, 5)]
