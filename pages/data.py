"""Data: what is loaded, from where, what was refused, and loading more."""

import streamlit as st

from ui import answers, loaders, session
from ui.data import closed, contents, first_steps, upload
from ui.language.messages import _
from ui.page import card, header

store = answers.store()
may_load = loaders.may_load(st.context.headers)
if store.current() is None:
    st.title(_("Data"), anchor=False)
    if not may_load:
        closed.show(_("There is no data yet"))
        st.stop()
    first_steps.show(store)
    st.stop()

scope = session.current()
header.header(scope, _("Data"))
contents.summary(scope)
if may_load:
    with card.card(_("Load more"), _("Nothing is lost: the data before stays as a version.")):
        upload.form(store)
else:
    closed.show(_("Load more"))
contents.files(scope)
contents.refused(scope)
contents.versions(scope, store)
