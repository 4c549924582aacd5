"""The guest: a reader who has the dashboard open by a share, and so sees no more than that.

A session that began with a share stays with it, whatever its address says later, until it is over.
What a guest may have is decided in `analytics.shared`; here is which share a session is of.
"""

import logging
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, TypeVar

import streamlit as st

from analytics.shared import PARAMETER, Shared
from analytics.view.view import NOT, View
from data import shares
from data.errors import ShareEnded, StateRefused
from data.store import Generation
from ui import answers
from ui.access import visitor

COOKIE = "pheu_share"
"""The cookie that lets a browser in where people sign in, for what it has opened."""

R = TypeVar("R")

_TOKEN, _SHARED, _COUNTED, _LOOKED = "share_token", "shared", "share_counted", "share_looked_at"
_FRESH = 1.0  # seconds for which it is taken for granted that a share is still open


def need_no_sign_in() -> bool:
    """Whether a token is enough to be let in as a guest, where people sign in."""
    return visitor.is_on("PHEU_GUESTS")


def enter(query: Mapping[str, str], *, who: str | None) -> Shared | None:
    """The share that this run is of, by its address or by that of a run before; None without one.

    `who` is whoever is let in, by the name of the sign-in; None is let in only as a guest, who has
    none but shares: without one in the address it is the last one that the browser opened. The
    first run of a session counts as an opening.

    Raises:
        ShareEnded: there is no such share, or not any more.
    """
    state = st.session_state
    token = query.get(PARAMETER) or state.get(_TOKEN)
    if token is None and who is None:
        token = st.context.cookies.get(COOKIE)
    if token is None:
        return None
    state[_TOKEN] = token
    state.pop(_SHARED, None)
    found = Shared.found(answers.store(), token)
    if state.get(_COUNTED) != token:
        state[_COUNTED] = token
        try:
            shares.opened(answers.store(), found.made, who or "")
        except StateRefused as error:  # what can be read is shown, though nothing is written
            logging.getLogger("pheu").error("An opening was not counted", exc_info=error)
    state[_SHARED], state[_LOOKED] = found, monotonic()
    return found


def shared(state: Mapping[str | int, Any] | None = None) -> Shared | None:
    """The share of this session, or of the one whose state is given; None for who is no guest."""
    found: Shared | None = (st.session_state if state is None else state).get(_SHARED)
    return found


def is_guest() -> bool:
    """Whether this session began with the address of a share."""
    return _TOKEN in st.session_state


def is_over() -> bool:
    """Whether the share of this session has ended since the page was drawn."""
    found = shared()
    if found is None:
        return is_guest()  # whose share was not found when the page was drawn last
    if monotonic() - st.session_state[_LOOKED] < _FRESH:
        return False
    try:
        _found_again(found)
    except ShareEnded:
        return True
    st.session_state[_LOOKED] = monotonic()
    return False


def _found_again(drawn: Shared) -> None:
    """Raises ShareEnded where what was drawn is not shared any more: of a story each slide is."""
    if Shared.found(answers.store(), drawn.token).share != drawn.share:
        raise ShareEnded("The story has moved on.")


def while_open(make: Callable[[], R]) -> Callable[[], R]:
    """What makes a file once it is asked for, later: for a guest, only while the share is open."""
    found = shared()
    if found is None:
        return make

    def made() -> R:
        _found_again(found)
        return make()

    return made


def confined(view: View, page: str | None = None) -> View:
    """As much of a view as this session may have of it on a page, or on any that it may open."""
    found = shared()
    return view if found is None else found.confined(view, page)


def query(view: View) -> dict[str, str]:
    """The parameters of the address of a view, in the short form; of a guest's, with its token."""
    found = shared()
    return view.to_short_query() if found is None else found.query(view)


def named(generation: Generation) -> Generation:
    """The leads whose values the session may see; those of a guest are the ones shared."""
    found = shared()
    return generation if found is None else found.named(generation)


def may_open(page: str) -> bool:
    """Whether this session may open a page, by its name."""
    found = shared()
    return found is None or found.may_open(page)


def may_move(field: str) -> bool:
    """Whether this session may move a field of the view; `filters` among them."""
    found = shared()
    return found is None or found.may_move(field)


def hides_filters() -> bool:
    """Whether this session is not told of the filters."""
    found = shared()
    return found is not None and found.share.hides_filters


def hides(parameter: str) -> bool:
    """Whether a parameter is that of a filter which this session is not told of."""
    found = shared()
    of_a_filter = found is not None and parameter.removesuffix(NOT) in found.view.filtered
    return of_a_filter and hides_filters()
