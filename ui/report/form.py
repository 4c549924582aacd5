"""The form in which an office program can draw a figure itself, so that it can be edited there.

It is read off the figure's own marks: each says in its hover text what it stands for, as
`<b>Leads</b>, still open<br>…`. Intervals, curves and maps have no such form: they stay pictures.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Literal

from ui.charts.canvas import numbers
from ui.language import formats
from ui.report.report import Cell, Table, bare

_NAMED = re.compile(r"^<b>(?P<name>.*?)</b>(?:, (?P<part>.*))?$")
_CLEAR = "rgba"
_MOST_LABELS = 40


@dataclass(frozen=True)
class Series:
    """A value for each category, None where there is none; a colour, or one each.

    `labels` are what is written at the values where that is not the values themselves.
    """

    name: str
    values: Sequence[float | None]
    colours: Sequence[str]
    labels: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """Series over categories: `stacked` bars, columns, lines, or bars that begin at the last end.

    is_share: the values are fractions
    """

    kind: Literal["stacked", "columns", "line", "waterfall"]
    categories: Sequence[str]
    series: Sequence[Series]
    is_share: bool = False


def form_of(figure: Mapping[str, Any]) -> Form | None:
    """The form of a figure; None where an office program has none that says as much."""
    told = [mark for mark in figure["data"] if _said(mark)]
    drawn = {(mark["type"], mark.get("orientation", "v")) for mark in told}
    bars = [mark for mark in told if mark["type"] == "bar"]
    lines = [mark for mark in figure["data"] if mark.get("mode", "").startswith("lines")]
    if drawn == {("bar", "h")} and not lines:
        return _stacked(bars)
    if drawn == {("bar", "v")} and not lines:
        return _columns(bars)
    totals = [mark for mark in told if isinstance(mark.get("hovertext"), str)]
    if len(bars) == 1 and "base" in bars[0] and len(lines) == len(totals) == len(told) - 1:
        return _waterfall(bars[0], totals)
    points = [mark for mark in told if mark.get("mode") == "markers"]
    if points and len(points) == len(told):
        return _line(points, figure["data"])
    return None


def is_whole(form: Form) -> bool:
    """Whether the values are counts."""
    return all(value % 1 == 0 for each in form.series for value in each.values if value is not None)


def table_of(form: Form) -> Table:
    """The numbers of a form as a table, where it cannot be drawn; of a waterfall its labels."""
    series = [each for each in form.series if form.kind != "waterfall" or each.labels]
    decimals = 0 if is_whole(form) else 1
    write = formats.percent if form.is_share else partial(formats.number, digits=decimals)
    texts = [each.labels or [write(value) for value in each.values] for each in series]
    return Table(
        ["", *(each.name for each in series)],
        [
            [
                Cell(category),
                *(
                    Cell(text[at], each.values[at])
                    for text, each in zip(texts, series, strict=True)
                ),
            ]
            for at, category in enumerate(form.categories)
        ],
    )


def _said(mark: Mapping[str, Any]) -> bool:
    text = mark.get("hovertext")
    one = text if isinstance(text, str) else next(iter(text or ()), "")
    return isinstance(one, str) and one.startswith("<b>")


def _named(text: str) -> tuple[str, str]:
    """What a mark is of, and which part of it, from the first line of its hover text."""
    found = _NAMED.match(text.split("<br>", 1)[0])
    if found is None:
        return bare(text.split("<br>", 1)[0]), ""
    return bare(found["name"]), bare(found["part"] or "")


def _colours(mark: Mapping[str, Any]) -> list[str]:
    """The colour of each bar of a mark, or one for all; of a hatched one its ground."""
    marker = mark.get("marker", {})
    colour = marker.get("pattern", {}).get("bgcolor") or marker.get("color")
    return [colour] if isinstance(colour, str) else list(colour or ())


def _stacked(bars: Sequence[Mapping[str, Any]]) -> Form | None:
    """Bars that lie end to end, a category for each place; parts of one place are the series."""
    places = sorted({place for bar in bars for place in numbers(bar["y"])})
    if len(places) > _MOST_LABELS:
        return None
    names: dict[float, tuple[str, str]] = {}
    series: list[Series] = []
    depth = dict.fromkeys(places, 0)
    stacks: list[dict[float, float]] = []
    colours: list[dict[float, str]] = []
    titles: list[dict[str, None]] = []
    for bar in bars:
        shades = _colours(bar)
        for at, (place, length, text) in enumerate(
            zip(numbers(bar["y"]), numbers(bar["x"]), bar["hovertext"], strict=True)
        ):
            if length < 0:
                return None
            name, part = _named(text)
            names.setdefault(place, (name, part))
            level = depth[place]
            depth[place] += 1
            if level == len(stacks):
                stacks.append({})
                colours.append({})
                titles.append({})
            stacks[level][place] = length
            colours[level][place] = shades[at % len(shades)] if shades else ""
            titles[level].setdefault(bar.get("name") or part)
    alone = len({name for name, _part in names.values()}) == len(places)
    for stack, shade, title in zip(stacks, colours, titles, strict=True):
        series.append(
            Series(
                next(iter(title)) if len(title) == 1 else "",
                [stack.get(place) for place in places],
                [shade.get(place, "") for place in places],
            )
        )
    categories = [
        name if alone or not part else f"{name}, {part}"
        for name, part in (names[place] for place in places)
    ]
    return Form("stacked", categories, series, _are_shares(series))


def _columns(bars: Sequence[Mapping[str, Any]]) -> Form:
    """Columns over time, a series for each mark."""
    categories = [_named(text)[1] or _named(text)[0] for text in bars[0]["hovertext"]]
    series = [
        Series(_named(bar["hovertext"][0])[0], numbers(bar["y"]), _colours(bar)[:1]) for bar in bars
    ]
    return Form("columns", categories, series, _are_shares(series))


def _waterfall(bar: Mapping[str, Any], totals: Sequence[Mapping[str, Any]]) -> Form:
    """Bars that each begin where the one before ends, between the totals; in the order of rows."""
    rows = [
        (place, text, base, base + length, colour)
        for place, text, base, length, colour in zip(
            numbers(bar["y"]),
            bar["hovertext"],
            numbers(bar["base"]),
            numbers(bar["x"]),
            _colours(bar),
            strict=True,
        )
    ]
    for total in totals:
        end = numbers(total["x"])[0]
        place = sum(numbers(total["y"])) / 2
        rows.append((place, total["hovertext"], 0.0, end, total["line"]["color"]))
    rows.sort()
    texts = [text for _place, text, *_ends in rows]
    ends = [(start, end) for *_text, start, end, _colour in rows]
    return Form(
        "waterfall",
        [_named(text)[0] for text in texts],
        [
            Series("", [min(each) for each in ends], [""]),
            Series(
                "",
                [abs(end - start) for start, end in ends],
                [colour for *_rest, colour in rows],
                [bare(text.split("<br>")[1]) for text in texts],
            ),
        ],
    )


def _line(points: Sequence[Mapping[str, Any]], marks: Sequence[Mapping[str, Any]]) -> Form | None:
    """Lines over buckets in order, a series for each mark that has a name."""
    series: list[Series] = []
    categories: dict[float, str] = {}
    for mark in points:
        at = numbers(mark["x"])
        if len(at) < 2 or any(after - before != 1 for before, after in pairwise(at)):
            return None
        named = [_named(text) for text in mark["hovertext"]]
        several = all(part for _name, part in named)
        for place, (name, part) in zip(at, named, strict=True):
            categories[place] = part if several else name
        values = dict(zip(at, numbers(mark["y"]), strict=True))
        name = named[0][0] if several else ""
        series.append(Series(name, list(values.values()), [_line_colour(mark, marks)]))
    if any(len(each.values) != len(categories) for each in series):
        return None
    return Form("line", [categories[at] for at in sorted(categories)], series, _are_shares(series))


def _line_colour(mark: Mapping[str, Any], marks: Sequence[Mapping[str, Any]]) -> str:
    """The colour of the line that the points lie on: the first since the points of another one.

    What is not final follows it, in grey; a band before it is filled.
    """
    colour = ""
    for each in marks:
        if each is mark:
            break
        if _said(each):
            colour = ""
        elif not each.get("fill"):
            own = each.get("line", {}).get("color", "")
            colour = colour or ("" if own.startswith(_CLEAR) else own)
    return colour


def _are_shares(series: Sequence[Series]) -> bool:
    known = [value for each in series for value in each.values if value is not None]
    return max(known, default=0) <= 1 and any(value % 1 for value in known)
