"""Timeline: the history of one lead."""

from html import escape

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import base, write_left, write_right
from ui.theme import Look

_ROW = 58  # px between two moves


def timeline(moves: pd.DataFrame, look: Look, *, still: str | None = None) -> go.Figure:
    """A lead's history, first move on top: dots on a line with what, when, and how long it stayed.

    `still` is the text of the open end, which is dotted, such as `12 days so far`; None when the
    lead is a customer or has left.

    Columns of `moves`, one row a move in order:
        label: of the stage or exit
        group: of the stage; null for an exit, which is hollow
        at: text of the instant
        stayed: text of the length of stay; null where it has not left
    """
    count = len(moves)
    end = count - 1 + (0.75 if still else 0)
    figure = base(look, (end + 0.75) * _ROW)
    figure.update_layout(margin={"l": 14})
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, range=[end + 0.4, -0.35])
    _add_line(figure, 0, count - 1, color=look.axis, width=2)
    if still:
        _add_line(figure, count - 1, end, color=look.neutral, width=2, dash="dot")
        _write_beside(figure, escape(still), end, size=13, colour=look.muted)
    groups = [group if isinstance(group, str) else None for group in moves["group"]]
    colours = [look.stage(group) for group in groups]
    fills = [look.stage(group) if group else look.background for group in groups]
    figure.add_scatter(
        x=[0] * count,
        y=list(range(count)),
        mode="markers",
        cliponaxis=False,
        marker={"size": 14, "color": fills, "line": {"color": colours, "width": 2.5}, "opacity": 1},
        hovertext=[
            f"<b>{escape(label)}</b><br>{escape(at)}"
            for label, at in zip(moves["label"], moves["at"], strict=True)
        ],
        hoverinfo="text",
    )
    for place, move in enumerate(moves.itertuples()):
        _write_beside(figure, f"<b>{escape(str(move.label))}</b>", place, size=15)
        write_right(figure, escape(str(move.at)), y=place, colour=look.muted)
        if isinstance(move.stayed, str) and place < count - 1:
            _write_beside(figure, escape(move.stayed), place + 0.5, size=13, colour=look.muted)
    return figure


def _add_line(figure: go.Figure, start: float, end: float, **line: object) -> None:
    figure.add_scatter(x=[0, 0], y=[start, end], mode="lines", line=line, hoverinfo="skip")


def _write_beside(
    figure: go.Figure, text: str, y: float, *, size: int, colour: str | None = None
) -> None:
    write_left(figure, text, y=y, xshift=18, size=size, colour=colour)
