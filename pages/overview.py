"""Overview: the funnel's health at a glance."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.funnel import cards as funnel_cards
from ui.funnel import segments
from ui.language.messages import _
from ui.overview import cards, findings
from ui.page import header

scope = session.current()
header.top(scope, _("Overview"))

# Groups, whatever the level; a stage chosen at the other one has no bar here.
stage = scope.view.stage if scope.view.level == "group" else None
view = replace(scope.view, level="group", by=None, stage=stage)
funnel = answers.funnel(scope.at(view)).rows
if not funnel["reached"].any():
    header.empty(scope)
    st.stop()

health = answers.health(scope.at(view))
st.markdown(findings.overview(view.compare, health, funnel))
cards.tiles(scope, health)
left, right = st.columns([3, 2], gap="small")
with left:
    funnel_cards.funnel(scope.at(view))
with right:
    cards.top(scope)
segments.rates(scope.at(view), scope.view.by or "channel", "customer", of="first")
