"""The guide: four steps that tell a first visitor how a page is read. It stands in no one's way."""

from pathlib import Path

import streamlit as st

from ui import session
from ui.component import component
from ui.language import current
from ui.language.messages import N_, _

_BROWSER = Path(__file__).resolve().parent / "browser"
_STYLE = (_BROWSER / "guide.css").read_text(encoding="utf-8")
_ASKED = "guide_asked"
_STEPS = (
    (
        N_("Each page says the answer first"),
        N_(
            "Its first line says how things are and how sure that is. Below it are the numbers, "
            "and at its end the whole analysis."
        ),
    ),
    (
        N_("Choose a period and what to compare with"),
        N_(
            "Both are beside the page's name. It opens with the last full quarter, compared with "
            "the one before."
        ),
    ),
    (
        N_("Each card says how it counts"),
        N_(
            "The sign at its corner tells whom and what it counts and how sure that is, and gives "
            "the SQL and a CSV. All words are under Definitions."
        ),
    ),
    (
        N_("Share what you see"),
        N_("Share makes a short link: whoever opens it sees the same period, filters and numbers."),
    ),
)


def show(*, unasked: bool = True) -> None:
    """Draws the guide where the browser has not seen it, or the reader asked for it.

    Whoever follows a link that says what to show came for that, and is shown nothing else. Where it
    would lie over what the reader is doing it comes only when it is asked for, not `unasked`.
    """
    steps = [{"title": _(title), "text": _(text)} for title, text in _STEPS]
    component("guide", _BROWSER, html="<div class='guide'></div>", css=_STYLE)(
        key="guide",
        data={
            "lang": current.lang(),
            "first": unasked and session.came_bare(),
            "asked": st.session_state.get(_ASKED, 0),
            "steps": steps,
            "next": _("Next"),
            "back": _("Back"),
            "done": _("Got it"),
            "close": _("Close the guide"),
        },
    )


def button() -> None:
    """The way back to the guide, at the foot of the menu."""
    st.button(
        _("Guide"),
        icon=":material/help:",
        type="tertiary",
        on_click=_ask,
        key=session.key("guide_again"),
    )


def _ask() -> None:
    st.session_state[_ASKED] = st.session_state.get(_ASKED, 0) + 1
