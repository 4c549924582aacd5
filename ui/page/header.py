"""The top of a page: title, what is done with it, how fresh it is; and what an empty one says."""

from dataclasses import replace

import streamlit as st

from analytics.leads import to_do
from analytics.scope import Scope
from analytics.view.view import View
from data.errors import StoreError
from data.store import Generation
from ui import answers, guest, navigation, session
from ui.language import current, failures, formats, labels
from ui.language.messages import N_, _, _n
from ui.page import (
    chips,
    dialog,
    filter_bar,
    links,
    note_dialog,
    offscreen,
    projector,
    share_dialog,
    story,
    story_dialog,
    take_away,
)
from ui.page.card import card
from ui.page.markdown import gray, plain

_FRESHNESS_CHECK = "20s"
_OF_TODAY = ("team", "owner", "mode", "skipped", "window")


def header(
    scope: Scope,
    title: str,
    *,
    with_controls: bool = False,
    whole: str | None = None,
    of_today: bool = False,
    compares: bool = True,
) -> None:
    """The page's title in one row with what is counted and the ways to take it: see `top`.

    Of a slide it is what stands above that.
    """
    if (drawn := offscreen.told.get()) is not None:
        drawn.scope = scope
    if (told := story.now()) is not None:
        story.top(scope, told)
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=session.key("header")
    ):
        st.title(title, anchor=False, width="content")
        if with_controls:
            filter_bar.controls(scope, whole=whole, of_today=of_today, compares=compares)
        if session.understood():
            st.space("stretch")
            _actions()


def _actions() -> None:
    """What is done with the page, in one row at the end of its title's."""
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        width="content",
        key=session.key("actions"),
    ):
        projector.switch()
        if projector.is_on():
            _on_a_wall()
        else:
            take_away.button()
        if not guest.is_guest():
            note_dialog.button()
            if not projector.is_on():
                share_dialog.button()


def _on_a_wall() -> None:
    """What is done with a page that many look at: there is room for little else."""
    if story.may_lead():
        story_dialog.button()
    dialog.button(
        _("Follow on a phone"),
        "follow",
        _followed,
        icon=":material/qr_code_2:",
        type="tertiary",
    )


def top(
    scope: Scope,
    title: str,
    *,
    whole: str | None = None,
    of_today: bool = False,
    compares: bool = True,
) -> None:
    """The header with its controls, and below it what is not at its default.

    `whole` is what the page counts of all the data, where that is not all of it. A page that is
    `of_today` has no period: it is about what is open, of a team and a person that
    it has controls for. One that does not `compare` has nothing of an earlier period.

    That is what every page with numbers begins with. It ends here when the link was not
    understood: see `ui.page.in_vain`.
    """
    understood = session.understood()
    header(
        scope,
        title,
        with_controls=understood,
        whole=whole,
        of_today=of_today,
        compares=compares,
    )
    if not understood:
        _not_understood(scope)
        session.end()
    chips.show(scope, without=_OF_TODAY if of_today else ())


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


def _not_understood(scope: Scope) -> None:
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
"""What is said where the data is of another version of Pheu, and what to do."""


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


def freshness(scope: Scope) -> None:
    """Up to when the data goes, and whether there is newer; the foot of the menu."""
    generation = scope.generation
    until = _("Data to {instant}", instant=formats.instant(scope.as_of, generation.time_zone))
    said = [until, *([_("Sample data")] * generation.sample)]
    st.markdown(gray(" · ".join(said)))
    if scope.view.data is None:
        _newer(generation)


@st.fragment(run_every=_FRESHNESS_CHECK)
def _newer(shown: Generation) -> None:
    """Looks now and then whether new data was loaded; the reader decides when to see it."""
    session.begin_part()
    if _current() not in (None, shown) and st.button(
        _("New data: show it"), icon=":material/refresh:", type="primary"
    ):
        st.rerun(scope="app")


def _current() -> Generation | None:
    """The generation in use; None when that cannot be told now, which is said on the next page."""
    try:
        return answers.store().generation().seen(session.visitor().sight)
    except StoreError:
        return None


def _followed() -> None:
    """The link to what is on the wall, for those who want it in their hands."""
    links.with_code(session.address(session.current().view), "follow")


def _reached(view: View, scope: Scope) -> int:
    """How many leads the view lists: those of its step, else those that entered."""
    rows = answers.funnel(scope.at(replace(view, by=None))).rows.set_index("stage")["reached"]
    return int(rows[view.stage] if view.stage else rows.iat[0])
