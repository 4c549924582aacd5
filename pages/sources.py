"""Sources: what each one brings, what it costs, and who deserves the credit."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.funnel import segments as funnel_segments
from ui.language.messages import _
from ui.page import header
from ui.sources import attribution, attribution_settings, costs, mix, paths, segments

entered = session.current()
header.top(entered, _("Sources"))
with_table = attribution_settings.controls(entered)

if not answers.funnel(entered.at(replace(entered.view, by=None))).rows["reached"].any():
    header.empty(entered)
    st.stop()

scope = segments.broken_down(entered)
dimension, step = scope.view.by or "source", attribution_settings.milestone(scope)
attribution.side_by_side(scope, with_table=with_table)
left, right = st.columns([2, 3], gap="small")
with left:
    attribution.compared(scope)
with right:
    attribution.chosen(scope)

left, right = st.columns([3, 2], gap="small")
with left:
    costs.quality(scope)
with right:
    mix.mix(scope, with_table=with_table)
costs.money(scope)

left, right = st.columns(2, gap="small")
with left:
    funnel_segments.rates(
        scope.at(replace(scope.view, stage=step)), dimension, step, of="previous", with_picker=True
    )
with right:
    mix.arrival(scope, with_table=with_table)
funnel_segments.breakdown(scope, dimension)

left, right = st.columns([3, 2], gap="small")
with left:
    paths.paths(scope)
with right:
    paths.flows(scope)
left, right = st.columns([2, 3], gap="small")
with left:
    paths.lengths(scope)
with right:
    paths.assists(scope)
