"""Time in stage: how long leads stay, how they leave, where it is slow, and who waits."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.language.messages import _, _p
from ui.page import header
from ui.time_in_stage import cards, waiting

sight = session.current()
header.top(sight, _p("title of a page", "Time in stage"))

with st.container(horizontal=True, vertical_alignment="center"):
    cards.dimension_picker(sight)
    with_table = st.toggle(_("Show the numbers"), key=session.key("with_time_table"))

whole = replace(sight.view, by=None)
if not answers.time_in_stage(whole, sight.generation)["stays"].any():
    header.empty(sight)
    st.stop()

asked = cards.choice(sight)
left, right = st.columns([2, 3], gap="small")
with left:
    cards.medians(sight, with_table=with_table)
with right:
    cards.leaving(sight, asked)
left, right = st.columns([3, 2], gap="small")
with left:
    cards.slow_spots(sight, asked, with_table=with_table)
with right:
    cards.course(sight, asked, with_table=with_table)
waiting.waiting(sight.at(replace(sight.view, by=asked.by)))
