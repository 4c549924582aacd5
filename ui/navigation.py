"""The pages: what they are called, where their scripts lie, and the addresses they have."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.navigation.page import Page

from analytics.view.parameters import ANALYSIS
from analytics.view.view import View
from data.shares import DEFAULT_SERVER
from ui import guest
from ui.language.messages import N_, _

SHELL = Path(__file__).resolve().parent / "shell" / "shell.py"
"""The script of every run."""

_FOLDER = Path(__file__).resolve().parent.parent / "pages"
_TITLES = {
    "overview": (N_("Overview"), ":material/dashboard:"),
    "funnel": (N_("Funnel"), ":material/filter_alt:"),
    "bottlenecks": (N_("Bottlenecks"), ":material/compress:"),
    "sources": (N_("Sources"), ":material/campaign:"),
    "quality": (N_("Lead quality"), ":material/verified_user:"),
    "time_in_stage": (N_("Time"), ":material/schedule:"),
    "to_do": (N_("To do"), ":material/checklist:"),
    "leads": (N_("Leads"), ":material/list:"),
    "handover": (N_("Hand-over"), ":material/handshake:"),
    "response": (N_("Response"), ":material/call:"),
    "data": (N_("Data"), ":material/database:"),
    "definitions": (N_("Definitions"), ":material/menu_book:"),
}


PAGES = tuple(_TITLES)
# The pages by menu group; the first one of all is the start page.
_MENU = {
    N_("At a glance"): ("overview", "funnel"),
    N_("Find the cause"): ("bottlenecks", "sources", "quality", "time_in_stage"),
    N_("Act"): ("to_do", "leads", "handover", "response"),
    N_("Set up"): ("data", "definitions"),
}
_MENU_WITHOUT_DATA = {N_("Set up"): ("data", "definitions")}


_WHOLE = {"leads": "all"}
"""The part of a page's list that is all of it, where the page opens with less."""


def navigation(*, loaded: bool) -> dict[str, list[st.Page]]:
    """The pages by menu group: without data only those that make sense then.

    Those that the session may not open have their addresses, which say so, and no place in it.
    """
    start, *_others = _names(loaded)
    return {
        _(group): [_page(name, default=name == start) for name in names]
        for group, names in _menu(loaded).items()
    }


def addressed(*, loaded: bool) -> tuple[str, ...]:
    """The pages with an address of their own: those in the menu but the start page, at `/`."""
    _start, *others = _names(loaded)
    return tuple(others)


def link(name: str, label: str, view: View | None = None) -> None:
    """A link to a page, with another view when one is given; else the session's goes along.

    There is none to a page that the session may not open.
    """
    if not guest.may_open(name):
        return
    to(name, label, None if view is None else guest.query(_counted(name, view)))


def to(name: str, label: str, query: dict[str, str] | None = None) -> None:
    """A link to a page by the parameters of its address, as they are."""
    st.page_link(_linked(name, title(name)), label=label, icon=_TITLES[name][1], query_params=query)


def is_open(name: str) -> bool:
    """Whether the session may open a page."""
    return guest.may_open(name)


def go(name: str, query: dict[str, str]) -> NoReturn:
    """Goes to a page by the parameters of its address."""
    st.switch_page(_linked(name, title(name)), query_params=query)


def path(name: str) -> str:
    """Where a page is below the server's address: the first one has no name there."""
    return "" if name == PAGES[0] else name


def address(name: str, view: View, anchor: str = "") -> str:
    """The full address of a page with a view, for a link within a sentence."""
    link = f"{server()}/{path(name)}?{urlencode(guest.query(_counted(name, view)))}"
    return f"{link}#{anchor}" if anchor else link


def server() -> str:
    """The address that all pages are below, as the reader's browser has it."""
    parts = urlsplit(st.context.url or DEFAULT_SERVER)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}"


def here() -> str:
    """The name of the page that is open; the one at `/` has none in its address."""
    return urlsplit(st.context.url or "").path.rpartition("/")[2] or PAGES[0]


def script(name: str) -> Path:
    """The script of a page."""
    return _FOLDER / f"{name}.py"


def name_of(page: Page) -> str:
    """The name of a page of the menu; the one at `/` has none in its address."""
    return page.url_path or PAGES[0]


def title(name: str) -> str:
    """What a page is called in the reader's language."""
    return _(_TITLES[name][0])


def _counted(name: str, view: View) -> View:
    """The view of a link from a number to a list, which is of all that the number counts.

    The analysis of the page that it starts from does not go along.
    """
    tab = None if view.tab == ANALYSIS else view.tab
    is_whole = tab is not None or view.lead is not None
    return replace(view, tab=tab if is_whole else _WHOLE.get(name), list_page=1)


def _page(name: str, *, default: bool) -> st.Page:
    """A page of the menu, for one run alone: Streamlit marks the one that runs on it."""
    return copy(_found(name, title(name), _TITLES[name][1], default, guest.may_open(name)))


@cache
def _linked(name: str, title: str) -> st.Page:
    """A page as links name it."""
    return st.Page(script(name), title=title)


@cache
def _found(name: str, title: str, icon: str, default: bool, is_shown: bool) -> st.Page:
    """A page by its script, which Streamlit looks for each time that a page is made anew."""
    return st.Page(
        script(name),
        title=title,
        icon=icon,
        default=default,
        visibility="visible" if is_shown else "hidden",
    )


def _menu(loaded: bool) -> Mapping[str, Sequence[str]]:
    return _MENU if loaded else _MENU_WITHOUT_DATA


def _names(loaded: bool) -> list[str]:
    return [name for names in _menu(loaded).values() for name in names]
