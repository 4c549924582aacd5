"""Bottlenecks: where the funnel loses, why it changed, and what fixing it would bring."""

from dataclasses import replace

import streamlit as st

from ui import (
    answers,
    change_cards,
    flow_cards,
    frame,
    loss_cards,
    queue_cards,
    scene,
    what_if_cards,
)
from ui.words import _

sight = scene.current()
frame.top(sight, _("Bottlenecks"))
if not answers.funnel(replace(sight.view, by=None), sight.generation)["reached"].any():
    frame.empty(sight)
    st.stop()

at = loss_cards.chosen(sight)
loss_cards.headline(sight, at)
with_table = loss_cards.controls(sight)
if at is not None:
    left, right = st.columns(2, gap="small")
    with left:
        loss_cards.losses(sight, at, with_table=with_table)
    with right:
        loss_cards.course(sight, at, with_table=with_table)
        loss_cards.like(sight, at)

queue_cards.queues(sight, at)

left, right = st.columns(2, gap="small")
with left:
    change_cards.waterfall(sight, with_table=with_table)
with right:
    change_cards.dimensions(sight)
    change_cards.velocity(sight)
change_cards.segments(sight)

what_if_cards.simulator()
flow_cards.flow(sight, with_table=with_table)
