"""Whom to call about a bottleneck: how many wait there, the way to their list, and a message."""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from analytics.bottlenecks import visits
from analytics.bottlenecks.loss import Loss
from analytics.scope import Scope
from analytics.view.view import View
from ui import answers
from ui.bottlenecks import names, story
from ui.language import formats
from ui.language.messages import _, _n
from ui.page import dialog
from ui.page.headline import Link
from ui.page.markdown import gray
from ui.time_in_stage.waiting_list import Chosen as Waiting

_PAGE = "leads"
_MOST_NAMED = 10


@dataclass(frozen=True)
class Waits:
    """How many leads wait at a bottleneck, and how many of them longer than half of all do."""

    all: int
    long: int


def waits(scope: Scope, loss: Loss) -> Waits:
    """Who waits at a bottleneck now, whenever they came."""
    rows = answers.waiting_bands(scope.at(story.queue_view(scope.view, loss.dimension))).rows
    rows = rows[rows["stage"] == loss.stage]
    if loss.dimension is not None:
        rows = rows[rows["segment"] == loss.segment]
    return Waits(int(rows["open"].sum()), int(rows[list(story.LONG)].sum().sum()))


def link(scope: Scope, loss: Loss) -> Link:
    """The link to the list of whom to call."""
    return _PAGE, _("Open the call list →"), view(scope.view, loss)


def view(view: View, loss: Loss) -> View:
    """The view of those who wait at a bottleneck."""
    own = visits.of_segment(view, loss.dimension, loss.segment).during("all")
    return replace(own, level="stage", stage=loss.stage, tab=None, place=None)


def message_button(scope: Scope, loss: Loss) -> None:
    """The button that opens a message for the team, to be copied."""
    dialog.button(
        _("Copy a message"),
        "copy_message",
        partial(_message, scope, loss),
        icon=":material/content_copy:",
        title=_("Message to the team"),
    )


def _message(scope: Scope, loss: Loss) -> None:
    st.code(message(scope, loss), language=None, wrap_lines=True)
    st.markdown(gray(_("Copy it with the button at its corner.")))


def message(scope: Scope, loss: Loss) -> str:
    """What to send to the team: how many wait where, and the first of them by name; no rates."""
    own = scope.at(story.queue_view(scope.view, loss.dimension))
    chosen = Waiting(loss.stage, story.LONG, loss.segment)
    found = chosen.of(answers.waiting(own))
    rows = answers.page(found, 0, _MOST_NAMED)
    count = answers.count(found)
    lines = [
        _n(
            "{whose}: {n} lead has waited at {stage} for longer than usual. Please call first:",
            "{whose}: {n} leads have waited at {stage} for longer than usual. Please call first:",
            count,
            whose=names.segment(loss),
            stage=names.stage(scope, loss.stage),
        )
    ]
    whom = rows["company"].fillna(rows["name"]).fillna(rows["lead_id"])
    lines += [
        _(
            "{place}) {whom}, {days} days",
            place=place,
            whom=name,
            days=formats.number(days),
        )
        for place, (name, days) in enumerate(zip(whom, rows["days"], strict=True), start=1)
    ]
    return "\n".join(lines)
