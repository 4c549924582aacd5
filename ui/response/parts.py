"""The parts of the page, each a tab of it and so of its link, and from when the clock runs."""

import re
from dataclasses import dataclass

import streamlit as st

from analytics.response.response import promises
from analytics.scope import Scope
from analytics.view.parameters import ANALYSIS, is_tab
from ui import session
from ui.language.messages import _
from ui.leads.words import stage_name

UNTOUCHED = "untouched"
"""The list of those who wait. Without a tab the page says what there is in short."""

_AT = "-at-"
_PART = re.compile(rf"({ANALYSIS}|{UNTOUCHED})(?:{_AT}([a-z-]+))?")


@dataclass(frozen=True)
class Part:
    """A part of the page: `name`, None for the first; `stage`: None is from when leads came."""

    name: str | None
    stage: str | None


def part(scope: Scope) -> Part:
    """The part that the link names; of a stage that promises no answer, from when leads came."""
    found = _PART.fullmatch(scope.view.tab or "")
    if found is None:
        return Part(None, None)
    return Part(found[1], found[2] if found[2] in promises(scope) else None)


def tab(name: str, stage: str | None) -> str:
    """The tab of a part."""
    return name if stage is None else f"{name}{_AT}{stage}"


def picker(scope: Scope, shown: Part) -> None:
    """The choice of when the clock starts; none where no stage that a link can name promises."""
    name = shown.name or ANALYSIS
    tabs = {tab(name, stage): stage for stage in (None, *promises(scope))}
    words = {
        each: _("From when they came")
        if stage is None
        else _("From {stage}", stage=stage_name(scope, stage))
        for each, stage in tabs.items()
        if is_tab(each)
    }
    if len(words) < 2:
        return
    key = session.key(f"response_{name}")
    st.session_state[key] = tab(name, shown.stage)
    st.segmented_control(
        _("The clock starts"),
        list(words),
        format_func=words.__getitem__,
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: session.change(tab=st.session_state[key], list_page=1),
    )
