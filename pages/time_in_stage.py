"""Time in stage: how long leads stay, how they leave, where it is slow, and who waits."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.language.messages import _, _p
from ui.page import header
from ui.time_in_stage import cards, waiting

scope = session.current()
header.top(scope, _p("title of a page", "Time in stage"))

with st.container(horizontal=True, vertical_alignment="center"):
    cards.dimension_picker(scope)
    with_table = st.toggle(_("Show the numbers"), key=session.key("with_time_table"))

whole = replace(scope.view, by=None)
if not answers.time_in_stage(scope.at(whole)).rows["stays"].any():
    header.empty(scope)
    st.stop()

chosen = cards.choice(scope)
left, right = st.columns([2, 3], gap="small")
with left:
    cards.medians(scope, with_table=with_table)
with right:
    cards.leaving(scope, chosen)
left, right = st.columns([3, 2], gap="small")
with left:
    cards.slow_spots(scope, chosen, with_table=with_table)
with right:
    cards.course(scope, chosen, with_table=with_table)
waiting.waiting(scope.at(replace(scope.view, by=chosen.by)))
