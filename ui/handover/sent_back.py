"""The card of the leads that were sent back: what became of them, and why they were."""

import streamlit as st

from analytics.handover.handover import Handover
from analytics.handover.returned import Returned
from analytics.scope import Scope
from data.reason import OTHER, UNKNOWN
from ui import answers, navigation, session
from ui.board import board
from ui.board.board import Bar, Column, Row, Text
from ui.handover import words
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import card, markdown, provenance
from ui.page.markdown import plain
from ui.page.provenance import Sentences

_PROPOSED = 6
"""How many kinds of reasons are proposed where the file has none."""
_SHOWN = 5


def show(scope: Scope, found: Handover) -> None:
    """How many bought later, and the reasons."""
    later = answers.returned(scope)
    row = later.rows.iloc[0]
    how = provenance.how_asked(
        "sent_back", lambda: _sentences(later), later.asked, later.rows, scope=later.asked.scope
    )
    with card.card(finding(later), _subtitle(later), how=how):
        if row["sent_back"]:
            st.markdown(
                _(
                    "{again} were taken once more, {out} have left, and {open} are still open.",
                    again=formats.number(row["accepted_again"]),
                    out=formats.number(row["out"]),
                    open=formats.number(row["open"]),
                )
            )
        _reasons(scope, int(found.total["sent_back"]))


def finding(later: Returned) -> str:
    """How many of those sent back bought in the end."""
    row = later.rows.iloc[0]
    if not row["sent_back"]:
        return _("Nobody was sent back")
    if not row["won"]:
        return _("None of those sent back has bought yet")
    return _("Sent back is not lost: {share} bought", share=formats.percent(row["won_rate"], 0))


def _subtitle(later: Returned) -> str:
    row = later.rows.iloc[0]
    if not row["sent_back"]:
        return _("Of all leads that were ever handed over.")
    return _(
        "{n} were sent back until today; {won} bought ({low}–{high}%).",
        n=formats.number(row["sent_back"]),
        won=formats.number(row["won"]),
        low=formats.number(100 * row["won_low"]),
        high=formats.number(100 * row["won_high"]),
    )


def _reasons(scope: Scope, sent_back: int) -> None:
    """Why those of the period were sent back, the most frequent reason first."""
    if not sent_back:
        return
    rows = answers.sent_back_reasons(scope).rows
    most = float(rows["share"].max())
    if rows["reason"].eq(UNKNOWN).all():
        _without(scope, sent_back)
        return
    title = _n(
        "Why {n} of {period} was sent back",
        "Why {n} of {period} were sent back",
        sent_back,
        period=words.period(scope),
    )
    st.markdown(f"**{title}**")
    board.show(
        [
            Column(_("Why")),
            Column(_("How often"), unseen=True),
            Column(_("Leads"), right=True),
        ],
        [
            Row(
                [
                    Text(words.reason(scope, row.reason)),
                    Bar(row.share, most, tone="gray" if row.reason == UNKNOWN else "blue"),
                    Text(formats.number(row.leads)),
                ],
                id=words.tab_of_reason(row.reason) if scope.generation.sight.leads else None,
            )
            for row in rows.itertuples(index=False)
        ],
        caption=markdown.spoken(title),
        key="sent_back",
        on_pick=lambda tab: session.change(tab=tab),
        cards_below=240,
        most=_SHOWN,
    )


def _without(scope: Scope, sent_back: int) -> None:
    """That the file has no reasons, which the two teams can agree on, and where they go."""
    st.markdown(
        _n(
            "**{n} was sent back in {period}, and nobody wrote down why.** Agree on a few reasons, "
            "then add a column “Lý do trả lại” to the file:",
            "**{n} were sent back in {period}, and nobody wrote down why.** Agree on a few "
            "reasons, then add a column “Lý do trả lại” to the file:",
            sent_back,
            period=words.period(scope),
        )
    )
    kinds = scope.generation.pipeline.reason_slugs
    told = [kind for kind in kinds if kind not in (OTHER, UNKNOWN)][:_PROPOSED]
    proposed = (plain(words.reason(scope, kind)) for kind in told)
    st.markdown(" ".join(f":gray-badge[{kind}]" for kind in proposed))
    navigation.link("data", _("Add the column of reasons →"))


def _sentences(later: Returned) -> Sentences:
    return [
        (
            _("Sent back:"),
            _("all by the as-of date, whenever they were handed over: to buy takes time."),
        ),
        (
            _("Bought:"),
            _(
                "customers since, by now. Many are still open, so the share can rise; Wilson's "
                "95% interval."
            ),
        ),
        (
            _("Why:"),
            _(
                "the reasons that the file has, by kind; a lead with several counts for each. "
                "Those of whom none is known are counted, too."
            ),
        ),
        (
            _("Taken once more:"),
            _("came to the stage of the hand-over, or beyond it, after they were sent back."),
        ),
    ]
