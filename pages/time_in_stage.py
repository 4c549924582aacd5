"""Time in stage: how long leads stay, how they leave, where it is slow, and who waits."""

from dataclasses import replace

import streamlit as st

from ui import answers, frame, scene, time_cards, waiting_cards
from ui.words import _, _p

sight = scene.current()
frame.top(sight, _p("title of a page", "Time in stage"))

with st.container(horizontal=True, vertical_alignment="center"):
    time_cards.dimension_picker(sight)
    with_table = st.toggle(_("Show the numbers"), key=scene.key("with_time_table"))

whole = replace(sight.view, by=None)
if not answers.time_in_stage(whole, sight.generation)["stays"].any():
    frame.empty(sight)
    st.stop()

asked = time_cards.choice(sight)
left, right = st.columns([2, 3], gap="small")
with left:
    time_cards.medians(sight, with_table=with_table)
with right:
    time_cards.leaving(sight, asked)
left, right = st.columns([3, 2], gap="small")
with left:
    time_cards.slow_spots(sight, asked, with_table=with_table)
with right:
    time_cards.course(sight, asked, with_table=with_table)
waiting_cards.waiting(sight.at(replace(sight.view, by=asked.by)))
