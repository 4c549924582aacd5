"""Bottlenecks: where the funnel loses, why it changed, and what fixing it would bring."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.bottlenecks import change, chosen, flow, losses, queues, velocity, what_if
from ui.language.messages import _
from ui.page import header

sight = session.current()
header.top(sight, _("Bottlenecks"))
if not answers.funnel(replace(sight.view, by=None), sight.generation)["reached"].any():
    header.empty(sight)
    st.stop()

at = chosen.chosen(sight)
losses.headline(sight, at)
with_table = losses.controls(sight)
if at is not None:
    left, right = st.columns(2, gap="small")
    with left:
        losses.losses(sight, at, with_table=with_table)
    with right:
        losses.course(sight, at, with_table=with_table)
        losses.like(sight, at)

queues.queues(sight, at)

left, right = st.columns(2, gap="small")
with left:
    change.waterfall(sight, with_table=with_table)
with right:
    change.dimensions(sight)
    velocity.velocity(sight)
change.segments(sight)

what_if.simulator()
flow.flow(sight, with_table=with_table)
