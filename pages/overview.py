"""Overview: the funnel's health at a glance."""

from dataclasses import replace

import streamlit as st

from ui import answers, cards, findings, frame, scene
from ui.words import _

sight = scene.current()
frame.top(sight, _("Overview"))

view = replace(sight.view, level="group", by=None)
funnel = answers.funnel(view, sight.generation)
if not funnel["reached"].iat[0]:
    frame.empty(sight)
    st.stop()

health = answers.health(view, sight.generation)
st.markdown(findings.overview(view.compare, health, funnel))
cards.tiles(sight, health)
left, right = st.columns([3, 2], gap="small")
with left:
    cards.funnel(sight.at(view))
with right:
    cards.rates(sight.at(view), sight.view.by or "channel", "customer", of="first")
