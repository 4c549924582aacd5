"""The session: the view and the generation that this run of a page shows, and its address.

The view lives in the session; the address bar mirrors it. An address that is not the one last
written here was pasted, or comes from the browser's back and forward: it replaces the view.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import Dropped, View
from ui import answers
from ui.language import current as language

_VIEW, _WRITTEN, _DROPPED, _CHOSEN = "view", "written_query", "dropped", "view_chosen"
_NUMBER = "generation"


def enter() -> Scope:
    """Settles the view of this run from the address and the session, and writes the address.

    Called once, by the shell, before anything is drawn. Raises StoreEmpty when nothing is loaded.
    """
    state = st.session_state
    query = st.query_params.to_dict()
    # A view just chosen by a widget wins: when two changes come quickly, the second one is sent
    # with the address from before the first.
    chosen = state.pop(_CHOSEN, False)
    if _VIEW not in state or (query and query != state.get(_WRITTEN) and not chosen):
        view, dropped = View.parse(query)
        if "lang" not in query:
            view = replace(view, lang=language.spoken(st.context.locale))
        state[_VIEW], state[_DROPPED] = view, dropped
    language.use(state[_VIEW].lang)
    state[_WRITTEN] = query  # in case there is no data to fit the view to
    generation, view, unknown = vocabulary.opened(state[_VIEW], answers.store())
    if unknown:
        state[_DROPPED] = (*state[_DROPPED], *unknown)
    state[_VIEW], state[_NUMBER] = view, generation.number
    written = view.to_query()
    if written != query:
        st.query_params.from_dict(written)
    state[_WRITTEN] = written
    return Scope(view, generation)


def current() -> Scope:
    """The scope of this run, for a page. A page that the shell did not start ends here."""
    if not entered():
        st.stop()
    view: View = st.session_state[_VIEW]
    # The generation that the view was fitted to, even when a load has just made another.
    return Scope(view, answers.store().generation(st.session_state[_NUMBER]))


def change(**fields: Any) -> None:
    """Changes fields of the view; for callbacks of widgets, which run before the page does."""
    show(replace(st.session_state[_VIEW], **fields))


def show(view: View) -> None:
    """Shows another view; for callbacks of widgets. Notices about the old link are forgotten."""
    st.session_state[_VIEW] = view
    st.session_state[_DROPPED] = ()
    st.session_state[_CHOSEN] = True


def mirror() -> None:
    """Writes the address of the view, for a fragment that was drawn again by itself."""
    state = st.session_state
    state.pop(_CHOSEN, None)
    written = state[_VIEW].to_query()
    if written != state[_WRITTEN]:
        st.query_params.from_dict(written)
        state[_WRITTEN] = written


def entered() -> bool:
    """Whether this session has a view yet."""
    return _VIEW in st.session_state


def start_again() -> None:
    """Shows all data, counted in the default way, in the reader's language."""
    show(View(lang=view().lang) if entered() else View())


def dropped() -> tuple[Dropped, ...]:
    """The parts of the link that this store does not know, until the view changes."""
    return tuple(st.session_state.get(_DROPPED, ()))


def view() -> View:
    """The view of the session, for callbacks."""
    found: View = st.session_state[_VIEW]
    return found


def address(view: View) -> str:
    """The full address of this page with a view."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    return view.to_link(f"{parts.scheme}://{parts.netloc}{parts.path}")


def key(name: str) -> str:
    """A widget's key, one for each language: the browser remembers labels, not values."""
    # The view's language: a callback runs in a thread that has not been told the reader's yet.
    lang = view().lang if entered() else language.lang()
    return f"{name}__{lang}"
