"""Funnel: where leads stop, against another period or another segment, and who stands apart."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.funnel import analysis, pair, sides, step_rates
from ui.language.messages import _
from ui.page import deeper, dimensions, header, instead, layout, steps, untimed

scope = session.current()
header.top(scope, _("Funnel"))

whole = scope.at(replace(scope.view, by=None))
if not deeper.is_open(scope):
    step_rates.ahead(scope)
if not answers.funnel(whole).rows["reached"].any():
    instead.empty(scope)
    session.end()
if deeper.is_open(scope):
    analysis.analysis(scope)
    session.end()

dimension = dimensions.breakdown(scope)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    sides.mode_picker(scope, dimension)
    steps.level(scope)
    step_rates.dimension_picker(scope)
    st.space("stretch")
    as_table = st.toggle(_("Show the numbers"), key=session.key("pair_as_table"))
left, right = layout.split(3, 2)
with left:
    pair.pair(scope, as_table=as_table)
with right:
    if untimed.is_all(untimed.of_all(scope)):
        untimed.show()
    else:
        step_rates.card_of_step(scope, as_table=as_table)
deeper.bar(_("monthly cohorts, the trend of each step, intervals, the full table"))
