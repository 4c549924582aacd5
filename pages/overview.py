"""Overview: are we healthy, this period against the one before, and what to do."""

from dataclasses import replace

import streamlit as st

from analytics.overview import verdict as verdicts
from ui import answers, session
from ui.language.messages import _
from ui.overview import findings, funnel, spans, tiles, verdict
from ui.page import header, layout

scope = session.current()
header.top(scope, _("Overview"))

# Groups, whatever the level; a stage chosen at the other one has no bar here.
stage = scope.view.stage if scope.view.level == "group" else None
whole = scope.at(replace(scope.view, level="group", by=None, stage=stage))
events, leads = answers.events(whole), answers.cohort(whole)
if not events.happened and not leads.now.leads:
    header.empty(scope)
    st.stop()

names = spans.of(events, scope.view.compare)
# What needs no look at every step and source is there at once; the rest comes to its place.
first = layout.place("verdict")
tiles.show(whole, events, leads, names)
left, right = layout.split(3, 2)
with left:
    funnel.show(whole, leads, names)
leak = findings.leak(whole)
with first.container():
    verdict.show(whole, verdicts.verdict(events, leak), events, leads, names)
with right:
    findings.show(whole)
