"""The deeper part of the page: how leads leave each stage, where it is slow, and who waits."""

from dataclasses import replace

import streamlit as st

from analytics.scope import Scope
from ui import session
from ui.language.messages import _
from ui.page import deeper, dimensions, layout
from ui.time_in_stage import cards, waiting


def analysis(scope: Scope) -> None:
    """The medians with their intervals, the curves, the slow spots, the trend and the waiting."""
    deeper.back()
    with st.container(horizontal=True, vertical_alignment="center"):
        dimensions.picker(scope, "time_by")
        with_table = st.toggle(_("Show the numbers"), key=session.key("with_time_table"))
    chosen = cards.choice(scope)
    left, right = layout.split(2, 3, stacked=with_table)
    with left:
        cards.medians(scope, with_table=with_table)
    with right:
        cards.leaving(scope, chosen)
    left, right = layout.split(1, 1, stacked=with_table)
    with left:
        cards.slow_spots(scope, chosen, with_table=with_table)
    with right:
        cards.course(scope, chosen, with_table=with_table)
    waiting.waiting(scope.at(replace(scope.view, by=chosen.by)))
