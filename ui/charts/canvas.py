"""The empty figure that all pictures start from, and the ways to write on it."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from math import ceil, floor, log10
from typing import Any
from unicodedata import normalize

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui.cache import size_of
from ui.language import current
from ui.theme import FONT, Look

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""What every `st.plotly_chart` is given as `config`."""

CLEAR = "rgba(0,0,0,0)"
# A click selects a mark; Plotly would fade all others, but what is selected is ours to show.
UNFADED = {"marker": {"opacity": 1}}
_CHARACTER = 7.7  # px: a digit at 14 px, the widest thing that numbers are made of


class _Figure(go.Figure):  # type: ignore[misc]  # it carries no types
    """A figure on which marks, texts and shapes are set when it is read: all of them at once.

    Plotly makes all that are there anew for each one more. With a hundred texts that takes longer
    than all else on a page.
    """

    def __init__(self, *parts: Any, **named: Any) -> None:
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._written: dict[str, Any] | None = None
        super().__init__(*parts, **named)

    def add_annotation(self, **text: Any) -> None:
        self._add("annotations", text)

    def add_shape(self, **shape: Any) -> None:
        self._add("shapes", shape)

    def add_bar(self, **bars: Any) -> None:
        self._add("traces", bars | {"type": "bar"})

    def add_heatmap(self, **cells: Any) -> None:
        self._add("traces", cells | {"type": "heatmap"})

    def add_scatter(self, **marks: Any) -> None:
        self._add("traces", marks | {"type": "scatter"})

    @property
    def layout(self) -> Any:
        layout = super().layout
        for name in ("annotations", "shapes"):
            if waiting := self._waiting.pop(name, None):
                layout[name] = (*layout[name], *waiting)
        return layout

    @property
    def data(self) -> Any:
        if waiting := self._waiting.pop("traces", None):
            self.add_traces(waiting)
        return super().data

    def finish(self) -> None:
        """Writes the figure down as it is sent, once for all times: nobody changes it any more.

        Texts and shapes are sent as they were given: to make an object of each takes Plotly longer
        than all else here. It makes them when somebody reads the layout.
        """
        given = {name: self._waiting.pop(name, []) for name in ("annotations", "shapes")}
        written = self.to_dict()
        for name, parts in given.items():
            if parts:
                written["layout"][name] = [*written["layout"].get(name, ()), *map(_set_of, parts)]
        self._waiting |= given
        self._written = written

    def to_dict(self) -> Any:
        if self._written is not None:
            # Plotly's own `repr` puts dots in place of the template of what it is given here.
            return {**self._written, "layout": {**self._written["layout"]}}
        self._read_all()
        return super().to_dict()

    def __sizeof__(self) -> int:
        """With all that it holds, and twice as much for the objects that Plotly has made of it.

        What it holds is weighed once, as it is written down: to weigh Plotly's objects, too, would
        take longer than to write it down.
        """
        return object.__sizeof__(self) + 3 * size_of(self.to_dict())

    def _add(self, kind: str, what: dict[str, Any]) -> None:
        self._waiting.setdefault(kind, []).append(what)

    def _read_all(self) -> None:
        _all_set = self.layout, self.data


def _set_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """What is set of a text or a shape, without what is left as it is."""
    return {
        name: _set_of(value) if isinstance(value, Mapping) else value
        for name, value in part.items()
        if value is not None
    }


def numbers(values: Any) -> list[float]:
    """The numbers of a mark, which Plotly writes as a list, or as bytes where there are many."""
    if isinstance(values, Mapping):
        kind = np.dtype(values["dtype"]).newbyteorder("<")
        return [float(each) for each in np.frombuffer(base64.b64decode(values["bdata"]), kind)]
    return [float(each) for each in values]


