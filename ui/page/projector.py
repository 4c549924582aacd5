"""The projector: a page for a wall, with larger type and without the menu."""

from pathlib import Path

import streamlit as st

from ui import session
from ui.language.messages import _
from ui.page import offscreen

LARGER = 1.25
"""How much larger than elsewhere all that is written is, in figures too; `projector.css` has it."""

_ON, _THEME, _ALONE = "projector", "projector_theme", "card_alone"
_HERE = Path(__file__).resolve().parent
_LARGE, _BARE = _HERE / "projector.css", _HERE / "bare.css"


def is_on() -> bool:
    """Whether the page is drawn for a wall; what is taken away is not."""
    return offscreen.told.get() is None and bool(st.session_state.get(_ON, False))


def style() -> None:
    """Draws the run for a wall, while that is on."""
    if is_on():
        bare()
        st.html(_LARGE)


def bare() -> None:
    """Draws the run without the menu."""
    st.html(_BARE)


def switch() -> None:
    """The button that turns it on, and off again; Escape does that, too."""
    if is_on():
        st.button(
            _("End the presentation"),
            icon=":material/close_fullscreen:",
            type="tertiary",
            shortcut="Escape",
            on_click=turn,
            kwargs={"on": False},
            key=session.key("project_off"),
        )
    else:
        st.button(
            _("Present"),
            icon=":material/slideshow:",
            type="tertiary",
            on_click=turn,
            kwargs={"on": True},
            key=session.key("project"),
        )


def has_card_alone() -> bool:
    """Whether the page shows one of its cards and no other, which has all of the wall."""
    return is_on() and bool(st.session_state.get(_ALONE, False))


def set_card_alone(*, alone: bool) -> None:
    """Has it show one, or all; before anything is drawn."""
    st.session_state[_ALONE] = alone


def theme() -> str | None:
    """The theme that was chosen for the wall; None where it is the browser's own."""
    return st.session_state.get(_THEME) if is_on() else None


def theme_switch() -> None:
    """The button that makes the wall dark, or light: what is read depends on the room."""
    other = "light" if st.context.theme.type == "dark" else "dark"
    st.button(
        _("Light") if other == "light" else _("Dark"),
        icon=f":material/{other}_mode:",
        type="tertiary",
        on_click=st.session_state.update,
        kwargs={_THEME: other},
        key=session.key("projector_theme"),
    )


def turn(*, on: bool) -> None:
    """Turns it on or off; for callbacks, or before anything is drawn."""
    st.session_state[_ON] = on
