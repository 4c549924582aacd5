"""A figure with larger type, for a wall: all that is measured in pixels is larger by one factor.

What is measured by an axis or by the figure's box is so in the larger figure, too. Its width is
that of its box, as ever.
"""

import re
from typing import Any

import plotly.graph_objects as go

_LENGTHS = frozenset(
    {
        "arrowwidth",
        "ax",
        "ay",
        "barcornerradius",
        "borderpad",
        "minsize",
        "standoff",
        "ticklabelstandoff",
        "xgap",
        "xshift",
        "ygap",
        "yshift",
    }
)
_LENGTHS_OF = {  # by what they are of: elsewhere the same word is a share, or a place on an axis
    "layout": {"height"},
    "margin": {"l", "r", "t", "b"},
    "font": {"size"},
    "marker": {"size"},
    "pattern": {"size"},
    "line": {"width"},
}
_WHOLE = frozenset({"height", "ticklabelstandoff"})  # of pixels
_IN_TEXT = re.compile(r"(font-size: ?)(\d+)px")


def enlarged(figure: go.Figure, by: float) -> go.Figure:
    """The same figure, larger by a factor. The one that is given stays as it is."""
    drawn = figure.to_dict()
    data = [_larger(mark, "", by) for mark in drawn["data"]]
    return go.Figure(data, _larger(drawn["layout"], "layout", by), skip_invalid=False)


def _larger(part: Any, of: str, by: float) -> Any:
    if isinstance(part, str):
        return _IN_TEXT.sub(lambda size: f"{size[1]}{round(int(size[2]) * by)}px", part)
    if isinstance(part, list | tuple):
        return [_larger(each, of, by) for each in part]
    if not isinstance(part, dict):
        return part
    lengths = _LENGTHS | _LENGTHS_OF.get("font" if of.endswith("font") else of, set())
    for end, axis in (("x", "xsizemode"), ("y", "ysizemode")):
        if part.get(axis) == "pixel":
            lengths |= {f"{end}0", f"{end}1"}
    return {
        name: _scaled(name, value, by) if name in lengths else _larger(value, name, by)
        for name, value in part.items()
    }


def _scaled(name: str, length: Any, by: float) -> Any:
    if isinstance(length, list | tuple):
        return [_scaled(name, each, by) for each in length]
    if length is None:
        return None
    return round(length * by) if name in _WHOLE else length * by
