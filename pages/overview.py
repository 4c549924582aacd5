"""Overview: the funnel's health at a glance."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.funnel import cards as funnel_cards
from ui.funnel import segments
from ui.language.messages import _
from ui.overview import cards, findings
from ui.overview import cards as overview_cards
from ui.page import header

sight = session.current()
header.top(sight, _("Overview"))

# Groups, whatever the level; a stage chosen at the other one has no bar here.
stage = sight.view.stage if sight.view.level == "group" else None
view = replace(sight.view, level="group", by=None, stage=stage)
funnel = answers.funnel(view, sight.generation)
if not funnel["reached"].any():
    header.empty(sight)
    st.stop()

health = answers.health(view, sight.generation)
st.markdown(findings.overview(view.compare, health, funnel))
cards.tiles(sight, health)
left, right = st.columns([3, 2], gap="small")
with left:
    funnel_cards.funnel(sight.at(view))
with right:
    overview_cards.top(sight)
segments.rates(sight.at(view), sight.view.by or "channel", "customer", of="first")
