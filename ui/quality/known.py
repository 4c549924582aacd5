"""The card of what is known of the leads: ways to reach them, and whether they agreed to it."""

from functools import partial
from typing import Any

import streamlit as st

from analytics.quality.quality import Quality
from analytics.scope import Scope
from analytics.view.view import View
from ui import navigation
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import formats, labels
from ui.language.messages import _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.quality import by_source, one_segment
from ui.sources import segments


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
            on_pick=one_segment.picker("quality_known"),
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
    one_segment.show(scope, found, "quality_known", partial(_one, has_consent=has_consent))


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


def _one(view: View, row: Any, *, has_consent: bool) -> None:
    if not has_consent:
        navigation.link("leads", _("See its leads"), view)
        return
    counts = {"yes": row.consent_yes, "no": row.consent_no, None: row.consent_unknown}
    one_segment.links(
        view, "consent", ((_word(said), said, int(count)) for said, count in counts.items())
    )


def _word(consent: str | None) -> str:
    said = _("Unknown") if consent is None else labels.value_label("consent", consent)
    return _("Consent: {said}", said=said.lower())


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
