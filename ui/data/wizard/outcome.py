"""What came of a load: said once after it, with the way to the funnel; or why there was none."""

import streamlit as st

from data.errors import StoreError
from data.load.notices import Notice
from data.load.summary import NothingLoaded, Summary
from ui import navigation
from ui.language import failures, formats, loading
from ui.language.messages import _, _n
from ui.page.markdown import plain

_SUMMARY = "load_summary"
_FIRST = ("known_from_status", "came_with_moves", "no_rate")
"""Notices that say what the data can tell at all; the others are looked at when somebody asks."""


def keep(summary: Summary) -> None:
    """Has the summary said by the next run, which is of the new data."""
    st.session_state[_SUMMARY] = summary


def say() -> None:
    """Says what the last load did, once."""
    summary: Summary | None = st.session_state.pop(_SUMMARY, None)
    if summary is None:
        return
    if summary.unchanged:
        st.info(_("All of it was there already; nothing has changed."), icon=":material/check:")
        return
    text = _n(
        "{n} row loaded; there are {leads} leads now.",
        "{n} rows loaded; there are {leads} leads now.",
        summary.loaded,
        leads=formats.number(summary.leads),
    )
    refused = summary.refused + summary.cells + sum(summary.left_out.values())
    if refused:
        text += " " + _(
            "{n} refused or left out: {reasons}.",
            n=formats.number(refused),
            reasons=reasons(summary),
        )
    if summary.cells:
        text += " " + _n(
            "{n} of them is a cell of a row that was loaded.",
            "{n} of them are cells of rows that were loaded.",
            summary.cells,
        )
    st.success(text, icon=":material/check_circle:")
    with st.container(horizontal=True, gap="medium"):
        navigation.link("funnel", _("See the funnel →"))
        navigation.link("quality", _("See the quality of the leads →"))
    told = [each for each in summary.notices if _is_first(each)]
    for notice in told:
        st.info(plain(loading.notice(notice)), icon=":material/info:")
    others = [each for each in summary.notices if not _is_first(each)]
    if others:
        with st.expander(
            _n("{n} more note on this load", "{n} more notes on this load", len(others))
        ):
            for notice in others:
                st.markdown(f"- {plain(loading.notice(notice))}")


def _is_first(notice: str) -> bool:
    return isinstance(notice, Notice) and notice.key in _FIRST


def why(error: StoreError) -> str:
    """Why nothing was loaded; where the server keeps its files is not the reader's business."""
    if not isinstance(error, NothingLoaded):
        return plain(failures.said(error))
    return _(
        "Not one of {n} rows could be used, so the data stays as it was: {reasons}.",
        n=formats.number(error.summary.read),
        reasons=reasons(error.summary),
    )


def reasons(summary: Summary) -> str:
    """Why rows and cells were refused, and rows left out."""
    counts = {loading.reason(reason): count for reason, count in summary.reasons.items()}
    for rule, count in summary.left_out.items():
        counts[_("left out, as only rows with {rule} count", rule=plain(rule))] = count
    return ", ".join(f"{what} ({formats.number(count)})" for what, count in counts.items())
