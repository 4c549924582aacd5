"""The card of times: how many leads were answered within minutes, hours, days, and not yet."""

from typing import Any

import pandas as pd

from analytics.response.response import Response
from analytics.scope import Scope
from ui import session
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.response import words
from ui.response.parts import UNTOUCHED


def show(scope: Scope, found: Response) -> None:
    """A span of time a row; that of those who wait opens their list."""
    title = finding(found)
    subtitle = _n(
        "{n} lead, from when it came to the first answer by a person, in working hours.",
        "{n} leads, from when they came to the first answer by a person, in working hours.",
        found.leads,
    )
    how = provenance.how_asked(
        "response_spans", lambda: words.counted(scope, found.promised), found.asked, found.spans
    )
    with card.card(title, subtitle, how=how):
        most = float(found.spans["leads"].max())
        board.show(
            [
                Column(_("Answered")),
                Column(_("Share of leads"), secondary=True, unseen=True),
                Column(_("Leads"), right=True),
                Column("%", right=True),
            ],
            [
                _row(scope, found, span, most, place)
                for place, span in enumerate(found.spans.itertuples(index=False))
            ],
            caption=markdown.spoken(title),
            key="response_spans",
            on_pick=_open if scope.generation.sight.leads and found.untouched else None,
            cards_below=80,
        )


def finding(found: Response) -> str:
    """The share that is answered within a day, and the share that waits for three."""
    row, late = found.rows.iloc[0], found.spans.iloc[-2]["leads"] / found.leads
    if pd.isna(row["within_1d"]):
        return _("How soon leads are answered")
    return _(
        "{share} are answered within a day, {late} after three",
        share=formats.percent(row["within_1d"], 0),
        late=formats.percent(late, 0),
    )


def _row(scope: Scope, found: Response, span: Any, most: float, place: int) -> Row:
    is_waiting = pd.isna(span.from_seconds)
    tone = "red" if is_waiting else "orange" if place >= len(found.spans) - 3 else "blue"
    return Row(
        [
            Text(_name(scope, span), strong=is_waiting, whole=True),
            Bar(
                float(span.leads),
                max(most, 1.0),
                tone=tone,  # type: ignore[arg-type]
                faint=place == len(found.spans) - 3,
            ),
            Text(formats.number(span.leads), strong=True),
            Text(formats.number(100 * span.leads / found.leads)),
        ],
        id=UNTOUCHED if is_waiting else None,
    )


def _name(scope: Scope, span: Any) -> str:
    if pd.isna(span.from_seconds):
        return _("nobody yet")
    if not span.from_seconds:
        return _("within {time}", time=_length(scope, span.to_seconds))
    if pd.isna(span.to_seconds):
        return _("after {time}", time=_length(scope, span.from_seconds))
    ends = (_length(scope, seconds) for seconds in (span.from_seconds, span.to_seconds))
    return " – ".join(ends)


def _length(scope: Scope, seconds: float) -> str:
    """A bound of a span, whose days are of work."""
    day = scope.generation.pipeline.calendar.day_seconds
    if seconds % day == 0:
        return _n("{n} day", "{n} days", round(seconds / day))
    return words.length(scope, seconds)


def _open(tab: str) -> None:
    session.change(tab=tab, list_page=1)
