"""Data: loading files in four steps; what is loaded, from where, and what was refused."""

import streamlit as st

from ui import answers, session
from ui.data import closed, contents, criteria, first_steps
from ui.data.wizard import wizard
from ui.language.messages import _
from ui.page import header

store = answers.store()
may_load = session.visitor().may_load
if store.current() is None or store.generation().is_outdated:
    st.title(_("Data"), anchor=False)
    if may_load:
        first_steps.show(store)
    else:
        closed.show(first_steps.title(store))
    session.end()

scope = session.current()
header.header(scope, _("Data"))
if not may_load:
    closed.show(_("Load more"))
elif wizard.show(store):
    session.end()
contents.summary(scope)
if may_load:
    criteria.show(scope, store)
contents.files(scope)
contents.refused(scope)
contents.versions(scope, store)
