"""Leads: those behind the selected step, exactly as many as its bar says, and each one's story."""

import streamlit as st

from ui import answers, leads, session
from ui.language.messages import _
from ui.page import header, steps

scope = session.current()
header.top(scope, _("Leads"))

with st.container(horizontal=True, vertical_alignment="center"):
    steps.level(scope)
    steps.picker(scope, "leads", required=True)

if not answers.count(answers.leads(scope)):
    header.empty(scope)
    st.stop()

left, right = st.columns([3, 2], gap="small")
with left:
    chosen = leads.show(scope)
with right:
    leads.story(scope, chosen)
