"""The deeper part of a page: everything that was measured, one click below what it says first."""

import streamlit as st

from analytics.scope import Scope
from analytics.view.parameters import ANALYSIS
from ui import session
from ui.language.messages import _


def is_open(scope: Scope) -> bool:
    """Whether the reader has opened the deeper part."""
    return scope.view.tab == ANALYSIS


def bar(about: str) -> None:
    """The row at the end of a page that says what is deeper, and opens it."""
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="deeper",
    ):
        st.markdown(_("**More detail**: {about}", about=about), width="content")
        st.button(
            _("Open the analysis"),
            icon=":material/analytics:",
            on_click=session.change,
            kwargs={"tab": ANALYSIS},
            key=session.key("deeper"),
        )


def question(text: str) -> None:
    """A question at the foot of a card that the deeper part answers, and the way there."""
    st.button(
        text,
        icon=":material/analytics:",
        type="tertiary",
        on_click=session.change,
        kwargs={"tab": ANALYSIS},
        key=session.key("question"),
    )


def back() -> None:
    """The way back to what the page says first."""
    st.button(
        _("Back to the summary"),
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=session.change,
        kwargs={"tab": None},
        key=session.key("back_from_deeper"),
    )
