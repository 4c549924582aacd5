"""The account: who is signed in, at the foot of the menu, with the way out."""

import streamlit as st

from ui import session
from ui.access import identity
from ui.language.messages import N_, _
from ui.page import markdown

_ROLES = {"viewer": N_("may look"), "analyst": N_("may share"), "admin": N_("may load")}


def show() -> None:
    """Who looks at the page, and the way out; nothing where nobody signs in."""
    visitor = session.visitor()
    if not visitor.name:
        return
    with st.popover(_("Account"), icon=":material/person:", key=session.key("account")):
        st.markdown(f"{markdown.plain(visitor.name)} · {_(_ROLES[visitor.role])}")
        if identity.way() == "openid":
            st.button(_("Sign out"), on_click=st.logout, key=session.key("sign_out"))
