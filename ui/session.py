"""The session: the view and the generation that this run of a page shows, and its address.

The view lives in the session; the address bar mirrors it. An address that is not the one last
written here was pasted, or comes from the browser's back and forward: it replaces the view.

A link that is not understood stays in the address as it is, and pages count nothing, until the
reader has chosen a view: without a part of it the link would say something else.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlencode, urlsplit

import streamlit as st

from analytics.scope import Scope
from analytics.shared import PARAMETER
from analytics.view import vocabulary
from analytics.view.parameters import ABOUT_THE_READER, DEFAULT_PERIOD, SHORT_VERSION
from analytics.view.reading import Dropped
from analytics.view.view import View
from data.errors import StoreError
from data.shares import DEFAULT_SERVER
from data.store import Generation
from ui import answers, guest
from ui.access import visitor as visitors
from ui.access.visitor import Visitor
from ui.language import current as language

R = TypeVar("R")

_VIEW, _WRITTEN, _DROPPED, _CHOSEN = "view", "written_query", "dropped", "view_chosen"
_GENERATION, _LINK, _PAGE = "generation", "link_not_understood", "page"
# Links of the first version know no parts: there they mean all of a page's list.
_WHOLE = {"leads": "all"}
_HELD, _RUNS = "held_by_a_share", "page_that_runs"
_BARE = "came_by_a_bare_address"
_BESIDE = ("story",)  # parameters that are no part of a view


class Ended(Exception):
    """A page that has said all it has to say."""


class SignedOut(Exception):
    """A session of somebody who is not let in any more."""


def visitor() -> Visitor:
    """Who looks at this page; a guest may look at what is shared, whoever that is.

    Raises:
        SignedOut: nobody who is let in: the sign-in has ended, or the rules have changed.
    """
    found = _who()
    shared = guest.shared()
    if shared is not None:
        return Visitor(found.name if found else "", "viewer", shared.sight)
    if found is None:
        raise SignedOut
    return found


def _who() -> Visitor | None:
    return visitors.reading.get() or visitors.visitor(st.context.headers)


def end() -> NoReturn:
    """Ends the page here; what is around it is still drawn, which `st.stop` would not let be."""
    raise Ended


def is_signed_out() -> bool:
    """Whether who looks at this page is not let in any more."""
    is_let_in_as_guest = guest.is_guest() and guest.need_no_sign_in()
    return not is_let_in_as_guest and _who() is None


def while_let_in(make: Callable[[], R]) -> Callable[[], R]:
    """What makes a file once it is asked for, later: only while its reader may see what is in it.

    That is as long as they are let in as they are now, and a guest's share is open.
    """
    found = guest.while_open(make)
    if visitors.reading.get() is not None or (guest.is_guest() and guest.need_no_sign_in()):
        return found
    headers, reader = st.context.headers, _who()

    def made() -> R:
        if reader is None or visitors.visitor(headers) != reader:
            raise SignedOut
        return found()

    return made


def enter() -> Scope:
    """Settles the view of this run from the address and the session, and writes the address.

    Called once, by the shell, before anything is drawn.

    Raises:
        SignedOut: nobody who is let in.
        ShareEnded: the address is that of a share, of which there is none, or not any more.
        StateRefused: the share cannot be looked for.
        StoreEmpty: nothing is loaded.
        StoreGone: the link is of data that is not there. Its address stays as it is.
    """
    state = st.session_state
    # All values of a parameter that is there twice, as the command line reads it.
    query = {name: ",".join(st.query_params.get_all(name)) for name in st.query_params}
    let_in = visitors.visitor(st.context.headers)
    if let_in is None and not guest.need_no_sign_in():
        raise SignedOut
    before = guest.shared()
    try:
        shared = guest.enter(query, who=let_in.name if let_in else None)
    except StoreError:  # a guest without a share has no view, also while it cannot be looked for
        shown: View | None = state.pop(_VIEW, None)
        language.use(shown.lang if shown else language.spoken(st.context.locale))
        raise
    # A view just chosen by a widget wins: when two changes come quickly, the second one is sent
    # with the address from before the first.
    chosen = state.pop(_CHOSEN, False)
    state.setdefault(_BARE, query.keys() <= ABOUT_THE_READER - {*_BESIDE})
    kept = {name: query.pop(name) for name in _BESIDE if name in query}
    if before and shared and before.token == shared.token and before.share != shared.share:
        # The story has moved on: what was moved on the slide before says nothing of this one.
        told: View | None = state.pop(_VIEW, None)
        query = {PARAMETER: shared.token} | ({"lang": told.lang} if told else {})
    if _VIEW not in state or (query and query != state.get(_WRITTEN) and not chosen):
        _read(query)
    elif _LINK in state:
        _read(state[_LINK])  # data that was loaded since may know what it says
    elif state.get(_PAGE) != _page():
        # A page of the menu opens with its first part, whatever part of another was open.
        state[_VIEW] = replace(state[_VIEW], tab=None, lead=None, place=None, list_page=1)
    state[_PAGE] = _page()
    state[_VIEW] = guest.confined(state[_VIEW])
    language.use(state[_VIEW].lang)
    state[_WRITTEN] = query  # in case there is no data to fit the view to
    asked: View = state[_VIEW]
    state.pop(_GENERATION, None)  # in case there is none any more
    generation, view, unknown = vocabulary.opened(asked, answers.store(), visitor().sight)
    if shared is not None:
        unknown = shared.unknown(asked, generation)
        view = shared.held(Scope(view, generation)).view
    elif view.data is not None:
        with suppress(StoreError):  # a store that may not be written keeps what it can
            answers.store().pin(generation.number)
    state[_DROPPED] = (*dropped(), *unknown)
    state[_VIEW], state[_GENERATION] = view, generation
    if understood():
        state.pop(_LINK, None)
    else:
        # New data does not know what the old one did.
        state.setdefault(_LINK, guest.query(asked))
    written = state.get(_LINK, guest.query(view))
    if written != query:
        st.query_params.from_dict(written | kept)
    state[_WRITTEN] = written
    return Scope(view, generation)


def _page() -> str:
    """The path of the page that this run is of."""
    return urlsplit(st.context.url or "").path


def hold(page: str) -> Scope:
    """Holds a guest to what may be had of a page, by the name of the one that runs.

    Where a run is of, and which page it is, are two things that a browser says: only what Streamlit
    made of it is the page that is drawn.
    """
    state = st.session_state
    state[_RUNS] = page
    state[_VIEW] = guest.confined(view(), page)
    if understood():
        mirror()
    return Scope(view(), state[_GENERATION])


def _read(link: dict[str, str]) -> None:
    """Makes a link's view the session's, in the browser's language unless the link says another.

    A link that says nothing to count by opens the last full quarter against the one before.
    """
    shared = guest.shared()
    view, dropped = View.parse(link) if shared is None else shared.asked(link)
    if shared is not None:
        pass  # what it does not say is as it was shared
    elif link.keys() <= ABOUT_THE_READER:
        opening = View.opening()
        view = replace(view, period=opening.period, compare=opening.compare)
    elif link.get("v") != SHORT_VERSION and view.tab is None:
        view = replace(view, tab=_WHOLE.get(_page().rpartition("/")[2]))
    if view.lang != link.get("lang"):
        view = replace(view, lang=language.spoken(st.context.locale))
    state = st.session_state
    state[_VIEW], state[_DROPPED], state[_LINK] = view, dropped, link


def current(default: str | None = None) -> Scope:
    """The scope of this run, for a page. A page that the shell did not start ends here.

    `default` is the period that the page opens with, where it is not the last full quarter.
    """
    if not entered():
        st.stop()
    view: View = st.session_state[_VIEW]
    if default is not None and view.period == DEFAULT_PERIOD:
        view = view.during(default)
    # The generation that the view was fitted to, even when a load has just made another.
    generation: Generation = st.session_state[_GENERATION]
    return Scope(view, generation)


def change(**fields: Any) -> None:
    """Changes fields of the view; for callbacks of widgets, which run before the page does."""
    show(replace(st.session_state[_VIEW], **fields))


def show(view: View) -> None:
    """Shows another view; for callbacks of widgets. Notices about the old link are forgotten."""
    state = st.session_state
    before: View | None = state.get(_VIEW)
    wanted, view = view, guest.confined(view, state.get(_RUNS))
    if view != wanted:
        state[_HELD] = True
    if before is not None and _listed(view) != _listed(before):
        view = replace(view, list_page=1)
    state[_VIEW], state[_DROPPED], state[_CHOSEN] = view, (), True
    state.pop(_LINK, None)


def was_held() -> bool:
    """Whether the reader has just moved what a share holds; asked once."""
    return bool(st.session_state.pop(_HELD, False))


def _listed(view: View) -> View:
    """What decides what a page's list is of: another list begins at its first page."""
    return replace(view, list_page=1, lead=None, coloured="first", lang="vi")


