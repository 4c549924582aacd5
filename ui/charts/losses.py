"""Ranked losses: where most is lost, and how certain that is."""

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, base, blank, keys, shortened, tinted, write_left, write_right
from ui.charts.kept import kept
from ui.charts.rows import FITTING, add_click_rows, font_size
from ui.theme import Look

_BAR, _LINE, _GAP = 20, 20, 22  # px: a bar, a line of text above or below it, and to the next row
_STRONGEST = 2  # so many significant losses are in full colour


@kept
def losses(rows: pd.DataFrame, look: Look) -> go.Figure:
    """What is lost at each step × segment, by rank: a bar from zero, its interval, both in numbers.

    The two strongest of the significant ones are vermilion, the others paler, the rest grey.

    Columns of `rows`, one row a step × segment:
        key: customdata
        segment_label, step_label: such as `Facebook Ads` and `to opportunity`
        lost, low, high: above zero to the right, and its interval; null without one
        text: such as `−22 (−31 to −13)`, bold up to the bracket
        sure: whether significant
        rank: the order of the rows
        note: perhaps, a line below each bar
    """
    if rows.empty:
        return blank(look)
    ranked = rows.sort_values("rank", kind="stable", ignore_index=True).to_dict("records")
    # Names and numbers that do not fit side by side on a phone go above one another.
    stacked = max(_length(loss) for loss in ranked) > max(FITTING.values())
    above, below = _LINE * (1 + stacked), _LINE * ("note" in rows)
    row = above + _BAR + below + _GAP
    figure = base(look, row * len(ranked))
    reach = [loss[name] for loss in ranked for name in ("lost", "low", "high")]
    known = [0.0, *(float(value) for value in reach if pd.notna(value))]
    low, high = min(known), max(known)
    air = 0.015 * (high - low or 1)
    figure.update_layout(margin={"t": 0}, barcornerradius=3)
    figure.update_xaxes(visible=False, range=[low - air, (high or 1.0) + air])
    half = _BAR / 2 / row
    top = -half - (above + 6) / row
    figure.update_yaxes(visible=False, range=[top + len(ranked), top])
    _add_bars(figure, look, ranked, row)
    for at, loss in enumerate(ranked):
        _add_interval(figure, look, loss, at)
        figure.add_shape(
            type="line",
            x0=0,
            x1=0,
            y0=at - half,
            y1=at + half,
            line={"color": look.muted, "width": 1.2},
        )
    _write(figure, look, ranked, half, stacked=stacked)
    return figure


def _length(loss: dict[Any, Any]) -> int:
    """How many characters stand above a bar, and a gap."""
    return 5 + sum(len(str(loss[name])) for name in ("segment_label", "step_label", "text"))


def _colours(look: Look, ranked: list[dict[Any, Any]]) -> list[str]:
    strong = [at for at, loss in enumerate(ranked) if loss["sure"]][:_STRONGEST]
    return [
        look.bad
        if at in strong
        else look.over(look.bad, 0.55)
        if loss["sure"]
        else look.over(look.neutral, 0.45)
        for at, loss in enumerate(ranked)
    ]


def _add_bars(figure: go.Figure, look: Look, ranked: list[dict[Any, Any]], row: int) -> None:
    customdata = keys(pd.DataFrame(ranked, columns=["key"]), "key")
    middle = sum(figure.layout.yaxis.range) / 2
    middles = [middle + at - (len(ranked) - 1) / 2 for at in range(len(ranked))]
    add_click_rows(figure, customdata, middles, 1 - 6 / row)
    figure.add_bar(
        orientation="h",
        y=list(range(len(ranked))),
        x=[loss["lost"] for loss in ranked],
        width=_BAR / row,
        marker={"color": _colours(look, ranked), "line": {"width": 0}},
        customdata=customdata,
        hovertext=[
            f"<b>{escape(str(loss['segment_label']))}</b> {escape(str(loss['step_label']))}<br>"
            f"{escape(str(loss['text']))}"
            + (f"<br>{escape(str(loss['note']))}" if loss.get("note") else "")
            for loss in ranked
        ],
        hoverinfo="text",
        unselected=UNFADED,
    )


def _add_interval(figure: go.Figure, look: Look, loss: dict[Any, Any], at: int) -> None:
    if pd.isna(loss["low"]) or pd.isna(loss["high"]):
        return
    ends = [loss["low"], loss["high"]]
    figure.add_scatter(
        x=ends,
        y=[at, at],
        mode="lines+markers",
        line={"color": look.ink if loss["sure"] else look.muted, "width": 1.8},
        marker={
            "symbol": "line-ns",
            "size": 9,
            "line": {"color": look.ink if loss["sure"] else look.muted, "width": 1.8},
        },
        hoverinfo="skip",
        cliponaxis=False,
    )


def _write(
    figure: go.Figure, look: Look, ranked: list[dict[Any, Any]], half: float, *, stacked: bool
) -> None:
    """Above each bar the segment and its step at the left, the loss and its interval at right.

    Where it is `stacked`, the numbers are at the left as well, under the names.
    """
    longest = max(_length(loss) for loss in ranked)
    size = font_size(longest, otherwise=14)
    for at, loss in enumerate(ranked):
        taken = 2 + (0 if stacked else len(loss["text"]) + 3)
        segment, step = _fitted(loss, FITTING[size] - taken)
        value, bracket, interval = loss["text"].partition(" (")
        rest = tinted(escape(bracket + interval), look.muted)
        segment, step, value = escape(segment), escape(step), escape(value)
        where = {"y": at - half, "yanchor": "bottom", "size": size}
        name = f"<b>{segment}</b> · {tinted(step, look.muted)}"
        number = f"<b>{value}</b>{rest}"
        if not loss["sure"]:
            name, number = (
                tinted(f"{segment} · {step}", look.muted),
                tinted(value, look.muted) + rest,
            )
        write_left(figure, name, yshift=1 + _LINE * stacked, **where)
        (write_left if stacked else write_right)(figure, number, yshift=1, **where)
        if loss.get("note"):
            under = {"y": at + half, "yanchor": "top", "yshift": -1, "size": 13}
            write_left(figure, tinted(escape(str(loss["note"])), look.muted), **under)


def _fitted(loss: dict[Any, Any], room: int) -> tuple[str, str]:
    """Both names in so many characters, the longer one shortened first."""
    segment, step = str(loss["segment_label"]), str(loss["step_label"])
    room = max(room, 14)
    if len(segment) + len(step) > room:
        shorter = min(len(segment), len(step), room // 2)
        limit = room - shorter
        segment, step = shortened(segment, limit), shortened(step, limit)
        if len(segment) + len(step) > room:
            segment, step = shortened(segment, room // 2), shortened(step, room - room // 2)
    return segment, step
