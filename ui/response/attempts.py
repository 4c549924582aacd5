"""The card of attempts: how often leads are tried, and after which attempt they answer."""

import streamlit as st

from analytics.response.response import ATTEMPT_COLUMNS
from analytics.scope import Scope
from ui import answers, navigation
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences

_TOLD = 3  # attempts that the title tells of
_MOST = 8


def show(scope: Scope, stage: str | None) -> None:
    """An attempt a row; without any touch of a person, what to export."""
    answer = answers.response_attempts(scope, stage)
    rows = answer.rows.head(_MOST)
    how = provenance.how("response_attempts", _sentences, answer, answer.rows[ATTEMPT_COLUMNS])
    if rows.empty:
        with card.card(_("After which attempt leads answer"), how=how):
            st.markdown(
                _(
                    "No call or mail of a person is known. Export the activities of your CRM with "
                    "their kind, and load them as touches."
                )
            )
            navigation.link("data", _("Load more data →"))
        return
    most = float(rows["rate"].max()) or 1.0
    told = rows.iloc[min(_TOLD, len(rows)) - 1]
    title = _n(
        "After {n} attempt {share} have answered",
        "After {n} attempts {share} have answered",
        int(told["attempt"]),
        share=formats.percent(told["answered_so_far"], 0),
    )
    with card.card(title, _("Of leads that a person called or wrote to."), how=how):
        board.show(
            [
                Column(_("Attempt"), right=True),
                Column(_("Share that answers then"), secondary=True, unseen=True),
                Column(_("Answer then, %"), right=True),
                Column(_("Tried"), right=True),
                Column(_("Answered so far, %"), right=True),
            ],
            [
                Row(
                    [
                        Text(formats.number(row.attempt), strong=True),
                        Bar(row.rate, most),
                        Text(formats.number(100 * row.rate), strong=True),
                        Text(formats.number(row.tried)),
                        Text(formats.number(100 * row.answered_so_far)),
                    ]
                )
                for row in rows.itertuples(index=False)
            ],
            caption=markdown.spoken(title),
            key="response_attempts",
            cards_below=80,
        )


def _sentences() -> Sentences:
    return [
        (
            _("Attempt:"),
            _("a call or a mail of a person, until the lead first answers."),
        ),
        (
            _("Answer then:"),
            _("of leads that were tried so often, those that answered before the next attempt."),
        ),
        (
            _("Answered so far:"),
            _("of all leads that were tried, those that had answered by this attempt."),
        ),
    ]
