"""Funnel: who came how far, by step and by any dimension."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.funnel import cards, period_comparison, segments, trend
from ui.language.messages import _
from ui.page import header, steps

scope = session.current()
header.top(scope, _("Funnel"))

with st.container(horizontal=True, vertical_alignment="center"):
    steps.level(scope)
    segments.breakdown_picker(scope)
    with_table = st.toggle(_("Show the numbers"), key=session.key("with_table"))
    naive = st.toggle(
        _("How far off is the rate so far?"),
        key=session.key("naive"),
        help=_("Counting open leads as lost makes a rate too low; by how many points?"),
    )

whole = replace(scope.view, by=None)
if not answers.funnel(scope.at(whole)).rows["reached"].any():
    header.empty(scope)
    st.stop()

dimension = scope.view.by or "channel"
step = scope.view.stage or scope.steps[-1].slug
left, right = st.columns([3, 2], gap="small")
with left:
    cards.funnel(scope.at(whole), with_table=with_table, naive=naive)
with right:
    segments.rates(scope, dimension, step, of="previous", with_picker=True)
period_comparison.compared(scope.at(whole))
segments.breakdown(scope, dimension)

choice = trend.controls(scope, dimension)
left, right = st.columns([3, 2], gap="small")
with left:
    trend.cohorts(scope, choice, with_table=with_table)
with right:
    trend.trend(scope, choice, with_table=with_table)
