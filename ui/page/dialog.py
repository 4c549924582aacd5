"""A button that opens a dialog, into which the keyboard gets and out of which it comes back."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from analytics.view.view import View
from ui import session
from ui.language import current
from ui.page import offscreen


def button(
    label: str,
    name: str,
    body: Callable[[], None],
    *,
    icon: str,
    type: Literal["primary", "secondary", "tertiary"] = "secondary",
    width: Literal["small", "medium", "large"] = "medium",
    title: str | None = None,
) -> None:
    """The button; its dialog says what `body` draws, which is only made when it is opened.

    A view that is changed in it is shown by the page once it is closed, however that is done.
    """
    if offscreen.told.get() is not None:  # there is nobody to press it
        return
    # A fragment takes what room there is; what stands beside the button is to have it.
    with st.container(width="content"):
        _button(label, name, body, session.view(), icon, type, width, title or label)


@st.fragment
def _button(
    label: str,
    name: str,
    body: Callable[[], None],
    drawn: View,
    icon: str,
    type: Literal["primary", "secondary", "tertiary"],
    width: Literal["small", "medium", "large"],
    title: str,
) -> None:
    current.use(session.view().lang)
    if st.button(label, icon=icon, type=type, key=session.key(name)):
        st.dialog(title, width=width, on_dismiss="rerun")(_told)(body)
    elif session.view() != drawn:
        st.rerun()  # closing runs this part of the page alone


def _told(body: Callable[[], None]) -> None:
    current.use(session.view().lang)
    body()