def speak(lang: str) -> None:
    """Goes on in another language, with the same view and what was not understood of its link."""
    state = st.session_state
    state[_VIEW], state[_CHOSEN] = replace(state[_VIEW], lang=lang), True
    if _LINK in state:
        state[_LINK] = {**state[_LINK], "lang": lang}


def mirror() -> None:
    """Writes the address of the view, for a fragment that was drawn again by itself."""
    state = st.session_state
    state.pop(_CHOSEN, None)
    written = guest.query(state[_VIEW])
    if written != state[_WRITTEN]:
        st.query_params.from_dict(written | beside())
        state[_WRITTEN] = written


def begin_part() -> None:
    """Begins a part of a page that is drawn by itself: in its language, as long as it may be seen.

    The page around it says what has ended, and is drawn anew for who sees other leads by now.
    """
    generation: Generation | None = st.session_state.get(_GENERATION)
    if guest.is_over() or is_signed_out() or (generation and generation.sight != visitor().sight):
        st.rerun(scope="app")
    language.use(view().lang)


def beside() -> dict[str, str]:
    """What the address says beside the view, by the parameters that are for that."""
    return {name: st.query_params[name] for name in _BESIDE if name in st.query_params}


def set_beside(parameters: dict[str, str]) -> None:
    """Has the address say something else beside the view."""
    st.query_params.from_dict(st.session_state[_WRITTEN] | parameters)


