"""The funnel: how many reached each step, and what became of them."""

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ui.charts.canvas import UNFADED, base, tinted, write_right
from ui.charts.kept import kept
from ui.charts.rows import (
    Above,
    add_click_rows,
    font_size_of,
    mark_row,
    read_rows,
    write_above,
    write_key,
)
from ui.language import formats
from ui.language.messages import _, _n
from ui.theme import Look, text_on

_BAR = 0.46  # of a row
_ROW = {4: 71, 7: 66}  # px a row, up to so many rows; denser beyond
_HATCH = "▨"


@dataclass(frozen=True)
class _Step:
    """A row of the frame, every kind of missing made None."""

    stage: str
    label: str
    group: str
    reached: int
    open: int | None
    lost: int | None
    of_previous: float | None
    of_previous_low: float | None
    of_previous_high: float | None
    eventual: float | None = None
    eventual_low: float | None = None
    eventual_high: float | None = None
    eventual_at_least: float | None = None
    eventual_is_final: bool | None = None
    is_early: bool | None = None

    @property
    def count(self) -> str:
        """How many reached it; of none where it is too early for any, nothing."""
        return "" if self.is_early and not self.reached else formats.number(self.reached)

    @property
    def moved_on(self) -> int:
        return self.reached - (self.open or 0) - (self.lost or 0)

    @property
    def rate(self) -> str:
        return "" if self.of_previous is None else formats.percent(self.of_previous)

    @property
    def ahead(self) -> str:
        """The final rate, where it is above the rate to date: `41%`, or `at least 29%`."""
        if self.of_previous is None or self.eventual is None:
            return ""
        end = whole_percent(max(self.eventual, self.of_previous))
        if not self.eventual_is_final:
            return _("at least {number}", number=end)
        return "" if end == whole_percent(self.of_previous) else end

    @property
    def interval(self) -> str:
        if self.of_previous_low is None or self.of_previous_high is None:
            return ""
        return f" ({formats.interval(self.of_previous_low, self.of_previous_high)})"

    @property
    def final(self) -> str:
        """The projected final rate, as far as the follow-up goes."""
        if self.eventual is None:
            return ""
        if not self.eventual_is_final:
            return "≥ " + formats.percent(self.eventual_at_least)
        return (
            f"{formats.percent(self.eventual)} "
            f"({formats.interval(self.eventual_low, self.eventual_high)})"
        )

    @property
    def naive_error(self) -> str:
        """By how many points the rate to date misses the projected final rate, at least."""
        if self.of_previous is None or self.eventual is None:
            return ""
        known = self.eventual if self.eventual_is_final else self.eventual_at_least
        missed = self.of_previous - (known or 0)
        if not self.eventual_is_final and missed >= 0:
            return ""  # it may be right
        return formats.signed(missed * 100, 1)

    def beside(self, look: Look, *, naive: bool) -> str:
        """What stands at the right above the bar: the rate now, and what it is expected to be.

        Their intervals are in the hover text, and in the table.
        """
        if not self.count:
            return tinted(_("too early to say"), look.muted)
        if self.of_previous is None:
            return ""
        if naive:
            end = tinted(f" → {self.final.split(' (')[0]}" if self.final else "", look.muted)
            if self.naive_error:
                end += tinted(f" ({self.naive_error})", look.bad_text)
            return f"<b>{self.rate}</b>{end}"
        end = tinted(f" → {self.ahead}" if self.ahead else "", look.muted)
        return f"<b>{whole_percent(self.of_previous)}</b>{end}"

    @property
    def in_words(self) -> str:
        text = f"<b>{escape(self.label)}</b><br>" + _n("{n} lead", "{n} leads", self.reached)
        return text + self.rate_in_words

    @property
    def rate_in_words(self) -> str:
        """The rate to date with its interval, and the projected final one, each on its line."""
        if not self.rate:
            return ""
        rate = self.rate + self.interval
        if not self.final:
            return "<br>" + _("{rate} of the step before", rate=rate)
        so_far = _("{rate} of the step before, so far", rate=rate)
        return f"<br>{so_far}<br>" + _("expected {rate}", rate=self.final)


@dataclass(frozen=True)
class _Part:
    """A part of every bar: its name, its leads, its fill, and the colour of what is written."""

    name: str
    counts: list[int]
    marker: dict[str, Any]
    ink: list[str]


