"""The deeper part of the page: everything that was measured about its bottlenecks."""

import streamlit as st

from analytics.scope import Scope
from ui import session
from ui.bottlenecks import change, controls, course, flow, losses, peers, queues, reasons, velocity
from ui.bottlenecks.chosen import Chosen
from ui.language.messages import _
from ui.page import layout


def show(scope: Scope, at: Chosen | None) -> None:
    """All cards about losses, queues, changes and flow, with their numbers."""
    with_table = st.toggle(_("Show the numbers"), key=session.key("with_loss_table"))
    if at is not None and not controls.wants_targets(scope):
        if at.loss.loses_customers:
            left, right = layout.split(1, 1, name="losses", stacked=with_table)
            with left:
                losses.losses(scope, at, with_table=with_table)
            with right:
                course.course(scope, at, with_table=with_table)
                peers.peers(scope, at)
        else:  # there is no picture of losses, which is as high as both others
            losses.losses(scope, at, with_table=with_table)
            left, right = layout.split(1, 1, name="losses", stacked=with_table)
            with left:
                course.course(scope, at, with_table=with_table)
            with right:
                peers.peers(scope, at)
    queues.queues(scope, at)
    reasons.in_full(scope)
    change.dimensions(scope)
    change.segments(scope)
    velocity.velocity(scope)
    flow.flow(scope, with_table=with_table)
