"""The sentence at the top of a page: what it says first, how sure, and where to go."""

from typing import Literal

import streamlit as st

from analytics.certainty import Certainty
from analytics.view.view import View
from ui import navigation
from ui.language.messages import N_p, _p
from ui.page import certainty as certainties
from ui.page import terms

Tone = Literal["ok", "watch", "bad"]

_TONES: dict[Tone, tuple[tuple[str, str], str, str]] = {
    "ok": (N_p("how a funnel does", "Healthy"), "check_circle", "green"),
    "watch": (N_p("how a funnel does", "Watch"), "warning", "orange"),
    "bad": (N_p("how a funnel does", "At risk"), "dangerous", "red"),
}
Link = tuple[str, str, View | None]
"""A page, what the link to it says, and the view that it is opened with."""


def show(
    text: str,
    *,
    tone: Tone | None = None,
    certainty: Certainty | None = None,
    edge: Tone | None = None,
    link: Link | None = None,
) -> None:
    """One row: a badge, a sentence of at most 110 characters, and one link.

    tone: how the funnel does, where the page answers that. Else `certainty` is how sure the
        sentence is, where it is one that can be wrong, and `edge` the colour at its left.
    """
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        key=f"headline_{tone or edge or 'none'}",
    ):
        if tone is not None:
            badge(tone)
        elif certainty is not None:
            st.markdown(certainties.badge(certainty), width="content", help=terms.help(certainty))
        st.markdown(f"**{text}**")
        if link is not None:
            page, label, view = link
            navigation.link(page, label, view)


def badge(tone: Tone) -> None:
    """The word for how a funnel does, with its shape and colour."""
    word, icon, colour = _TONES[tone]
    st.badge(_p(*word), icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]
