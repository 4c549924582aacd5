"""The list of leads that nobody has answered: the late first, to read and to send."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.listing import Listing
from analytics.response import response
from analytics.scope import Scope
from ui import answers, session
from ui.board import board
from ui.language import formats, labels
from ui.language.messages import N_, _, _n
from ui.leads import words as leads
from ui.page import card, long_list, markdown, provenance, table
from ui.page.table import Column
from ui.response import parts, words
from ui.response.parts import Part

ROWS = 20
"""How many leads a page of the list has."""

_NAME, _SINCE, _PART, _LATE = "untouched", "since", "part", "late"


def show(scope: Scope, promised: int | None, part: Part) -> None:
    """The card: the leads of one page of the list, and the files of all."""
    _back()
    with st.container(horizontal=True, vertical_alignment="center"):
        parts.picker(scope, part)
        place = st.container(width="content")
    everybody = answers.response_waiting(scope, part.stage)
    late = 0 if promised is None else answers.count(everybody.where("breached"))
    with place:
        found = _chosen(everybody, late)
    rows = long_list.rows_in_link(found, ROWS)
    title = _n(
        "{n} lead nobody has answered",
        "{n} leads nobody has answered",
        answers.count(everybody),
    )
    how = provenance.how_asked(
        "response_untouched", lambda: words.counted(scope, promised), found.asked, rows
    )
    with card.card(title, _about(scope, promised, late), how=how):
        if len(rows):
            board.show(
                _headings(rows),
                [_row(scope, lead, rows) for lead in rows.itertuples(index=False)],
                caption=markdown.spoken(title),
                key=long_list.key(found, "untouched"),
                on_pick=_open,
                most=ROWS,
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            long_list.turn_in_link(found, _NAME, ROWS)
            st.space("stretch")
            of_these = _LATE if found is not everybody else None
            long_list.files(scope, found, FILE, {_SINCE: part.stage, _PART: of_these})


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The whole list in pieces, who has waited longest first."""
    stage = about.get(_SINCE)
    if stage is not None and stage not in response.promises(scope):
        raise KeyError(stage)
    found = response.waiting(scope, stage)
    found = found.where("breached") if about.get(_PART) == _LATE else found
    for rows in found.pieces():
        yield table.frame(_columns(scope, rows))


FILE = long_list.File(_NAME, N_("Leads nobody has answered"), file)


def _chosen(everybody: Listing, late: int) -> Listing:
    """All of them, or the late ones alone."""
    if not late:
        return everybody
    key = session.key("untouched_part")
    names = {"all": _("All"), _LATE: _n("{n} late", "{n} late", late)}
    chosen = st.segmented_control(
        _("Show"),
        list(names),
        format_func=names.__getitem__,
        default="all",
        required=True,
        label_visibility="collapsed",
        key=key,
    )
    return everybody.where("breached") if chosen == _LATE else everybody


def _about(scope: Scope, promised: int | None, late: int) -> str:
    if promised is None:
        return _("Who has waited longest comes first.")
    return _n(
        "{n} has waited longer than {time} of work, as is promised; it comes first.",
        "{n} have waited longer than {time} of work, as is promised; they come first.",
        late,
        time=words.length(scope, promised),
    )


def _back() -> None:
    st.button(
        _("Back to the summary"),
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=session.change,
        kwargs={"tab": None, "list_page": 1},
        key=session.key("back_from_untouched"),
    )


def _headings(rows: pd.DataFrame) -> list[board.Column]:
    return [
        board.Column(_("Company, contact")),
        *[board.Column(_("Phone"))] * leads.has_phone(rows),
        board.Column(_("Waiting, working time"), right=True),
        board.Column(_("Since"), secondary=True, on_cards=True),
        board.Column(_("Source"), secondary=True, on_cards=True),
        board.Column(_("Owner")),
    ]


def _row(scope: Scope, lead: Any, rows: pd.DataFrame) -> board.Row:
    return board.Row(
        [
            leads.who(lead),
            *[leads.phone(lead)] * leads.has_phone(rows),
            board.Text(
                words.length(scope, lead.seconds),
                note=_("late") if lead.breached is True else "",
                strong=lead.breached is True,
            ),
            board.Text(formats.instant(lead.entered_at, scope.zone.key)),
            leads.source(lead),
            _owner(lead),
        ],
        id=str(lead.lead_id),
        chosen=scope.view.lead == lead.lead_id,
    )


def _owner(lead: Any) -> board.Text:
    """Whose it is; of nobody's the team alone."""
    named = [
        labels.value_label(dimension, value)
        for dimension, value in (("owner", lead.owner), ("team", lead.team))
        if isinstance(value, str)
    ]
    return board.Text(named[0] if named else formats.NOTHING, note="".join(named[1:]))


def _open(lead_id: str) -> None:
    session.change(lead=lead_id)


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    since = rows["entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
    late = rows["breached"].astype(object).map({True: _("yes"), False: _("no")})
    sources = rows["source"].map(lambda value: labels.value_label("source", value))
    return [
        Column(_("Company"), rows["company"]),
        Column(_("Contact"), rows["name"]),
        Column(_("Phone"), rows["phone"]),
        Column(_("Email"), rows["email"]),
        Column(_("Since"), since),
        Column(_("Waiting, working hours"), (rows["seconds"].astype(float) / 3600).round(1)),
        Column(_("Late"), late),
        Column(_("Owner"), rows["owner"]),
        Column(_("Team"), rows["team"]),
        Column(_("Source"), sources),
        Column(_("Lead id"), rows["lead_id"]),
    ]
