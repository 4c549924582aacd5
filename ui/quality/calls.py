"""The card of the calls: what came of calling the leads, and how often each was called."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.quality.quality import OUTCOMES, Quality
from analytics.scope import Scope
from analytics.view.view import MISSING, View
from ui import answers
from ui.board import board
from ui.board.board import Column, Row, Text
from ui.language import formats, labels
from ui.language.messages import _
from ui.page import card, markdown, provenance
from ui.page.provenance import Sentences
from ui.quality import one_segment
from ui.sources import segments

_FEW = ("no_answer", "impostor")


def show(scope: Scope, found: Quality) -> None:
    """A batch of a list a row, where leads have one, else a source; nothing without calls."""
    if not found.total["called"]:
        return
    batches = answers.receipts(scope)
    by_batch = found.by == "source" and batches is not None and _called(batches.quality)
    shown = batches.quality if batches is not None and by_batch else found
    rows = shown.rows[(shown.rows["called"] > 0) & (shown.rows["source"] != MISSING)]
    if rows.empty:
        return
    title = _("What came of the calls")
    how = provenance.how_asked("quality_calls", _sentences, shown.asked, rows)
    with card.card(title, _("Leads by the outcome of the latest call."), how=how):
        board.show(
            [
                Column(labels.dimension_label(shown.by)),
                Column(_("Called"), right=True),
                *(_outcome(name) for name in OUTCOMES),
                Column(_("Calls per lead"), right=True),
            ],
            [_row(shown, row) for row in rows.itertuples(index=False)],
            caption=title,
            key="quality_calls",
            on_pick=one_segment.picker("quality_calls"),
        )
    one_segment.show(scope, shown, "quality_calls", _one)


def _called(found: Quality) -> bool:
    """Whether all leads that were called are of a batch."""
    rows = found.rows[found.rows["source"] == MISSING]
    return not int(rows["called"].sum())


def per_lead(row: Any) -> str:
    """How often each was called, on average; a dash where no file says so."""
    if pd.isna(row.attempts) or not row.called:
        return formats.NOTHING
    return formats.number(row.attempts / row.called, 1)


def _outcome(name: str) -> Column:
    """The heading of an outcome; those that decide nothing or are few go first."""
    label = labels.value_label("call_outcome", name)
    return Column(label, right=True, secondary=name in _FEW, on_cards=True)


def _row(found: Quality, row: Any) -> Row:
    counts = [row.called, *(getattr(row, name) for name in OUTCOMES)]
    return Row(
        [
            Text(segments.name(found.by, row.source), strong=True),
            *(Text(formats.number(count)) for count in counts),
            Text(per_lead(row)),
        ],
        id=row.source,
    )


def _one(view: View, row: Any) -> None:
    one_segment.links(
        view,
        "call_outcome",
        (
            (labels.value_label("call_outcome", outcome), outcome, int(getattr(row, outcome)))
            for outcome in OUTCOMES
        ),
    )
    st.markdown(markdown.gray(_("Calls per lead: {n}", n=per_lead(row))))


def _sentences() -> Sentences:
    return [
        (
            _("Called:"),
            _("leads whose file gives the outcome of a call; of the others nobody knows."),
        ),
        (
            _("Dead numbers:"),
            _(
                "they make a lead unusable only where there is no other good way to reach it; "
                "another person who answers always does."
            ),
        ),
        (
            _("Calls per lead:"),
            _("the attempts that the file gives, by the leads that were called."),
        ),
    ]
