"""What stands in place of a page, where it has nothing to show: why, and what can be done."""

from dataclasses import replace

import streamlit as st

from analytics.leads import to_do
from analytics.scope import Scope
from analytics.view.view import View
from ui import answers, guest, navigation, session
from ui.language import current, failures, labels
from ui.language.messages import N_, _, _n
from ui.page.card import card
from ui.page.markdown import plain


def empty(scope: Scope, *, of_today: bool = False) -> None:
    """Says that no lead fits the view, and offers to drop the filter that excludes most, or all.

    A page that is `of_today` has no period that could leave leads out. A guest is told of no leads
    but those that are shared.
    """
    view = scope.view

    def counted(wider: View) -> int:
        allowed = guest.confined(wider)
        return _reached(to_do.of_today(allowed) if of_today else allowed, scope)

    relaxed = {dimension: counted(view.unfiltered(dimension)) for dimension in view.filtered}
    whole = 0 if of_today or view.period == "all" else counted(view.during("all"))
    why = (
        _("The filters together leave nobody.")
        if of_today
        else _("The period and the filters together leave nobody.")
    )
    with (
        card(_("No lead fits this view"), why),
        st.container(horizontal=True),
    ):
        best = max(relaxed, key=lambda name: relaxed[name], default=None)
        if best is not None and relaxed[best]:
            st.button(
                _n(
                    "Drop the filter {name} ({n} lead)",
                    "Drop the filter {name} ({n} leads)",
                    relaxed[best],
                    name=plain(labels.dimension_label(best)),
                ),
                type="primary",
                icon=":material/filter_alt_off:",
                on_click=session.show,
                args=(view.unfiltered(best),),
            )
        if whole:
            st.button(
                _n("Show all data ({n} lead)", "Show all data ({n} leads)", whole),
                on_click=session.show,
                args=(view.during("all"),),
            )
        if guest.may_move("filters"):
            st.button(
                _("Drop all filters"),
                on_click=session.show,
                args=(View(lang=view.lang, level=view.level),),
            )


def _reached(view: View, scope: Scope) -> int:
    """How many leads the view lists: those of its step, else those that entered."""
    rows = answers.funnel(scope.at(replace(view, by=None))).rows.set_index("stage")["reached"]
    return int(rows[view.stage] if view.stage else rows.iat[0])


def not_understood(scope: Scope) -> None:
    """Says that nothing is counted, and offers what is left of the link, or all of the data."""
    with (
        card(
            _("Nothing is counted"),
            _("A part of the link is not understood: without it the numbers would be others."),
        ),
        st.container(horizontal=True),
    ):
        st.button(
            _("Leave that part out"),
            type="primary",
            icon=":material/filter_alt_off:",
            on_click=session.show,
            args=(scope.view,),
        )
        st.button(_("Show all data"), on_click=session.start_again)


def failed(error: Exception) -> None:
    """Says that the page could not be drawn, and why as far as it concerns the reader."""
    current.use(session.view().lang if session.entered() else current.DEFAULT)
    st.error(
        _("This page could not be drawn. {reason}", reason=plain(failures.said(error))),
        icon=":material/error:",
    )
    st.button(_("Show all data"), on_click=session.start_again)


def gone() -> None:
    """Says that the data of a frozen link is no longer there, and offers the current data."""
    view = session.view()
    st.title(_("This version of the data is gone"), anchor=False)
    with card(
        _("The link shows data version {number}, which is no longer kept", number=view.data),
        _("Other data would give other numbers, so none are shown. The link itself is unchanged."),
    ):
        _current_instead(view)


def _current_instead(view: View) -> None:
    st.button(
        _("Show the same view of the current data"),
        type="primary",
        icon=":material/refresh:",
        on_click=session.show,
        args=(replace(view, data=None),),
    )


OUTDATED = (
    N_("The data has to be loaded again"),
    N_("Another version of Pheu made it, which this one cannot read. Load the same files."),
)
"""What is shown where the data is of another version of Pheu, and what to do."""


def outdated() -> None:
    """Says that the data is of another version of Pheu, and offers what can still be read.

    That is the way to load its files, or the current data where a frozen link names older data.
    """
    view = session.view()
    title, why = (_(each) for each in OUTDATED)
    if view.data is not None:
        title = _("This version of the data cannot be read")
        why = _("Another version of Pheu made it. Other data would give other numbers.")
    st.title(title, anchor=False)
    with card(why):
        if view.data is None:
            navigation.link("data", _("Load the files →"))
        else:
            _current_instead(view)


def share_ended() -> None:
    """Says that the share has ended, or never was."""
    st.title(_("Nothing is shared here any more"), anchor=False)
    st.markdown(
        _("The link has ended, or was not copied in full. Ask whoever sent it for another.")
    )


def not_shared() -> None:
    """Says that the page is not part of what is shared, and leads to the one that is."""
    st.title(_("This page is not shared"), anchor=False)
    shared = guest.shared()
    with card(_("The link opens another page, and no more")):
        if shared is not None:
            navigation.link(shared.share.page, _("Open what is shared →"), session.view())


def signed_out() -> None:
    """Says that somebody is not let in any more, and how they are again."""
    known = session.entered()
    current.use(session.view().lang if known else current.spoken(st.context.locale))
    st.title(_("Please sign in again"), anchor=False)
    st.markdown(_("Your sign-in has ended. Load this page again to sign in: it opens as it was."))
