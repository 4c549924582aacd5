"""The deeper part of the page: by whom and by when, attempts, and whether speed matters here."""

from dataclasses import replace

import streamlit as st

from analytics.response.response import Response
from analytics.scope import Scope
from ui import navigation
from ui.language.messages import _n
from ui.page import deeper, dimensions, layout
from ui.response import attempts, hours, parts, persons, speed, who
from ui.response.parts import UNTOUCHED, Part


def analysis(scope: Scope, found: Response, part: Part) -> None:
    """The board by the breakdown, the heat map, the attempts, the experiment, and what counts."""
    whole = scope.at(replace(scope.view, by=None))
    deeper.back()
    with st.container(horizontal=True, vertical_alignment="center"):
        dimensions.picker(scope, "response_by")
        parts.picker(scope, part)
        untouched(scope, found, part.stage)
    if not found.leads:
        return
    who.show(scope, part.stage)
    left, right = layout.split(1, 1)
    with left:
        hours.show(whole, found.promised, part.stage)
    with right:
        attempts.show(whole, part.stage)
    left, right = layout.split(1, 1, name="speed")
    with left:
        speed.show(whole)
    with right:
        persons.show(whole)
        speed.published(whole)


def untouched(scope: Scope, found: Response, stage: str | None) -> None:
    """The way to the leads that nobody has answered, where there are any to be listed."""
    if found.untouched and scope.generation.sight.leads:
        label = _n(
            "Open the {n} lead nobody has answered →",
            "Open the {n} leads nobody has answered →",
            found.untouched,
        )
        view = replace(scope.view, tab=parts.tab(UNTOUCHED, stage), list_page=1)
        navigation.link("response", label, view)
