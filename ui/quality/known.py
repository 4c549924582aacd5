"""The card of what is known of the leads: ways to reach them, and whether they agreed to it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analytics.quality.quality import Quality
from analytics.scope import Scope
from analytics.view.view import segment_value
from ui import navigation, session
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import current, formats, labels
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.quality import by_source
from ui.sources import segments

_OPENED = "known_opened"


def show(scope: Scope, found: Quality) -> None:
    """A source a row: the share with e-mail, phone and company, and the consents."""
    title = _("Contact data and consent")
    has_consent = "consent" in found.has
    how = provenance.how_asked("quality_known", _sentences, found.asked, found.rows)
    with card.card(title, _("What the files give of the leads, right or wrong."), how=how):
        board.show(
            [
                Column(labels.dimension_label(found.by)),
                Column(_("Leads"), right=True),
                Column(_("With e-mail, %"), right=True),
                Column(_("With phone, %"), right=True),
                Column(_("With company, %"), right=True, secondary=True),
                Column(_("Consent given"), right=True),
                Column(_("Not given"), right=True),
                Column(_("Consent unknown"), right=True),
            ],
            [
                _row(found, row, has_consent=has_consent)
                for row in found.rows.itertuples(index=False)
            ],
            caption=title,
            key="quality_known",
            on_pick=_open,
        )
        if not has_consent:
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                line = _(
                    "**Consent** needs a column such as “Đồng ý” or “Consent” in the file, with "
                    "yes or no."
                )
                st.markdown(markdown.gray(line), width="content")
                navigation.link("data", _("Add consents →"))
    _opened(scope, found)


def _row(found: Quality, row: Any, *, has_consent: bool) -> Row:
    def share(count: int) -> board.Cell:
        return Text(formats.number(100 * count / row.leads) if row.leads else formats.NOTHING)

    def consents(count: int) -> board.Cell:
        return Text(formats.number(count)) if has_consent else by_source.UNKNOWN

    return Row(
        [
            Text(segments.name(found.by, row.source)),
            Text(formats.number(row.leads)),
            share(row.with_email),
            share(row.with_phone),
            share(row.with_company),
            consents(row.consent_yes),
            consents(row.consent_no),
            consents(row.consent_unknown),
        ],
        id=row.source,
    )


def _open(segment: str) -> None:
    st.session_state[_OPENED] = segment


def _opened(scope: Scope, found: Quality) -> None:
    segment = st.session_state.pop(_OPENED, None)
    rows = found.rows[found.rows["source"] == segment]
    if segment is not None and len(rows):
        st.dialog(segments.plain(found.by, segment), width="medium")(_one)(scope, found, segment)


def _one(scope: Scope, found: Quality, segment: str) -> None:
    current.use(session.view().lang)
    row = next(found.rows[found.rows["source"] == segment].itertuples(index=False))
    view = scope.view.where(found.by, [segment_value(segment)])
    view = replace(view, by=None, stage=None, lead=None, tab="all")
    if "consent" not in found.has:
        navigation.link("leads", _("See its leads"), view)
        return
    counts = [("yes", row.consent_yes), ("no", row.consent_no), (None, row.consent_unknown)]
    for consent, count in counts:
        if count:
            said = _("Unknown") if consent is None else labels.value_label("consent", consent)
            word = _("Consent: {said}", said=said.lower())
            navigation.link(
                "leads",
                _n("{word}: see the {n} lead", "{word}: see the {n} leads", int(count), word=word),
                view.where("consent", [consent]),
            )


def _sentences() -> Sentences:
    return [
        (
            _("With e-mail, phone, company:"),
            _("the field is not empty; whether it is right is a matter of screening."),
        ),
        (
            _("Consent:"),
            _(
                "what a column such as “Đồng ý” or “Consent” says. An empty cell, or a word that "
                "is neither yes nor no, is unknown."
            ),
        ),
    ]
