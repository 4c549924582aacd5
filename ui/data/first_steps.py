"""What a store without data to show offers: to load what one has, or to look at a sample."""

import streamlit as st

from data.store import Store
from ui import session
from ui.data import contents
from ui.data.wizard import wizard
from ui.language.messages import _
from ui.page import card, instead

_OWN = "loads_own_data"


def show(store: Store) -> None:
    """The two ways in, before anything else; the wizard follows where it was asked for."""
    if st.session_state.get(_OWN):
        wizard.show(store)
        return
    with card.card(title(store), _why(store)):
        with st.container(horizontal=True):
            st.button(
                _("Load my data"),
                type="primary",
                icon=":material/upload:",
                on_click=_load,
                key=session.key("load_mine"),
            )
            # The sample would take the place of real data, also of what cannot be read now.
            wanted = _may_be_sample(store) and st.button(
                _("Look at sample data"),
                icon=":material/science:",
                key=session.key("look_at_sample"),
            )
        if wanted:
            contents.show_sample(store)


def title(store: Store) -> str:
    """What is missing: the data, or what this version of Pheu can read of it."""
    return _("There is no data yet") if store.current() is None else _(instead.OUTDATED[0])


def _why(store: Store) -> str:
    if store.current() is None:
        return _("Load an export of your CRM, or look around in made-up data first.")
    return _(instead.OUTDATED[1])


def _may_be_sample(store: Store) -> bool:
    return store.current() is None or bool(store.generation().about.get("sample"))


def _load() -> None:
    st.session_state[_OWN] = True
