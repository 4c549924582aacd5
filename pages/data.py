"""Data: what is loaded, from where, what was refused, and loading more."""

import streamlit as st

from ui import answers, session
from ui.data import contents, upload
from ui.language.messages import _
from ui.page import card, header

store = answers.store()
if store.current() is None:
    st.title(_("Data"), anchor=False)
    with card.card(_("There is no data yet"), _("Load an export of your CRM, or the sample.")):
        upload.form(store)
        contents.sample_button(store)
    st.stop()

scope = session.current()
header.header(scope, _("Data"))
contents.summary(scope)
with card.card(_("Load more"), _("Nothing is lost: the data before stays as a version.")):
    upload.form(store)
contents.files(scope)
contents.refused(scope)
contents.versions(scope, store)
