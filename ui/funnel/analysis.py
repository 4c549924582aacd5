"""The deeper part of the page: every number of the funnel, by step, segment and time of entry."""

from dataclasses import replace

import streamlit as st

from analytics.scope import Scope
from ui import session
from ui.funnel import cards, cohorts, over_time, period_comparison, segments, trend
from ui.language.messages import _
from ui.page import deeper, layout, steps


def analysis(scope: Scope) -> None:
    """The funnel with its intervals, the segments, the periods, the cohorts and the trend."""
    deeper.back()
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
    dimension = scope.view.by or "channel"
    step = scope.view.stage or scope.steps[-1].slug
    left, right = layout.split(3, 2, name="funnel", stacked=with_table)
    with left:
        cards.funnel(scope.at(whole), with_table=with_table, naive=naive)
    with right:
        segments.rates(scope, dimension, step, of="previous", with_picker=True)
    period_comparison.compared(scope.at(whole))
    segments.breakdown(scope, dimension)

    choice = over_time.controls(scope, dimension)
    left, right = layout.split(3, 2, name="time", stacked=with_table)
    with left:
        cohorts.cohorts(scope, choice, with_table=with_table)
    with right:
        trend.trend(scope, choice, with_table=with_table)
