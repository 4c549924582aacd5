"""Bottlenecks: where the funnel loses, why it changed, and what fixing it would bring."""

from dataclasses import replace

import streamlit as st

from ui import answers, session
from ui.bottlenecks import (
    change,
    chosen,
    controls,
    course,
    flow,
    losses,
    peers,
    queues,
    velocity,
    what_if,
)
from ui.language.messages import _
from ui.page import header

scope = session.current()
header.top(scope, _("Bottlenecks"))
if not answers.funnel(scope.at(replace(scope.view, by=None))).rows["reached"].any():
    header.empty(scope)
    st.stop()

at = chosen.chosen(scope)
losses.headline(scope, at)
with_table = controls.controls(scope)
if at is not None:
    left, right = st.columns(2, gap="small")
    with left:
        losses.losses(scope, at, with_table=with_table)
    with right:
        course.course(scope, at, with_table=with_table)
        peers.peers(scope, at)

queues.queues(scope, at)

left, right = st.columns(2, gap="small")
with left:
    change.waterfall(scope, with_table=with_table)
with right:
    change.dimensions(scope)
    velocity.velocity(scope)
change.segments(scope)

what_if.simulator()
flow.flow(scope, with_table=with_table)
