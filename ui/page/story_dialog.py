"""The dialog of stories: the page that is open as the next slide, their order, and the start."""

import logging
from collections.abc import Callable
from functools import partial

import streamlit as st

from analytics.scope import Scope
from data import shares, stories
from data.errors import StoreError
from data.shares import Share
from data.store import Store
from data.stories import Slide, Story
from ui import answers, navigation, session
from ui.language import periods
from ui.language.messages import N_, _, _p
from ui.page import card, dialog, story
from ui.page.markdown import gray, plain, spoken

_CHOSEN, _REFUSED, _TURN = "story_chosen", "story_refused", "story_turn"
_PARTS = ("title", "card", "frozen", "notes")
_KINDS = {False: N_("Live: always the newest numbers"), True: N_("Frozen: as they are now")}
_MOST_TITLE, _MOST_NOTES = 120, 1000  # characters


def button() -> None:
    """The button that opens it, where a page is presented."""
    dialog.button(_name(), "stories", _told, icon=":material/auto_stories:", type="tertiary")


def _name() -> str:
    return _p("slides", "Story")


def _told() -> None:
    scope = session.current()
    told = {each.title: each for each in reversed(story.every())}
    st.markdown(gray(_("Pages one after the other: the arrow keys move on, phones follow.")))
    key = session.key("story_title")
    st.session_state.setdefault(key, st.session_state.get(_CHOSEN, next(iter(told), None)))
    title = st.selectbox(
        _name(),
        list(told),
        index=None,
        placeholder=_("Choose one, or type the name of a new one"),
        accept_new_options=True,
        key=key,
    )
    st.session_state[_CHOSEN] = title
    if not title:
        return
    chosen = told.get(title)
    if chosen is not None:
        _slides(chosen)
    _form(scope, title, chosen)
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(_(refused), icon=":material/error:")


def _slides(chosen: Story) -> None:
    """The slides in their order, what can be done with each, and the start."""
    for place, slide in enumerate(chosen.slides):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"{place + 1}. {plain(slide.share.title)}", width="stretch")
            with st.container(horizontal=True, width="content"):
                _slide_button(slide, "up", _("Earlier"), "arrow_upward", stories.bring_forward)
                _slide_button(slide, "out", _("Take it out"), "delete", stories.take_out)
    if chosen.slides and st.button(
        _("Start the story"),
        type="primary",
        icon=":material/slideshow:",
        key=session.key("story_start"),
    ):
        story.start(chosen)
        st.rerun(scope="app")


def _slide_button(
    slide: Slide, name: str, label: str, icon: str, act: Callable[[Store, int], None]
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=session.key(f"slide_{slide.id}_{name}"),
        on_click=_done,
        args=(partial(act, answers.store(), slide.id),),
    )


def _form(scope: Scope, title: str, chosen: Story | None) -> None:
    """What the page that is open is called as a slide, and what is said about it."""
    page = navigation.here()
    if page not in shares.PAGES:
        st.markdown(gray(_("This page cannot be part of a story.")))
        return
    turn = st.session_state.get(_TURN, 0)
    keys = {name: session.key(f"slide_{name}_{turn}") for name in _PARTS}
    titles = card.drawn()
    shown = st.selectbox(
        _("What it shows"),
        [None, *titles],
        format_func=lambda name: spoken(titles[name]) if name in titles else _("The whole page"),
        key=keys["card"],
    )
    whole = f"{navigation.title(page)}, {periods.name(*scope.days)}"
    keys["title"] += f"_{shown}"  # begins with what is shown says, whatever was shown before
    st.session_state.setdefault(keys["title"], spoken(titles.get(shown or "", whole)))
    st.text_input(_("What this page says"), max_chars=_MOST_TITLE, key=keys["title"])
    st.segmented_control(
        _("Numbers"),
        list(_KINDS),
        format_func=lambda frozen: _(_KINDS[frozen]),
        default=False,
        required=True,
        label_visibility="collapsed",
        key=keys["frozen"],
    )
    st.text_area(
        _("What you want to say about it"), max_chars=_MOST_NOTES, height=90, key=keys["notes"]
    )
    st.button(
        _("Add this page"),
        type="secondary",
        icon=":material/add:",
        key=session.key("slide_add"),
        on_click=_add,
        args=(scope, page, title, chosen, keys),
    )


def _add(scope: Scope, page: str, title: str, chosen: Story | None, keys: dict[str, str]) -> None:
    state = st.session_state
    view = scope.frozen_view() if state[keys["frozen"]] else scope.view
    said = state[keys["title"]].strip()
    if not said:
        state[_REFUSED] = N_("Write what the page says.")
        return
    who = session.visitor().name
    share = Share(page, view.to_query(), title=said, owner=who, lists=page in shares.LISTS)

    def added() -> None:
        number = stories.make(answers.store(), title, who) if chosen is None else chosen.id
        notes = state[keys["notes"]].strip()
        stories.add(answers.store(), number, share, notes, state[keys["card"]])
        state[_TURN] = state.get(_TURN, 0) + 1

    _done(added)


def _done(act: Callable[[], None]) -> None:
    """Changes a story; that it could not be is told instead."""
    if not story.may_lead():  # the role may be another one since it was drawn
        return
    try:
        act()
    except StoreError as error:
        logging.getLogger("pheu").error("A story was not changed", exc_info=error)
        st.session_state[_REFUSED] = N_("That could not be kept. Try again later.")
    story.changed()
