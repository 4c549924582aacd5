"""The card of the reasons: why leads are not usable, the most frequent first."""

from dataclasses import replace

import streamlit as st

from analytics.quality.quality import Quality
from analytics.scope import Scope
from ui import answers, session
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.language import formats, labels
from ui.language.messages import _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences


def show(scope: Scope, found: Quality) -> None:
    """A reason a row; picking one opens its leads."""
    answer = answers.quality_reasons(scope)
    rows = answer.rows
    how = provenance.how("quality_reasons", _sentences, answer)
    title = _("Why leads are not usable")
    with card.card(title, _("The first reason that was found for each lead."), how=how):
        if rows.empty:
            st.markdown(_("Nothing speaks against any lead."))
            return
        screened = int(found.total["leads"] - found.total["unscreened"])
        most = float(rows["leads"].max())

        def opened(reason: str) -> None:
            view = scope.view.where("screening_reason", [reason])
            session.show(replace(view, by=None))

        board.show(
            [
                Column(_("Reason")),
                Column(_("How often"), unseen=True),
                Column(_("Leads"), right=True),
                Column(_("% of leads"), right=True),
            ],
            [
                Row(
                    [
                        Text(
                            labels.value_label("screening_reason", row.screening_reason),
                            note=labels.value_label("screening", row.screening),
                        ),
                        Bar(row.leads, most),
                        Text(formats.number(row.leads)),
                        Text(formats.percent(row.leads / screened)),
                    ],
                    id=row.screening_reason,
                )
                for row in rows.itertuples(index=False)
            ],
            caption=markdown.spoken(title),
            key="quality_reasons",
            cards_below=320,
            on_pick=opened,
            most=8,
        )
        st.markdown(markdown.gray(_("Pick a reason to see only its leads on every page.")))


def _sentences() -> Sentences:
    return [
        (
            _("Reason:"),
            _(
                "each lead has one at the most, the first rule that holds; the rules stand in "
                "`data/screening.toml`, and a mapping changes them."
            ),
        ),
        (
            _("Wrong contacts:"),
            _("only where there is no other way to reach the lead that is good."),
        ),
        (_("% of leads:"), _("of those that were screened.")),
    ]
