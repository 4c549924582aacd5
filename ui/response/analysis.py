"""The deeper part of the page: by whom and by when, attempts, and whether speed matters here."""

import streamlit as st

from analytics.scope import Scope
from ui.page import deeper, layout
from ui.response import attempts, hours, persons, since, speed, who


def analysis(whole: Scope, scope: Scope, promised: int | None, stage: str | None) -> None:
    """The board by the breakdown, the heat map, the attempts, the experiment, and what counts."""
    deeper.back()
    with st.container(horizontal=True, vertical_alignment="center"):
        who.picker(scope)
        since.picker(scope)
    who.show(scope, stage)
    left, right = layout.split(1, 1)
    with left:
        hours.show(whole, promised, stage)
    with right:
        attempts.show(whole, stage)
    left, right = layout.split(1, 1, name="speed")
    with left:
        speed.show(whole)
    with right:
        persons.show(whole)
        speed.published(whole)
