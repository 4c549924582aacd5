"""The parts of the page, one of which is open; which one is in the link."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from analytics.bottlenecks.periods import DAYS
from analytics.bottlenecks.visits import QUARTER
from analytics.scope import Scope
from analytics.view.view import View
from ui import guest, session
from ui.bottlenecks import names
from ui.language import formats
from ui.language.messages import N_p, _, _p

RANKING, QUEUES, REASONS = "ranking", "queues", "reasons"
CHANGE, WHAT_IF, FLOW = "change", "what-if", "flow"

_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        RANKING: N_p("part of a page", "Ranking"),
        QUEUES: N_p("part of a page", "Queues"),
        REASONS: N_p("part of a page", "Reasons"),
        CHANGE: N_p("part of a page", "Why it changed"),
        WHAT_IF: N_p("part of a page", "What if"),
        FLOW: N_p("part of a page", "Flow"),
    }
)


def latest_days(view: View) -> str:
    """Which of all the days the open part counts, as the control of the period says it."""
    if view.tab == REASONS:
        return _("Latest {n} days", n=formats.number(QUARTER))
    if view.tab == CHANGE:
        return names.latest_days(DAYS)
    if view.tab == FLOW:
        return _("{n} mature days and 12 months before", n=formats.number(QUARTER))
    return names.latest_days()


def opened(scope: Scope) -> tuple[str, Any]:
    """Draws the tabs; returns the one that is open, and the container of its content."""
    wanted = scope.view.tab
    tab = wanted if wanted is not None and wanted in _LABELS else RANKING
    is_tried = tab == WHAT_IF or guest.may_move("scenario")
    parts = [part for part in _LABELS if is_tried or part != WHAT_IF]
    labels = [_p(*_LABELS[part]) for part in parts]
    key = session.key("bottleneck_tab")
    st.session_state[key] = labels[parts.index(tab)]
    containers = st.tabs(
        labels, key=key, on_change=_turn, args=(key, dict(zip(labels, parts, strict=True)))
    )
    return tab, containers[parts.index(tab)]


def _turn(key: str, parts: Mapping[str, str]) -> None:
    tab = parts[st.session_state[key]]
    session.change(tab=None if tab == RANKING else tab)
