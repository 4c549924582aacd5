"""Leads: those behind the selected step, exactly as many as its bar says, and each one's story."""

import streamlit as st

from ui import answers, frame, lead_list, scene, steps
from ui.words import _

sight = scene.current()
frame.top(sight, _("Leads"))

with st.container(horizontal=True, vertical_alignment="center"):
    steps.level(sight)
    steps.picker(sight, "leads", required=True)

rows = answers.leads(sight.view, sight.generation)
if rows.empty:
    frame.empty(sight)
    st.stop()

left, right = st.columns([3, 2], gap="small")
with left:
    chosen = lead_list.show(sight, rows)
with right:
    lead_list.story(sight, chosen)