def base(look: Look, height: float) -> go.Figure:
    """An empty figure, `height` px high, with everything that all figures share."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
        "tickangle": 0,
        "tickfont": {"size": 13, "color": look.muted},
    }
    font = {"family": FONT, "size": 14, "color": look.ink}
    hover = {"bgcolor": look.secondary, "bordercolor": look.border, "font": font, "align": "left"}
    return _Figure(
        layout={
            "template": None,
            "height": max(10, round(height)),
            "margin": {"l": 0, "r": 0, "t": 4, "b": 0},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "font": font,
            "separators": ",." if current.lang() == "vi" else ".,",
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": hover,
        }
    )


def blank(look: Look) -> go.Figure:
    """The figure of no rows: empty, where Plotly would draw axes."""
    figure = base(look, 40)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def write(
    figure: go.Figure, text: str, *, size: int = 14, colour: str | None = None, **at: Any
) -> None:
    """Text, without an arrow unless it is asked for; `at` is where, as in a Plotly annotation."""
    font = {"size": size, "color": colour}
    figure.add_annotation(**{"text": text, "showarrow": False, "borderpad": 0, "font": font} | at)


def write_left(figure: go.Figure, text: str, **style: Any) -> None:
    """Text that begins at the left edge of the bars."""
    write(figure, text, x=0, xref="paper", xanchor="left", **style)


def write_right(figure: go.Figure, text: str, **style: Any) -> None:
    """Text that ends at the right edge of the bars."""
    write(figure, text, x=1, xref="paper", xanchor="right", **style)


def write_in_margin(figure: go.Figure, texts: Iterable[str]) -> None:
    """A text beside each row, flush with the right edge of the figure."""
    # Outside the axis an annotation is dropped, unless it is moved there by pixels.
    room = figure.layout.margin.r
    for y, text in enumerate(texts):
        write_right(figure, text, y=y, xshift=room)


def room_for(texts: Iterable[str]) -> int:
    """The right margin, px, that the longest text needs; with slack, as the font may load late."""
    return round(12 + _CHARACTER * max((len(bare(text)) for text in texts), default=0))


def bare(text: str) -> str:
    """A text without its tags, to measure it."""
    return "".join(piece.rpartition(">")[2] for piece in text.split("<"))


def tinted(text: str, colour: str) -> str:
    """A coloured part of a longer text."""
    return f"<span style='color:{colour}'>{text}</span>" if text else ""


def shortened(name: str, limit: int) -> str:
    """A name that fits; the whole one is in the hover text."""
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"


def folded(name: str, limit: int) -> str:
    """A name in two lines, HTML, where it is longer than one; what is longer still is shortened."""
    if len(name) <= limit:
        return escape(name)
    first, _space, rest = name[: limit + 1].rpartition(" ")
    if not first:
        return escape(shortened(name, limit))
    rest = name[len(first) + 1 :]
    return f"{escape(first)}<br>{escape(shortened(rest, limit))}"


def width_of(text: str, size: int = 14) -> float:
    """About how wide a text is in px, without its tags; rather too wide than too narrow."""
    bold = 1.07 if "<b>" in text else 1.0
    return len(normalize("NFC", unescape(bare(text)))) * size * bold * _CHARACTER / 14


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Where labels go that should be at the `wanted` heights: `gap` apart, as near as can be.

    All lie within `low` and `high`, and closer than `gap` only where these leave no choice.

    Source:
        Isotonic regression by pooling adjacent violators (Ayer and others 1955).
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    gap = min(gap, (high - low) / max(1, len(order) - 1))
    # Heights less the room of the labels below must not fall.
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        total, count = wanted[index] - rank * gap, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    flat = [total / count for total, count in pools for _one in range(count)]
    highest = high - (len(order) - 1) * gap
    placed = [0.0] * len(order)
    for rank, index in enumerate(order):
        placed[index] = min(max(flat[rank], low), highest) + rank * gap
    return placed


def round_values(low: float, high: float, most: int = 4) -> list[float]:
    """At most `most` round values within a range, zero among them where it lies within."""
    rough = (high - low) / most
    if not rough > 0:
        return [low]
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    values = [round(multiple * step, 12) for multiple in range(first, last + 1)]
    return values if len(values) <= most else values[len(values) - most :]


def keys(rows: pd.DataFrame, column: str) -> list[str | None]:
    """The customdata of each row: the missing value is null, whatever pandas calls it."""
    return [key if isinstance(key, str) else None for key in rows[column]]
