"""The list behind a number of the page: the leads with one answer, or all that were handed over."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analytics.handover import handover
from analytics.handover.returned import for_reason
from analytics.listing import Listing
from analytics.scope import Scope
from ui import answers, session
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.handover import words
from ui.handover.words import Listed
from ui.language import formats, labels, phones
from ui.language.messages import N_, _, _n
from ui.leads import one_lead
from ui.leads import words as lead_words
from ui.page import card, deeper, long_list, markdown, provenance, table

_NAME, _ANSWER, _REASON = "handover", "answer", "reason"
ROWS = 10
"""How many leads a page of the list has."""


def show(scope: Scope, listed: Listed) -> None:
    """The way back, the files, and the leads, those that wait the longest first."""
    found = _of(answers.handed_over(scope), listed)
    with st.container(horizontal=True, vertical_alignment="center"):
        deeper.back()
        st.space("stretch")
        if answers.count(found):
            about = {_ANSWER: listed.answer, _REASON: listed.reason}
            long_list.files(scope, found, FILE, about)
    one_lead.show(scope)
    rows = long_list.rows_in_link(found, ROWS)
    title = _title(scope, found, listed)
    how = provenance.how_asked("handed_over", list, found.asked, rows)
    with card.card(title, _("A click on a name opens the lead."), how=how):
        if rows.empty:
            return
        board.show(
            _headings(rows, listed),
            [_row(scope, lead, rows, listed) for lead in rows.itertuples(index=False)],
            caption=markdown.spoken(title),
            key=long_list.key(found, _NAME),
            on_pick=lambda lead: session.change(lead=lead),
        )
        long_list.turn_in_link(found, _NAME, ROWS)


def _of(found: Listing, listed: Listed) -> Listing:
    """Of all leads that were handed over those that are listed."""
    if listed.answer is not None:
        found = found.where("answer = $answer", answer=listed.answer)
    return found if listed.reason is None else for_reason(found, listed.reason)


def _title(scope: Scope, found: Listing, listed: Listed) -> str:
    count, period = answers.count(found), words.period(scope)
    if listed.answer is None:
        return _n(
            "{n} lead handed over in {period}",
            "{n} leads handed over in {period}",
            count,
            period=period,
        )
    return _n(
        "{answer}: {n} lead handed over in {period}",
        "{answer}: {n} leads handed over in {period}",
        count,
        answer=markdown.plain(
            words.answer(listed.answer)
            if listed.reason is None
            else words.reason(scope, listed.reason)
        ),
        period=period,
    )


def _headings(rows: pd.DataFrame, listed: Listed) -> list[Column]:
    return [
        Column(_("Company, contact")),
        *[Column(_("Phone"))] * lead_words.has_phone(rows),
        *[Column(_("Answer"))] * (listed.answer is None),
        *[Column(_("Why"))] * _has_reasons(rows),
        Column(_("Handed over"), right=True),
        Column(_("Waited"), right=True),
        Column(_("Source"), secondary=True, on_cards=True),
        Column(_("Owner"), secondary=True, on_cards=True),
    ]


def _has_reasons(rows: pd.DataFrame) -> bool:
    """Whether a reason of any of the leads is known."""
    return bool(rows["why"].notna().any())


def _why(scope: Scope, kinds: Any) -> str:
    """The reasons of a lead; nothing without one."""
    return ", ".join(words.reason(scope, kind) for kind in kinds) if _is_list(kinds) else ""


def _is_list(kinds: Any) -> bool:
    return isinstance(kinds, list | np.ndarray)


def _row(scope: Scope, lead: Any, rows: pd.DataFrame, listed: Listed) -> Row:
    since = lead.handed_at.tz_localize("UTC").tz_convert(scope.zone).date()
    return Row(
        [
            lead_words.who(lead),
            *[lead_words.phone(lead)] * lead_words.has_phone(rows),
            *[Text(words.answer(lead.answer))] * (listed.answer is None),
            *[Text(_why(scope, lead.why) or formats.NOTHING)] * _has_reasons(rows),
            Text(formats.day(since), whole=True),
            Text(words.working(scope, lead.seconds), note=_("in silence") if lead.is_taken else ""),
            lead_words.source(lead),
            lead_words.owner(lead),
        ],
        id=str(lead.lead_id),
        chosen=scope.view.lead == lead.lead_id,
    )


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The whole list in pieces, for a file; `about` says the answer and the reason, if any."""
    listed = Listed(about.get(_ANSWER), about.get(_REASON))
    for rows in _of(handover.listing(scope), listed).pieces():
        yield table.frame(_columns(scope, rows))


def _tells(scope: Scope, about: Mapping[str, str]) -> list[tuple[str, str]]:
    answer = [(_("Answer:"), words.answer(about[_ANSWER]))] if _ANSWER in about else []
    why = [(_("Why:"), words.reason(scope, about[_REASON]))] if _REASON in about else []
    return [*answer, *why]


FILE = long_list.File(_NAME, N_("Hand-over"), file, _tells)


def _columns(scope: Scope, rows: pd.DataFrame) -> list[table.Column]:
    handed, answered, back = (
        rows[name].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
        for name in ("handed_at", "decided_at", "back_at")
    )
    numbers = [phones.shown(each) if isinstance(each, str) else None for each in rows["phone"]]
    hours = (rows["seconds"].astype(float) / 3_600).round(1)
    silent = rows["is_taken"].map({True: _("yes"), False: _("no")})
    return [
        table.Column(_("Company"), rows["company"]),
        table.Column(_("Contact"), rows["name"]),
        table.Column(_("Phone"), numbers),
        table.Column(_("Email"), rows["email"]),
        table.Column(_("Handed over"), handed),
        table.Column(_("Answer"), rows["answer"].map({a: words.answer(a) for a in words.ANSWERS})),
        table.Column(_("Why"), rows["why"].map(lambda kinds: _why(scope, kinds))),
        table.Column(_("Answered at"), answered),
        table.Column(_("Working hours"), hours),
        table.Column(_("Accepted by silence"), silent),
        table.Column(_("Back since"), back),
        table.Column(_("Owner"), rows["owner"]),
        table.Column(_("Team"), rows["team"]),
        table.Column(
            _("Source"), rows["source"].map(lambda each: labels.value_label("source", each))
        ),
        table.Column(_("Lead id"), rows["lead_id"]),
    ]
