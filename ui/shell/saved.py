"""Saved views around the pages: in the menu below them, and as what a bare address opens."""

from collections.abc import Sequence
from contextlib import nullcontext, suppress
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request

from analytics.scope import Scope
from analytics.view.parameters import ABOUT_THE_READER
from data.views import SavedView
from ui import guest, navigation, session
from ui.access import visitor
from ui.access.visitor import AccessError
from ui.language.messages import _, _n
from ui.page import view_dialog, views
from ui.page.markdown import gray
from ui.shell.sign_in import Sent

_MOST = 6  # of each kind, before the menu is longer than a screen
_SAYS_WHAT = frozenset(("story", "tab", "place", "list_page", "coloured"))


def menu(scope: Scope, page: str) -> None:
    """The reader's views and the team's, and the way to save the one of the page that is open.

    A guest sees none.
    """
    if guest.is_guest():
        return
    with st.container(gap="xsmall", key=session.key("saved_views")):
        _those(_("Saved views"), views.own(), page)
        _those(_("Views of the team"), views.of_team(scope.generation), page)
        view_dialog.button(page)


def _those(title: str, found: Sequence[SavedView], page: str) -> None:
    if not found:
        return
    st.markdown(gray(title))
    for view in found[:_MOST]:
        _one(view, page)
    if more := found[_MOST:]:
        with st.expander(_n("{n} more", "{n} more", len(more))):
            for view in more:
                _one(view, page)


def _one(view: SavedView, page: str) -> None:
    """The link to a view; that of the view that is on the screen is marked."""
    is_open = views.is_open(view, page)
    with st.container(key=f"view_open_{view.id}") if is_open else nullcontext():
        views.link(view)


def start(request: Request) -> str | None:
    """The address that somebody's start page leads to, where that of a request names no view."""
    asked = request.query_params
    if not asked.keys() <= ABOUT_THE_READER - _SAYS_WHAT:
        return None
    reader = None
    with suppress(AccessError):  # which the page says
        reader = visitor.visitor(Sent(scope=request.scope))
    view = None if reader is None else views.start(reader.name)
    if view is None:
        return None
    page = "" if view.page == navigation.PAGES[0] else view.page
    return f"{page}?{urlencode({**asked, **view.link})}"
