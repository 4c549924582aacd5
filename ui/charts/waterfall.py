"""Waterfall: from one total to the next, and what each factor adds or takes."""

from html import escape
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, base, blank, shortened, width_of, write, write_left
from ui.charts.kept import kept
from ui.theme import Look

_BESIDE = 18  # characters of a name that fit left of its row on a phone; longer ones go above
_ABOVE = 40
_NARROW = 330  # px of the narrowest figure
_BAR, _TOTAL = 28, 34  # px


@kept
def waterfall(rows: pd.DataFrame, look: Look) -> go.Figure:
    """The steps from one total to another: up teal, down vermilion, the totals as ticks.

    The axis starts near the data, as it may since totals are ticks and not bars.

    Columns of `rows`, in order:
        label
        kind: `total` or `step`
        start, end: where it begins and ends, on one scale; of a total both are its value
        text: as it is read
        sure: perhaps, whether significant; otherwise a step is grey
        key: perhaps, customdata
    """
    if rows.empty:
        return blank(look)
    steps = rows.to_dict("records")
    above = any(len(str(step["label"])) > _BESIDE for step in steps)
    row = 66 if above else 52
    height = row * max(len(steps), 1)
    figure = base(look, height)
    figure.update_layout(barcornerradius=3)
    figure.update_yaxes(
        range=[
            max(len(steps), 1) - 1 + (_TOTAL / 2 + 4) / row,
            (_TOTAL / 2 + 4) / row - 1,
        ]
    )
    names = 0.0 if above else 12 + max([width_of(str(step["label"])) for step in steps] or [0])
    figure.update_xaxes(visible=False, range=_range(steps, _NARROW - names))
    _name(figure, look, steps, above=above, raised=round(_TOTAL / 2 + 1))
    _connect(figure, look, steps, row)
    _add_steps(figure, look, steps, row)
    for at, step in enumerate(steps):
        if step["kind"] == "total":
            _add_total(figure, look, step, at, row)
        _write_value(figure, look, step, at)
    return figure


def _width(step: dict[Any, Any]) -> float:
    """How wide the number beside a mark is, px."""
    return 18 + width_of(f"<b>{step['text']}</b>", 18 if step["kind"] == "total" else 14)


def _falls(step: dict[Any, Any]) -> bool:
    return bool(step["kind"] != "total" and step["end"] < step["start"])


def _range(steps: list[dict[Any, Any]], width: float) -> list[float]:
    """The axis: all marks, and at the narrowest room for the numbers beside them."""
    values = [float(step[name]) for step in steps for name in ("start", "end")]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high == low:
        high = low + 1
    # Numbers are as wide in px as ever, whatever an axis unit is: widen until all fit.
    for _attempt in range(12):
        unit = (high - low) / width
        needed_low = min(
            [
                min(step["start"], step["end"]) - (_width(step) if _falls(step) else 3) * unit
                for step in steps
            ]
            or [low]
        )
        needed_high = max(
            [
                max(step["start"], step["end"]) + (3 if _falls(step) else _width(step)) * unit
                for step in steps
            ]
            or [high]
        )
        if needed_low >= low - 1e-9 * unit and needed_high <= high + 1e-9 * unit:
            break
        low, high = min(low, needed_low), max(high, needed_high)
    return [low, high]


def _name(
    figure: go.Figure, look: Look, steps: list[dict[Any, Any]], *, above: bool, raised: int
) -> None:
    if not above:
        figure.update_yaxes(
            tickvals=list(range(len(steps))),
            ticktext=[escape(str(step["label"])) for step in steps],
            tickfont={"size": 14, "color": look.ink},
            ticklabelstandoff=8,
        )
        return
    figure.update_yaxes(showticklabels=False)
    for at, step in enumerate(steps):
        text = escape(shortened(str(step["label"]), _ABOVE))
        # Its own ground, so that no line runs through the name.
        ground = {"bgcolor": look.background}
        write_left(figure, text, y=at, yanchor="bottom", yshift=raised - 2, **ground)


def _connect(figure: go.Figure, look: Look, steps: list[dict[Any, Any]], row: int) -> None:
    for at, (before, after) in enumerate(pairwise(steps)):
        figure.add_shape(
            type="line",
            x0=before["end"],
            x1=before["end"],
            y0=at + (_TOTAL if before["kind"] == "total" else _BAR) / 2 / row,
            y1=at + 1 - (_TOTAL if after["kind"] == "total" else _BAR) / 2 / row,
            line={"color": look.neutral, "width": 1, "dash": "dot"},
            layer="below",
        )


def _colour(look: Look, step: dict[Any, Any]) -> tuple[str, str]:
    """The colours of a step and of its number."""
    if step["end"] == step["start"] or step.get("sure", True) is False:
        return look.over(look.neutral, 0.45), look.muted
    return (look.bad, look.bad_text) if _falls(step) else (look.good, look.good_text)


def _add_steps(figure: go.Figure, look: Look, steps: list[dict[Any, Any]], row: int) -> None:
    bars = [(at, step) for at, step in enumerate(steps) if step["kind"] != "total"]
    fills = [_colour(look, step)[0] for _at, step in bars]
    figure.add_bar(
        orientation="h",
        y=[at for at, _step in bars],
        base=[step["start"] for _at, step in bars],
        x=[step["end"] - step["start"] for _at, step in bars],
        width=_BAR / row,
        marker={
            "color": fills,
            # A step of 0 is still visible.
            "line": {
                "color": fills,
                "width": [2 if step["start"] == step["end"] else 0 for _at, step in bars],
            },
        },
        customdata=[step.get("key") for _at, step in bars],
        hovertext=[
            f"<b>{escape(str(step['label']))}</b><br>{escape(str(step['text']))}"
            for _at, step in bars
        ],
        hoverinfo="text",
        unselected=UNFADED,
    )


def _add_total(figure: go.Figure, look: Look, step: dict[Any, Any], at: int, row: int) -> None:
    half = _TOTAL / 2 / row
    figure.add_scatter(
        x=[step["end"], step["end"]],
        y=[at - half, at + half],
        mode="lines",
        line={"color": look.ink, "width": 4},
        hovertext=f"<b>{escape(str(step['label']))}</b><br>{escape(str(step['text']))}",
        hoverinfo="text",
        cliponaxis=False,
    )


def _write_value(figure: go.Figure, look: Look, step: dict[Any, Any], at: int) -> None:
    is_total = step["kind"] == "total"
    left = _falls(step)
    write(
        figure,
        f"<b>{escape(str(step['text']))}</b>",
        x=min(step["start"], step["end"]) if left else max(step["start"], step["end"]),
        xanchor="right" if left else "left",
        xshift=-6 if left else 8,
        y=at,
        size=18 if is_total else 14,
        colour=look.ink if is_total else _colour(look, step)[1],
    )
