"""From when the clock runs: from when leads came, or from when they came to a promising stage."""

import streamlit as st

from analytics.response.response import promises
from analytics.scope import Scope
from ui import session
from ui.language.messages import _
from ui.leads.words import stage_name

_NAME = "response_since"


def stage(scope: Scope) -> str | None:
    """The stage that is chosen; None is when leads came."""
    chosen = st.session_state.get(session.key(_NAME))
    return chosen if chosen in promises(scope) else None


def picker(scope: Scope) -> None:
    """The choice; none where no stage promises an answer."""
    stages = promises(scope)
    if not stages:
        return
    names = {"": _("From when they came")}
    names |= {slug: _("From {stage}", stage=stage_name(scope, slug)) for slug in stages}
    st.segmented_control(
        _("The clock starts"),
        list(names),
        format_func=names.__getitem__,
        default="",
        required=True,
        label_visibility="collapsed",
        key=session.key(_NAME),
    )
