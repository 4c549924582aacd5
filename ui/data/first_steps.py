"""What a store without data offers: to load what one has, or to look at a sample."""

import streamlit as st

from data.store import Store
from ui import session
from ui.data import contents
from ui.data.wizard import wizard
from ui.language.messages import _
from ui.page import card

_OWN = "loads_own_data"


def show(store: Store) -> None:
    """The two ways in, before anything else; the wizard follows where it was asked for."""
    if st.session_state.get(_OWN):
        wizard.show(store)
        return
    with card.card(
        _("There is no data yet"),
        _("Load an export of your CRM, or look around in made-up data first."),
    ):
        with st.container(horizontal=True):
            st.button(
                _("Load my data"),
                type="primary",
                icon=":material/upload:",
                on_click=_load,
                key=session.key("load_mine"),
            )
            wanted = st.button(
                _("Look at sample data"),
                icon=":material/science:",
                key=session.key("look_at_sample"),
            )
        if wanted:
            contents.show_sample(store)


def _load() -> None:
    st.session_state[_OWN] = True