def entered() -> bool:
    """Whether this session has a view yet."""
    return _VIEW in st.session_state


def showing(scope: Scope) -> dict[str | int, Any]:
    """What a session holds that shows a scope and nothing else, for a page drawn without one."""
    return {_VIEW: scope.view, _GENERATION: scope.generation, _WRITTEN: scope.view.to_short_query()}


def came_bare() -> bool:
    """Whether this session began with an address that says nothing of what to show."""
    return bool(st.session_state.get(_BARE, False))


def start_again() -> None:
    """Shows all data, counted in the default way, in the reader's language."""
    show(View(lang=view().lang) if entered() else View())


def dropped() -> tuple[Dropped, ...]:
    """The parts of the link that were left out of the view, until the view changes."""
    return tuple(st.session_state.get(_DROPPED, ()))


def understood() -> bool:
    """Whether the view is all that the link says, so that there is something to count."""
    return all(each.is_harmless for each in dropped())


def view() -> View:
    """The view of the session, for callbacks."""
    found: View = st.session_state[_VIEW]
    return found


def address(view: View, url: str | None = None) -> str:
    """The full address of this page with a view, or of the page at another address."""
    parts = urlsplit(url or st.context.url or f"{DEFAULT_SERVER}/")
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(guest.query(view))}"


def key(name: str) -> str:
    """A widget's key, one for each language: the browser remembers labels, not values."""
    # The view's language: a callback runs in a thread that has not been told the reader's yet.
    lang = view().lang if entered() else language.lang()
    return f"{name}__{lang}"
