"""A button that opens a dialog, into which the keyboard gets and out of which it comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from analytics.view.view import View
from ui import session
from ui.page import offscreen

_OPENED, _STALE = "opened_dialog", "page_is_stale"


@dataclass(frozen=True)
class _Dialog:
    title: str
    width: Literal["small", "medium", "large"]
    body: Callable[[], None]


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
    st.button(
        label,
        icon=icon,
        type=type,
        key=session.key(name),
        on_click=_open,
        args=(_Dialog(title or label, width, body),),
    )


@st.fragment
def place(drawn: View) -> None:
    """Where a dialog of the page comes from: what is done in it runs this part alone.

    It stands before all buttons. A fragment around each of them took a quarter of a page's run.
    `drawn` is the view that the page draws.
    """
    session.begin_part()
    opened: _Dialog | None = st.session_state.pop(_OPENED, None)
    if opened is not None:
        st.dialog(opened.title, width=opened.width, on_dismiss="rerun")(_told)(opened.body)
    elif st.session_state.pop(_STALE, False) or session.view() != drawn:
        st.rerun()  # closing runs this place alone


def stale() -> None:
    """Has the page be drawn anew once the dialog is closed: it shows what was changed there."""
    st.session_state[_STALE] = True


def _open(what: _Dialog) -> None:
    # The page runs as well, and is the same. To run the place alone, by `st.rerun` in a callback,
    # would end all that looks for news now and then: the browser forgets its timers.
    st.session_state[_OPENED] = what


def _told(body: Callable[[], None]) -> None:
    session.begin_part()
    body()
