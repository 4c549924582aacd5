"""The QR code of an address, for a phone that reads it off the screen."""

import streamlit as st

from ui.language.messages import _


def show(address: str, *, width: int) -> None:
    """Draws it, so many px wide: dark on white in any theme, as cameras want it."""
    import segno  # only where somebody asks for one

    code = segno.make(address, micro=False)
    svg = code.svg_inline(border=4, dark="#12161D", light="#FFFFFF", omitsize=True)
    st.image(svg, width=width, alt=_("The link as a QR code"))
