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

if not answers.funnel(replace(entered.view, by=None), entered.generation)["reached"].any():
    header.empty(entered)
    st.stop()

sight = segments.broken_down(entered)
dimension, step = sight.view.by or "source", attribution_settings.milestone(sight)
attribution.side_by_side(sight, with_table=with_table)
left, right = st.columns([2, 3], gap="small")
with left:
    attribution.compared(sight)
with right:
    attribution.chosen(sight)

left, right = st.columns([3, 2], gap="small")
with left:
    costs.quality(sight)
with right:
    mix.mix(sight, with_table=with_table)
costs.money(sight)

left, right = st.columns(2, gap="small")
with left:
    funnel_segments.rates(
        sight.at(replace(sight.view, stage=step)), dimension, step, of="previous", with_picker=True
    )
with right:
    mix.arrival(sight, with_table=with_table)
funnel_segments.breakdown(sight, dimension)

left, right = st.columns([3, 2], gap="small")
with left:
    paths.paths(sight)
with right:
    paths.flows(sight)
left, right = st.columns([2, 3], gap="small")
with left:
    paths.lengths(sight)
with right:
    paths.assists(sight)
