"""The empty figure that all pictures start from, and the ways to write on it."""

from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go

from ui import words
from ui.look import FONT, Look

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""What every `st.plotly_chart` is given as `config`."""

CLEAR = "rgba(0,0,0,0)"
# A click selects a mark; Plotly would fade all others, but what is selected is ours to show.
UNFADED = {"marker": {"opacity": 1}}
_CHARACTER = 7.7  # px: a digit at 14 px, the widest thing that numbers are made of


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
    return go.Figure(
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
            "separators": ",." if words.lang() == "vi" else ".,",
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": hover,
        }
    )


def write(
    figure: go.Figure, text: str, *, size: int = 14, colour: str | None = None, **at: Any
) -> None:
    """Text without an arrow; `at` is where, in the words of a Plotly annotation."""
    font = {"size": size, "color": colour}
    figure.add_annotation(text=text, showarrow=False, borderpad=0, font=font, **at)


def write_left(figure: go.Figure, text: str, **style: Any) -> None:
    """Text that begins at the left edge of the bars."""
    write(figure, text, x=0, xref="paper", xanchor="left", **style)


def write_right(figure: go.Figure, text: str, **style: Any) -> None:
    """Text that ends at the right edge of the bars."""
    write(figure, text, x=1, xref="paper", xanchor="right", **style)


def write_in_margin(figure: go.Figure, text: str, y: float) -> None:
    """Text beside a row, flush with the right edge of the figure."""
    # Outside the axis an annotation is dropped, unless it is moved there by pixels.
    write_right(figure, text, y=y, xshift=figure.layout.margin.r)


def room_for(texts: Iterable[str]) -> int:
    """The right margin, px, that the longest text needs; the font may come late, hence slack."""
    return round(12 + _CHARACTER * max((len(bare(text)) for text in texts), default=0))


def bare(text: str) -> str:
    """A text without its tags, to measure it."""
    return "".join(piece.rpartition(">")[2] for piece in text.split("<"))


def tinted(text: str, colour: str) -> str:
    """Text in a colour, within a longer text."""
    return f"<span style='color:{colour}'>{text}</span>" if text else ""


def shortened(name: str, limit: int) -> str:
    """A name that fits; the whole one is in the hover text."""
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"
