"""Notes on a picture: a small mark where each belongs, whose text is read on hovering."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import fmean
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from ui.charts.canvas import numbers
from ui.charts.kept import figures
from ui.theme import Look

_LINE = 48  # characters of a line of what is read on hovering


@dataclass(frozen=True)
class Mark:
    """A place on an axis and what is noted there.

    at: the place of a bucket on the axis, from 0, or the customdata of a row or a point
    text: what the mark says, as short as a number
    told: the notes, each a plain text
    along: the axis that a bucket's place is on, 'x' or 'y'; 'columns' of a map, whose cells are
        written full; or 'points', which are not rows: the mark is on what stands for them
    """

    at: int | str
    text: str
    told: tuple[str, ...]
    along: str = "x"


def noted(figure: go.Figure, marks: Sequence[Mark], look: Look) -> go.Figure:
    """The same figure with marks; the one that is given stays as it is.

    A mark of a row that the figure does not have is left out.
    """
    # The figure goes along, so that nothing else can have its id while this is kept.
    key = "noted", id(figure), tuple(marks), look.name
    _figure, found = figures.answer(key, "noted", lambda: (figure, _drawn(figure, marks, look)))
    return found


def _drawn(figure: go.Figure, marks: Sequence[Mark], look: Look) -> go.Figure:
    drawn = figure.to_dict()
    points = _points(drawn["data"])
    texts, lines = [], []
    for mark in marks:
        if isinstance(mark.at, str):
            if mark.at in points:
                at = _at_points if mark.along == "points" else _at_rows
                texts.append(_chip(mark, look, **at(points[mark.at])))
        elif mark.along == "y":
            texts.append(_chip(mark, look, **_at_row(mark.at)))
        elif mark.along == "columns":
            texts.append(_chip(mark, look, **_at_column(mark.at)))
        else:
            texts.append(
                _chip(mark, look, x=mark.at, xanchor="center", y=0, yref="paper", yanchor="bottom")
            )
            lines.append(_line(mark.at, look))
    # What a figure is written down as is its own, for all who draw it: nothing is added to that.
    layout = dict(drawn["layout"])
    for name, more in (("annotations", texts), ("shapes", lines)):
        layout[name] = [*layout.get(name, ()), *more]
    made = type(figure)(drawn["data"], layout, skip_invalid=False)
    made.finish()
    return made


def _points(traces: Iterable[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Where what stands for each customdata is on both axes."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for trace in traces:
        keys = trace.get("customdata")
        if trace["type"] in ("bar", "scatter") and keys is not None:
            for key, *at in zip(keys, numbers(trace["x"]), numbers(trace["y"]), strict=True):
                if isinstance(key, str):
                    found[key].append((at[0], at[1]))
    return found


def _at_rows(points: list[tuple[float, float]]) -> dict[str, Any]:
    return _at_row(points[-1][1])


def _at_row(y: float) -> dict[str, Any]:
    return {"x": 1, "xref": "paper", "xanchor": "right", "y": y, "yanchor": "middle"}


def _at_points(points: list[tuple[float, float]]) -> dict[str, Any]:
    """Amid them: of a line that is its middle."""
    x, y = (fmean(each) for each in zip(*points, strict=True))
    return {"x": x, "xanchor": "center", "y": y, "yanchor": "middle"}


def _at_column(x: int) -> dict[str, Any]:
    """Between its heading and its first cell, at the end: both have their text in the middle."""
    return {"x": x + 0.5, "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "middle"}


def _chip(mark: Mark, look: Look, **at: Any) -> dict[str, Any]:
    return {
        "text": f"<b>{escape(mark.text)}</b>",
        "hovertext": "<br>".join(_in_lines(told) for told in mark.told),
        "captureevents": True,
        "showarrow": False,
        "font": {"size": 12, "color": look.watch_text},
        "bgcolor": look.watch_background,
        "bordercolor": look.watch,
        "borderpad": 2,
        **at,
    }


def _line(place: int, look: Look) -> dict[str, Any]:
    line = {"color": look.watch, "width": 1, "dash": "dot"}
    ends = {"x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", "layer": "below", "line": line, **ends}


def _in_lines(text: str) -> str:
    return "<br>".join(map(escape, wrap(text, _LINE)))
