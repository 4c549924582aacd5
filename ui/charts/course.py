"""Course: a rate over time, and since when it has been different."""

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import width_of, write
from ui.charts.kept import kept
from ui.charts.trend import line_of
from ui.theme import Look


@dataclass(frozen=True)
class Turn:
    """A change point.

    Fields:
        label: of the first bucket of the new rate
        before, after: both rates, as fractions
        text: the change in words
    """

    label: str
    before: float
    after: float
    text: str


@kept
def course(points: pd.DataFrame, look: Look, *, turn: Turn | None = None) -> go.Figure:
    """One rate over time as `trend` draws it, with its change point and its two levels.

    The levels are dotted; the change point is a line named by its text, such as
    `T9/2026: 12,3% → 9,8%`. Without one nothing is marked.

    Columns of `points`: those of `trend`, without segments.
    """
    labels = list(dict.fromkeys(points["label"]))
    if turn is None or turn.label not in labels:
        return line_of(points, look)
    # The text of the change has both levels, and stands where the newest rate would.
    figure = line_of(points, look, last=False)
    at = labels.index(turn.label) - 0.5
    low, high = figure.layout.xaxis.range
    at = max(at, low)
    ends = ((low, at, turn.before), (at, high, turn.after))
    for start, end, level in ends:
        figure.add_shape(
            type="line",
            x0=start,
            x1=end,
            y0=level,
            y1=level,
            line={"color": look.neutral, "width": 1.8, "dash": "dot"},
            layer="above",
        )
    bottom, top = figure.layout.yaxis.range
    limits = points.loc[~points["immature"], "high"].max()
    # Room for the band as well, unless it is wild.
    band = top if pd.isna(limits) else min(1.02 * limits, 1.4 * top)
    top = max(top, band, 1.08 * turn.before, 1.08 * turn.after)
    figure.update_yaxes(range=[bottom, top])
    # Above the words "not final", which stand at the top of the plot.
    figure.update_layout(margin={"t": 52}, height=figure.layout.height + 22)
    figure.add_shape(
        type="line",
        x0=at,
        x1=at,
        yref="paper",
        y0=0,
        y1=1,
        line={"color": look.bad if turn.after < turn.before else look.good, "width": 1.8},
    )
    share = (at - low) / (high - low)
    narrow = 290.0  # px of the plot on a phone
    half = width_of(turn.text) / 2 / narrow
    end = "left" if share < half else "right" if share > 1 - half else "center"
    write(
        figure,
        f"<b>{escape(turn.text)}</b>",
        x=at,
        xanchor=end,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=20,
        colour=look.bad_text if turn.after < turn.before else look.good_text,
    )
    return figure


@kept
def course_of_two(
    points: pd.DataFrame,
    look: Look,
    *,
    turn: Turn,
    since: tuple[str, str],
    before: str,
    after: str,
    height: int,
) -> go.Figure:
    """One rate over time between two levels that are given, each named above the plot.

    The levels are dotted, each over the buckets that it is the rate of: `since` has the labels of
    the first of before and of the first of now, where they meet. That of now is in the colour of
    better or worse. With a `turn.text` there is a line where `turn.label` begins.

    Columns of `points`: those of `trend`, without segments.
    """
    figure = line_of(points, look, height=height, last=False)
    labels = list(dict.fromkeys(points["label"]))
    low, high = figure.layout.xaxis.range
    first, met = (max(low, labels.index(label) - 0.5) for label in since)
    worse = turn.after < turn.before
    colour, text = (look.bad, look.bad_text) if worse else (look.good, look.good_text)
    for start, end, level, drawn in (
        (first, met, turn.before, look.neutral),
        (met, high, turn.after, colour),
    ):
        figure.add_shape(
            type="line",
            x0=start,
            x1=end,
            y0=level,
            y1=level,
            line={"color": drawn, "width": 1.8, "dash": "dot"},
            layer="above",
        )
    if turn.text:
        at = max(low, labels.index(turn.label) - 0.5)
        figure.add_shape(
            type="line",
            x0=at,
            x1=at,
            yref="paper",
            y0=0,
            y1=1,
            line={"color": look.axis, "width": 1.5},
            layer="below",
        )
        near = at > (low + high) / 2
        write(
            figure,
            escape(turn.text),
            x=at,
            xanchor="right" if near else "left",
            xshift=-6 if near else 6,
            y=0.02,
            yref="paper",
            yanchor="bottom",
            size=13,
            colour=look.muted,
        )
    bottom, top = figure.layout.yaxis.range
    figure.update_yaxes(range=[bottom, max(top, 1.08 * turn.before, 1.08 * turn.after)])
    above: dict[str, Any] = {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6}
    write(figure, before, x=0, xref="paper", xanchor="left", colour=look.ink, **above)
    write(figure, after, x=1, xref="paper", xanchor="right", colour=text, **above)
    return figure
