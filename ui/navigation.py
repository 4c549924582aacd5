"""The places of the product: its pages, where their scripts lie and what they are called."""

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from analytics.view.view import View
from ui.language.messages import N_, _

_PAGES = Path(__file__).resolve().parent.parent / "pages"
_TITLES = {
    "overview": (N_("Overview"), ":material/dashboard:"),
    "funnel": (N_("Funnel"), ":material/filter_alt:"),
    "time_in_stage": (N_("Time in stage"), ":material/schedule:"),
    "sources": (N_("Sources"), ":material/campaign:"),
    "bottlenecks": (N_("Bottlenecks"), ":material/compress:"),
    "leads": (N_("Leads"), ":material/list:"),
    "data": (N_("Data"), ":material/database:"),
    "definitions": (N_("Definitions"), ":material/menu_book:"),
}


def page(name: str, *, default: bool = False) -> st.Page:
    """A page by the name of its script; `default` is the one at the address `/`."""
    title, icon = _TITLES[name]
    return st.Page(_PAGES / f"{name}.py", title=_(title), icon=icon, default=default)


def navigation(*, loaded: bool) -> dict[str, list[st.Page]]:
    """The pages by menu group: without data only those that make sense then."""
    if not loaded:
        return {_("Look up"): [page("data", default=True), page("definitions")]}
    return {
        _("Watch"): [page("overview", default=True), page("funnel")],
        _("Find the cause"): [page("time_in_stage"), page("sources"), page("bottlenecks")],
        _("Look up"): [page("leads"), page("data"), page("definitions")],
    }


def link(name: str, label: str, view: View | None = None) -> None:
    """A link to a page, with another view when one is given; else the session's goes along."""
    query = None if view is None else view.to_query()
    st.page_link(page(name), label=label, icon=_TITLES[name][1], query_params=query)


def address(name: str, view: View, anchor: str = "") -> str:
    """The full address of a page with a view, for a link within a sentence."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    folder = parts.path.rpartition("/")[0]
    at = "" if name == "overview" else name
    link = view.to_link(f"{parts.scheme}://{parts.netloc}{folder}/{at}")
    return f"{link}#{anchor}" if anchor else link


def is_at(name: str) -> bool:
    """Whether this run is of a page."""
    return urlsplit(st.context.url or "").path.rpartition("/")[2] == name
