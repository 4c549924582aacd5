"""The shell: the script of every run. It settles the view, draws the frame and runs the page."""

from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from analytics.scope import Scope
from data.errors import ShareEnded, StoreEmpty, StoreError, StoreGone, StoreOutdated
from ui import guest, navigation, session
from ui.language import current, periods
from ui.language.current import LANGUAGES
from ui.language.messages import _
from ui.page import (
    card,
    dialog,
    header,
    in_vain,
    instead,
    offscreen,
    projector,
    share_banner,
    story,
)
from ui.shell import account, document, guide, saved

_HERE = Path(__file__).resolve().parent


def _language() -> None:
    key = session.key("lang")
    st.session_state[key] = current.lang()
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


def _frame(page: Page, scope: Scope | None) -> None:
    """What is around the page, drawn after it: the reader came for the page."""
    with st.sidebar:
        if scope is not None:
            saved.menu(scope, navigation.name_of(page))
            header.freshness(scope)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _language()
            if scope is not None:
                guide.button()
        account.show()
    with st.container(key="unseen"):  # nothing of it takes room on the page
        document.speak(current.lang(), projector.theme())
        if scope is not None:
            # The buttons of loading are where it would lie; a guest came for one page.
            guide.show(unasked=page.url_path != "data" and not guest.is_guest())


def _title(page: str, scope: Scope | None) -> str:
    """What the browser calls the page: the period goes along, so that tabs are told apart."""
    period = None if scope is None or scope.is_whole else periods.name(*scope.days)
    return " – ".join(part for part in (page, period, "Pheu") if part)


def _speak(key: str) -> None:
    session.speak(st.session_state[key])


st.set_page_config(
    page_title="Pheu",
    page_icon=str(_HERE / "logo.svg"),
    layout="wide",
    initial_sidebar_state=232,
)
st.logo(str(_HERE / "wordmark.svg"), size="large")
scope: Scope | None = None
unusable: StoreError | None = None
with suppress(StoreEmpty):
    try:
        scope = session.enter()
        account.arrived()
    except ShareEnded:
        instead.share_ended()
        st.stop()
    except (StoreGone, StoreOutdated) as error:
        unusable = error
    except session.SignedOut:
        instead.signed_out()
        st.stop()
page = st.navigation(navigation.navigation(loaded=scope is not None or unusable is not None))
if scope is not None and guest.is_guest():
    scope = session.hold(navigation.name_of(page))
st.set_page_config(page_title=_title(page.title, scope))
offscreen.begin(navigation.name_of(page))
if scope is not None:
    story.follow()
    story.style()
projector.style()
if session.entered():
    with st.container(key="unseen_dialogs"):
        dialog.place(session.view())
card.begin()  # a dialog may ask which cards the page had
try:
    if isinstance(unusable, StoreGone):
        instead.gone()
    elif unusable is not None and page.url_path != "data":
        instead.outdated()
    else:
        if scope is not None:
            share_banner.show(scope)
            in_vain.show(scope)
        if guest.may_open(navigation.name_of(page)):
            page.run()
        else:
            instead.not_shared()
except session.Ended:
    pass
finally:  # also around a page that could not be drawn
    _frame(page, scope)
