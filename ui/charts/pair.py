"""A pair of funnels on one scale: of 100 leads how many reached each step, beside a reference."""

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, base, shortened, tinted, width_of, write, write_left
from ui.charts.kept import kept
from ui.charts.rows import Above, add_click_rows, font_size_of, mark_row, read_rows, write_above
from ui.language.messages import _
from ui.theme import Look, text_on

_NAME = 26  # px above a bar, for the name and the number
_BAR, _REFERENCE = 25, 21  # px
_GAP, _BETWEEN = 4, 16  # px between the two bars of a step, and below them
_KEY, _KEY_LINE = 30, 20  # px: the first line of the key with its air, and a further one
_NARROW = 300  # px of the narrowest figure
_KEY_FITS = 46  # characters of the key that fit one line there
_LONGEST, _IN_KEY = 14, 26  # characters of a name at a bar, and in the key
_HATCH = {"shape": "/", "size": 5, "solidity": 0.28}


@dataclass(frozen=True)
class _Step:
    """A row of the frame, every kind of missing made None."""

    stage: str
    label: str
    group: str
    share: float
    expected: float | None
    text: str
    more: str
    hover: str
    reference: float | None = None
    reference_expected: float | None = None
    reference_text: str = ""
    reference_hover: str = ""


@kept
def pair(
    steps: pd.DataFrame,
    look: Look,
    *,
    name: str,
    reference: str | None = None,
    selected: str | None = None,
) -> go.Figure:
    """For each step two bars on the scale of the first one: these leads, and the reference in grey.

    Hatched is what is expected to come. `name` and `reference` are what the two are called; without
    a reference there is one bar a step. `selected` is the stage whose leads are listed.

    Columns of `steps`, one row a step in order:
        stage: slug, the customdata anywhere in the row
        label, group: of the stage
        share, expected: of the first step, now and final; expected is null where unknown
        text, more: the number at the right above the bar, in bold, and what follows it
        hover: of the bar
        reference, reference_expected, reference_text, reference_hover: the same of the reference
    """
    rows = read_rows(_Step, steps)
    both = reference is not None
    row = _NAME + _BAR + (_GAP + _REFERENCE if both else 0) + _BETWEEN
    key = _key(look, rows, name, reference)
    below = (_KEY + _KEY_LINE * key.count("<br>")) if key else 0
    height = row * len(rows) + below
    figure = base(look, height + 4)
    figure.update_xaxes(visible=False, range=[0, max([1.0, *_reach(rows)])])
    figure.update_yaxes(visible=False, range=[height, 0])
    tops = [float(_NAME + row * place) for place in range(len(rows))]
    for top, each in zip(tops, rows, strict=True):
        if each.stage == selected:
            mark_row(figure, look, top - _NAME, top + row - _NAME - 4)
    middles = [top + (row - _NAME - _BETWEEN) / 2 - 8 for top in tops]
    add_click_rows(figure, [each.stage for each in rows], middles, row - 4)
    _add_bars(figure, look, rows, tops)
    if both:
        _add_reference(figure, look, rows, [top + _BAR + _GAP for top in tops], str(reference))
    lines = [
        Above(each.label, "", f"<b>{each.text}</b>" + (f" {each.more}" if each.more else ""))
        for each in rows
    ]
    size = font_size_of(lines)
    for top, line in zip(tops, lines, strict=True):
        write_above(figure, line, top - 2, size)
    if key:
        at = {"y": 0, "yref": "paper", "yanchor": "bottom", "align": "left"}
        write_left(figure, key, **at, size=13, colour=look.muted)
    return figure


def _reach(rows: list[_Step]) -> list[float]:
    """How far the bars of the figure go."""
    shares = (
        share
        for row in rows
        for share in (row.share, row.expected, row.reference, row.reference_expected)
    )
    return [share for share in shares if share is not None]


def _to_come(rows: list[_Step]) -> list[float]:
    """What is expected beyond what is there."""
    return [max(0.0, (row.expected or 0.0) - row.share) for row in rows]


def _add_bars(figure: go.Figure, look: Look, rows: list[_Step], tops: list[float]) -> None:
    """The bars of these leads: what is there, then what is expected to come, hatched."""
    colours = [look.stage(row.group) for row in rows]
    at = {
        "orientation": "h",
        "y": [top + _BAR / 2 for top in tops],
        "width": _BAR,
        "customdata": [row.stage for row in rows],
        "hovertext": [row.hover for row in rows],
        "hoverinfo": "text",
        "unselected": UNFADED,
    }
    shares = [row.share for row in rows]
    figure.add_bar(x=shares, marker={"color": colours, "line": {"width": 0}}, **at)
    figure.add_bar(base=shares, x=_to_come(rows), marker=_hatched(look, colours), **at)


def _add_reference(
    figure: go.Figure, look: Look, rows: list[_Step], tops: list[float], name: str
) -> None:
    """The bars of the reference in grey, each with its number: beside it, or within a long one."""
    at = {
        "orientation": "h",
        "y": [top + _REFERENCE / 2 for top in tops],
        "width": _REFERENCE,
        "customdata": [row.stage for row in rows],
        "hovertext": [row.reference_hover for row in rows],
        "hoverinfo": "text",
        "unselected": UNFADED,
    }
    grey = look.neutral
    shares = [row.reference or 0.0 for row in rows]
    to_come = [
        max(0.0, (row.reference_expected or 0.0) - share)
        for row, share in zip(rows, shares, strict=True)
    ]
    marker = {"color": grey, "line": {"width": 0}}
    figure.add_bar(x=shares, marker=marker, **at)
    figure.add_bar(base=shares, x=to_come, marker=_hatched(look, [grey] * len(rows)), **at)
    brief = escape(shortened(name, _LONGEST))
    end = figure.layout.xaxis.range[1]
    for row, top, share, more in zip(rows, tops, shares, to_come, strict=True):
        text = _("{name}: {number}", name=brief, number=row.reference_text)
        beside = 1 - (share + more) / end > (width_of(text, 13) + 12) / _NARROW
        place: dict[str, Any] = {"x": share + more if beside else share, "y": top + _REFERENCE / 2}
        place |= {"xanchor": "left" if beside else "right", "xshift": 8 if beside else -8}
        write(figure, text, size=13, colour=look.muted if beside else text_on(grey), **place)


def _hatched(look: Look, colours: list[str]) -> dict[str, object]:
    """The marker of what is expected: pale, with lines in its colour."""
    pale = [look.over(colour, 0.14) for colour in colours]
    return {"color": colours, "pattern": {**_HATCH, "bgcolor": pale}, "line": {"width": 0}}


def _key(look: Look, rows: list[_Step], name: str, reference: str | None) -> str:
    """What the bars mean, in one line or, where it is long, one each; nothing for one kind."""
    group = rows[min(1, len(rows) - 1)].group if rows else None
    entries = [(look.stage(group), "■", _("{name}, so far", name=shortened(name, _IN_KEY)))]
    if any(_to_come(rows)):
        to_come = _("{name}, expected to come", name=shortened(name, _IN_KEY))
        entries.append((look.stage(group), "▨", to_come))
    if reference is not None:
        entries.append((look.neutral, "■", shortened(reference, _IN_KEY)))
    if len(entries) == 1:
        return ""
    is_short = sum(len(text) + 2 for *_mark, text in entries) <= _KEY_FITS
    marks = [
        tinted(f"<span style='font-size:15px'>{sign}</span>", colour) + f" {escape(text)}"
        for colour, sign, text in entries
    ]
    return ("   " if is_short else "<br>").join(marks)
