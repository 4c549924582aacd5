"""Rows of bars: the names above, the row that is chosen, whole rows to click on, and the key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import CLEAR, UNFADED, bare, shortened, write_left, write_right
from ui.theme import Look

FITTING = {15: 38, 14: 41, 13: 45}
"""Characters above a bar that fit 320 px, by font size."""

_SHORTEST = 8  # characters that a name keeps, whatever stands beside it

Row = TypeVar("Row")


@dataclass(frozen=True)
class Above:
    """The line above a bar: name and count at its left, the value at its right.

    `name` is a text, `count` and `value` are HTML.
    """

    name: str
    count: str
    value: str

    @property
    def beside(self) -> int:
        """How many characters stand beside the name."""
        return len(bare(self.count)) + len(bare(self.value))


def read_rows(kind: type[Row], frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame as a dataclass, every kind of missing made None.

    Columns that the class does not have are left out; those that it has a default for may lack.
    """
    fields: Iterable[str] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    columns = frame[[name for name in fields if name in frame]].astype(object)
    return [kind(**row) for row in columns.where(columns.notna(), None).to_dict("records")]


def mark_row(figure: go.Figure, look: Look, top: float, bottom: float) -> None:
    """Shows which row is chosen: a tinted band behind it, with a primary edge."""
    figure.update_layout(margin={"l": 10, "r": 4})
    tint = look.over(look.primary, 0.12)
    band: dict[str, Any] = {"type": "rect", "xref": "paper", "y0": top, "y1": bottom}
    band |= {"layer": "below", "line": {"width": 0}}
    in_margin = {"xsizemode": "pixel", "xanchor": 0}
    figure.add_shape(**band, x0=0, x1=1, fillcolor=tint)
    figure.add_shape(**band, **in_margin, x0=-6, x1=0, fillcolor=tint)
    figure.add_shape(**band, **in_margin, x0=-10, x1=-6, fillcolor=look.primary)


def add_click_rows(
    figure: go.Figure, keys: Sequence[str | None], middles: Sequence[float], width: float
) -> None:
    """Unseen bars over whole rows: a thin bar is hard to hit, its row is not.

    `keys` are the customdata of a click, `middles` the heights of the rows, `width` how high each
    of them is.
    """
    # Under the pointer Plotly prefers the bar whose end is nearer by its own length, so these, far
    # longer than the axis, leave the hover text to the parts that lie on them.
    start, end = figure.layout.xaxis.range
    figure.update_layout(barmode="overlay")
    figure.add_bar(
        orientation="h",
        y=middles,
        base=[start] * len(keys) if start else None,
        x=[(end - start) * 1000] * len(keys),
        width=width,
        marker={"color": CLEAR, "line": {"width": 0}},
        customdata=keys,
        hoverinfo="none",
        unselected=UNFADED,
    )


def font_size(characters: int, otherwise: int = min(FITTING)) -> int:
    """The largest font in which so many characters fit a phone."""
    return next((size for size, most in FITTING.items() if characters <= most), otherwise)


def font_size_of(lines: Iterable[Above]) -> int:
    """The largest font in which all lines fit a phone; in the smallest, names are shortened."""
    return font_size(max((len(line.name) + line.beside for line in lines), default=0))


def write_above(figure: go.Figure, line: Above, y: float, size: int) -> None:
    """The line above a bar whose upper edge is at `y`."""
    name = shortened(line.name, max(_SHORTEST, FITTING[size] - line.beside))
    at = {"y": y, "yanchor": "bottom", "size": size}
    write_left(figure, f"<b>{escape(name)}</b>{line.count}", **at)
    if line.value:
        write_right(figure, line.value, **at)


def write_key(figure: go.Figure, look: Look, entries: Iterable[Sequence[str]]) -> None:
    """What the colours of the parts mean, at the top left: colour and text, and the mark if any."""
    marks = [
        f"<span style='color:{colour};font-size:17px'>{mark[0] if mark else '■'}</span> {text}"
        for colour, text, *mark in entries
    ]
    at = {"y": 1, "yref": "paper", "yanchor": "top"}
    write_left(figure, "  ".join(marks), **at, size=13, colour=look.muted)
