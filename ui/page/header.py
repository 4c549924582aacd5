"""The top of a page: its title, what is counted and what is done with it; and how fresh it is."""

import streamlit as st

from analytics.scope import Scope
from data.errors import StoreError
from data.store import Generation
from ui import answers, guest, session
from ui.language import formats
from ui.language.messages import _
from ui.page import (
    chips,
    dialog,
    filter_bar,
    instead,
    links,
    note_dialog,
    offscreen,
    projector,
    share_dialog,
    story,
    story_dialog,
    take_away,
)
from ui.page.markdown import gray

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
    if session.visitor().may_share:
        story_dialog.button()
    dialog.button(
        _("Follow on a phone"),
        "follow",
        _followed,
        icon=":material/qr_code_2:",
        type="tertiary",
    )
    projector.theme_switch()


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
        instead.not_understood(scope)
        session.end()
    chips.show(scope, without=_OF_TODAY if of_today else ())


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
    """The generation in use; None when that is not known now, which the next page says."""
    try:
        return answers.store().generation().seen(session.visitor().sight)
    except StoreError:
        return None


def _followed() -> None:
    """The link to what is on the wall, for those who want it in their hands."""
    links.with_code(session.address(session.current().view), "follow")
