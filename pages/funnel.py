"""Funnel: who came how far, by step and by any dimension."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.funnel import cards, period_comparison, segments, trend
from ui.language.messages import _
from ui.page import header, steps

sight = session.current()
header.top(sight, _("Funnel"))

with st.container(horizontal=True, vertical_alignment="center"):
    steps.level(sight)
    segments.breakdown_picker(sight)
    with_table = st.toggle(_("Show the numbers"), key=session.key("with_table"))
    naive = st.toggle(
        _("How far off is the rate so far?"),
        key=session.key("naive"),
        help=_("Counting open leads as lost makes a rate too low; by how many points?"),
    )

whole = replace(sight.view, by=None)
if not answers.funnel(whole, sight.generation)["reached"].any():
    header.empty(sight)
    st.stop()

dimension = sight.view.by or "channel"
step = sight.view.stage or sight.scope.steps[-1].slug
left, right = st.columns([3, 2], gap="small")
with left:
    cards.funnel(sight.at(whole), with_table=with_table, naive=naive)
with right:
    segments.rates(sight, dimension, step, of="previous", with_picker=True)
period_comparison.compared(sight.at(whole))
segments.breakdown(sight, dimension)

choice = trend.controls(sight, dimension)
left, right = st.columns([3, 2], gap="small")
with left:
    trend.cohorts(sight, choice, with_table=with_table)
with right:
    trend.trend(sight, choice, with_table=with_table)
