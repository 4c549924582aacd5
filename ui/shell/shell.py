"""The shell: the script of every run. It settles the view, draws the frame and runs the page."""

from contextlib import suppress
from pathlib import Path

import streamlit as st

from data.errors import StoreEmpty, StoreGone
from ui import navigation, session
from ui.language import current
from ui.language.current import LANGUAGES
from ui.language.messages import _
from ui.page import filter_bar, header

_HERE = Path(__file__).resolve().parent


def _language() -> None:
    key = session.key("lang")
    st.session_state[key] = current.lang()
    with st.sidebar:
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=str.upper,
            label_visibility="collapsed",
            required=True,
            key=key,
            on_change=_speak,
            args=(key,),
        )


def _speak(key: str) -> None:
    session.speak(st.session_state[key])


st.set_page_config(
    page_title="Pheu",
    page_icon=str(_HERE / "logo.svg"),
    layout="wide",
    initial_sidebar_state=232,
)
st.logo(str(_HERE / "wordmark.svg"), size="large")
scope, gone = None, False
with suppress(StoreEmpty):
    try:
        scope = session.enter()
    except StoreGone:
        gone = True
page = st.navigation(navigation.navigation(loaded=gone or scope is not None))
_language()
if gone:
    header.gone()
    st.stop()
if scope is not None:
    filter_bar.notices(scope)
page.run()
