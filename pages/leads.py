"""Leads: those behind the selected step, exactly as many as its bar says, and each one's story."""

import streamlit as st

from ui import answers, leads, session
from ui.language.messages import _
from ui.page import header, steps

sight = session.current()
header.top(sight, _("Leads"))

with st.container(horizontal=True, vertical_alignment="center"):
    steps.level(sight)
    steps.picker(sight, "leads", required=True)

rows = answers.leads(sight.view, sight.generation)
if rows.empty:
    header.empty(sight)
    st.stop()

left, right = st.columns([3, 2], gap="small")
with left:
    chosen = leads.show(sight, rows)
with right:
    leads.story(sight, chosen)
