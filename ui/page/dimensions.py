"""The dimensions that a page offers: to filter by, and to break down by."""

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from ui import guest, session
from ui.language import labels
from ui.language.messages import _


def offered(scope: Scope) -> list[str]:
    """The dimensions worth filtering or breaking down by: those with more than one value."""
    return [name for name in scope.generation.dimensions if is_offered(scope, name)]


def is_offered(scope: Scope, dimension: str) -> bool:
    """Whether a dimension of the generation has more than one value, and none that is kept back."""
    if guest.hides_filters() and dimension in scope.view.filtered:
        return False
    return len(vocabulary.values(scope.generation, dimension)) > 1


def breakdown(scope: Scope) -> str:
    """What a card breaks down by: the view's choice, else the team where there is one."""
    dimensions = offered(scope)
    first = dimensions[0] if dimensions else "team"
    return scope.view.by or next(
        (name for name in ("team", "channel") if name in dimensions), first
    )


def picker(scope: Scope, key: str) -> None:
    """The choice of the dimension, which is the view's breakdown from then on."""
    key = session.key(key)
    st.session_state[key] = breakdown(scope)
    st.selectbox(
        _("Break down by"),
        offered(scope),
        format_func=labels.dimension_label,
        label_visibility="collapsed",
        width=220,
        disabled=not guest.may_move("by"),
        key=key,
        on_change=lambda: session.change(by=st.session_state[key]),
    )
