"""The places of the product: its pages, where their scripts lie and what they are called."""

from pathlib import Path

import streamlit as st

from ui.words import N_, _

_PAGES = Path(__file__).resolve().parent.parent / "pages"
_TITLES = {
    "overview": (N_("Overview"), ":material/dashboard:"),
    "funnel": (N_("Funnel"), ":material/filter_alt:"),
    "time_in_stage": (N_("Time in stage"), ":material/schedule:"),
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
        _("Find the cause"): [page("time_in_stage")],
        _("Look up"): [page("leads"), page("data"), page("definitions")],
    }


def link(name: str, label: str) -> None:
    """A link to a page; the view goes along, since it lives in the session."""
    st.page_link(page(name), label=label, icon=_TITLES[name][1])
