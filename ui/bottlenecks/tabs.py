"""The parts of the page, one of which is open; which one is in the link."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from analytics.scope import Scope
from ui import session
from ui.language.messages import N_p, _p

RANKING, QUEUES, CHANGE, WHAT_IF, FLOW = "ranking", "queues", "change", "what-if", "flow"

_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        RANKING: N_p("part of a page", "Ranking"),
        QUEUES: N_p("part of a page", "Queues"),
        CHANGE: N_p("part of a page", "Why it changed"),
        WHAT_IF: N_p("part of a page", "Try a change"),
        FLOW: N_p("part of a page", "Flow"),
    }
)


def opened(scope: Scope) -> tuple[str, Any]:
    """Draws the tabs; returns the one that is open, and the container of its content."""
    names = list(_LABELS)
    labels = [_p(*_LABELS[name]) for name in names]
    wanted = scope.view.tab
    tab = wanted if wanted is not None and wanted in _LABELS else RANKING
    key = session.key("bottleneck_tab")
    st.session_state[key] = labels[names.index(tab)]
    containers = st.tabs(
        labels, key=key, on_change=_turn, args=(key, dict(zip(labels, names, strict=True)))
    )
    return tab, containers[names.index(tab)]


def _turn(key: str, names: Mapping[str, str]) -> None:
    tab = names[st.session_state[key]]
    session.change(tab=None if tab == RANKING else tab)
