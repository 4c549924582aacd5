"""Data: what is loaded, from where, what was refused, and loading more."""

import streamlit as st

from ui import answers, frame, loading, scene, stock
from ui.words import _

store = answers.store()
if store.current() is None:
    st.title(_("Data"), anchor=False)
    with frame.card(_("There is no data yet"), _("Load an export of your CRM, or the sample.")):
        loading.form(store)
        stock.sample_button(store)
    st.stop()

sight = scene.current()
frame.header(sight, _("Data"))
stock.summary(sight)
with frame.card(_("Load more"), _("Nothing is lost: the data before stays as a version.")):
    loading.form(store)
stock.files(sight)
stock.refused(sight)
stock.versions(sight, store)
