"""Funnel: who came how far, by step and by any dimension."""

from dataclasses import replace

import streamlit as st

from ui import answers, cards, frame, scene, steps
from ui.words import _

sight = scene.current()
frame.top(sight, _("Funnel"))

with st.container(horizontal=True, vertical_alignment="center"):
    steps.level(sight)
    cards.breakdown_picker(sight)
    with_table = st.toggle(_("Show the numbers"), key=scene.key("with_table"))

whole = replace(sight.view, by=None)
if not answers.funnel(whole, sight.generation)["reached"].iat[0]:
    frame.empty(sight)
    st.stop()

dimension = sight.view.by or "channel"
step = sight.view.stage or sight.scope.steps[-1].slug
left, right = st.columns([3, 2], gap="small")
with left:
    cards.funnel(sight.at(whole), with_table=with_table)
with right:
    cards.rates(sight, dimension, step, of="previous", with_picker=True)
cards.breakdown(sight, dimension)
