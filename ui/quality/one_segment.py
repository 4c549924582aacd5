"""One row of a board of the page, opened: a dialog with links to its leads."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from analytics.quality.quality import Quality
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from ui import navigation, session
from ui.language import current
from ui.language.messages import _n
from ui.sources import segments

Said = Callable[[View, Any], None]
"""Draws what a dialog says: of the view of the row's leads, and the row."""


def picker(board: str) -> Callable[[str], None]:
    """What a press on a row of this board does: the next run opens it."""

    def pick(segment: str) -> None:
        st.session_state[_key(board)] = segment

    return pick


def show(scope: Scope, found: Quality, board: str, said: Said) -> None:
    """The dialog of the row that was pressed, if one was."""
    segment = st.session_state.pop(_key(board), None)
    rows = found.rows[found.rows["source"] == segment]
    if segment is not None and len(rows):
        row = next(rows.itertuples(index=False))
        title = segments.plain(found.by, segment)
        st.dialog(title, width="medium")(_one)(scope, found.by, row, said)


def _one(scope: Scope, by: str, row: Any, said: Said) -> None:
    current.use(session.view().lang)
    said(leads_of(scope, by, row.source), row)


def leads_of(scope: Scope, by: str, segment: str) -> View:
    """The view of all leads of a segment, those that are won or lost as well."""
    view = scope.view.where(by, [segment_value(segment)])
    return replace(view, by=None, stage=None, lead=None, tab="all")


def links(view: View, dimension: str, counted: Iterable[tuple[str, str | None, int]]) -> None:
    """A link to the leads of each value that has some: its word, the value, and how many they are.

    Its list has just so many rows.
    """
    for word, value, count in counted:
        if count:
            navigation.link(
                "leads",
                _n("{word}: see the {n} lead", "{word}: see the {n} leads", count, word=word),
                view.where(dimension, [value]),
            )


def _key(board: str) -> str:
    return f"{board}_opened"
