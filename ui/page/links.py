"""An address to read, to copy, and to take with a phone."""

import streamlit as st

from ui.language.messages import _
from ui.page import clipboard, qr

_QR = 480  # px: read from six metres, on a wall that is two metres wide


def plain(address: str, name: str) -> None:
    """An address to read, and the button that copies it, which is there without a mouse, too."""
    st.code(address, language=None, wrap_lines=True)
    clipboard.button(_("Copy the link"), address, f"link_{name}")


def with_code(address: str, name: str) -> None:
    """The same with a code that a phone reads off a wall."""
    with st.container(horizontal_alignment="center"):
        qr.show(address, width=_QR)
    plain(address, name)