@kept
def funnel(
    steps: pd.DataFrame, look: Look, *, selected: str | None = None, naive: bool = False
) -> go.Figure:
    """The funnel as bars from one line: moved on, still open (hatched), lost (hollow).

    `selected` is the stage whose leads are listed; `naive` shows by how many points the rate to
    date misses the projected final rate.

    Columns of `steps`, one row a step in order:
        stage: slug, the customdata anywhere in the row
        label, group: of the stage
        reached: leads
        open, lost: of these; null where not followed up, as of the last step; where all are null
            (the moves of a period) the bars are plain
        of_previous, of_previous_low, of_previous_high: the rate to date from the step before and
            its interval, as fractions
        eventual, eventual_low, eventual_high, eventual_at_least, eventual_is_final: perhaps, the
            projected final rate
        is_early: perhaps, whether these leads are too young for a rate: that nobody is at a step
            yet is then no zero
    """
    rows = read_rows(_Step, steps)
    height = next((px for most, px in _ROW.items() if len(rows) <= most), 60)
    followed = any(row.open is not None for row in rows)
    head = 62 if followed or any(row.rate for row in rows) else 30  # px, with or without a key
    top, bottom = -_BAR / 2 - head / height, len(rows) - 1 + _BAR / 2 + 8 / height
    figure = base(look, (bottom - top) * height)
    figure.update_layout(uniformtext={"mode": "hide", "minsize": 13})
    figure.update_xaxes(visible=False, range=[0, max([1, *(row.reached for row in rows)])])
    figure.update_yaxes(visible=False, range=[bottom, top])
    for place, row in enumerate(rows):
        if row.stage == selected:
            top, bottom = place - _BAR / 2 - 27 / height, place + _BAR / 2 + 7 / height
            mark_row(figure, look, top, bottom)
    middles = [place - 10 / height for place in range(len(rows))]
    add_click_rows(figure, [row.stage for row in rows], middles, _BAR + 34 / height)
    _add_parts(figure, look, rows, followed=followed)
    lines = [
        Above(row.label, f"  {row.count}" if row.count else "", row.beside(look, naive=naive))
        for row in rows
    ]
    size = font_size_of(lines)
    for place, line in enumerate(lines):
        write_above(figure, line, place - _BAR / 2, size)
    _write_key(figure, look, rows, followed=followed)
    return figure


def whole_percent(share: float) -> str:
    """A rate without decimals, but for one that would be none at all."""
    return formats.percent(share, 0 if share >= 0.01 or share == 0 else 1)


def _parts(look: Look, rows: list[_Step], *, followed: bool) -> list[_Part]:
    """The parts of every bar, from its start; of moves, which nobody follows, the whole."""
    colours = [look.stage(row.group) for row in rows]
    pale = [look.open(row.group) for row in rows]
    # A line of the page's colour, so that pale beside full is still two things.
    apart = {"color": look.background, "width": 1.5}
    full = {"color": colours, "line": apart}
    if not followed:
        return [_Part("", [row.reached for row in rows], full, list(map(text_on, colours)))]
    hatch = {"shape": "/", "size": 7, "solidity": 0.14, "fillmode": "overlay", "fgcolor": colours}
    lost = [row.lost or 0 for row in rows]
    edge = {"color": look.neutral, "width": [1 if count else 0 for count in lost]}
    return [
        _Part(_("moved on"), [row.moved_on for row in rows], full, list(map(text_on, colours))),
        _Part(
            _("still open"),
            [row.open or 0 for row in rows],
            {"color": pale, "pattern": hatch, "line": apart},
            list(map(text_on, pale)),
        ),
        _Part(_("lost"), lost, {"color": look.ghost, "line": edge}, [look.muted] * len(rows)),
    ]


def _add_parts(figure: go.Figure, look: Look, rows: list[_Step], *, followed: bool) -> None:
    """Lays the parts of every bar end to end."""
    start = [0] * len(rows)
    for part in _parts(look, rows, followed=followed):
        figure.add_bar(
            orientation="h",
            y=list(range(len(rows))),
            base=start,
            x=part.counts,
            width=_BAR,
            marker=part.marker,
            text=[formats.number(count) if part.name and count else "" for count in part.counts],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"size": 14, "color": part.ink},
            customdata=[row.stage for row in rows],
            hovertext=[
                _part_in_words(row, part.name, count) if part.name else row.in_words
                for row, count in zip(rows, part.counts, strict=True)
            ],
            hoverinfo="text",
            unselected=UNFADED,
        )
        start = [before + count for before, count in zip(start, part.counts, strict=True)]


def _part_in_words(row: _Step, part: str, count: int) -> str:
    share = formats.percent(count / row.reached) if row.reached else formats.NOTHING
    leads = _n("{n} lead", "{n} leads", count)
    return f"<b>{escape(row.label)}</b>, {part}<br>{leads} ({share}){row.rate_in_words}"


def _write_key(figure: go.Figure, look: Look, rows: list[_Step], *, followed: bool) -> None:
    if rows and followed:
        key = (
            (look.stage(rows[0].group), _("moved on")),
            (look.stage(rows[0].group), _("still open"), _HATCH),
            (look.neutral, _("lost"), "□"),
        )
        write_key(figure, look, key)
    at: dict[str, Any] = {"y": 1, "yref": "paper", "yanchor": "top"}
    at |= {"size": 13, "colour": look.muted}
    if any(row.final for row in rows):
        write_right(figure, _("now → expected"), yshift=-3, **at)
    elif any(row.rate for row in rows):
        write_right(figure, _("% of previous"), yshift=-3, **at)
