"""The account: who is signed in, at the foot of the menu, with the way out."""

import streamlit as st

from data import audit
from ui import answers, guest, session
from ui.access import identity
from ui.language.messages import N_, _
from ui.page import markdown

_ARRIVED = "arrived"
_ROLES = {
    "viewer": N_("can view"),
    "analyst": N_("can view and share"),
    "admin": N_("can view, share and load"),
}


def arrived() -> None:
    """Has the audit log say, once in a session, that somebody came whom a proxy has let in.

    Of a sign-in at a provider it is said where that is done.
    """
    if identity.way() != "header" or guest.is_guest() or _ARRIVED in st.session_state:
        return
    st.session_state[_ARRIVED] = True
    visitor = session.visitor()
    audit.write(answers.store(), "signed in", visitor.name, role=visitor.role)


def show() -> None:
    """Who looks at the page, and the way out; nothing where nobody signs in."""
    visitor = session.visitor()
    if not visitor.name:
        return
    with st.popover(_("Account"), icon=":material/person:", key=session.key("account")):
        st.markdown(f"{markdown.plain(visitor.name)} · {_(_ROLES[visitor.role])}")
        if identity.way() == "openid":
            st.button(_("Sign out"), on_click=st.logout, key=session.key("sign_out"))
