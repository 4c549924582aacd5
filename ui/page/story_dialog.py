"""The dialog of stories: the open page as the next slide, what is changed, and the start."""

import logging
from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from analytics.scope import Scope
from data import shares, stories
from data.errors import StoreError
from data.shares import Share
from data.stories import Slide, Story
from ui import answers, navigation, session
from ui.language import periods
from ui.language.messages import N_, _, _n, _p
from ui.page import card, dialog, story, take_away
from ui.page.markdown import gray, plain, spoken

_CHOSEN, _REFUSED, _TURN = "story_chosen", "story_refused", "story_turn"
_CHANGED = "story_changed"
_PARTS = ("title", "card", "frozen", "notes")
_KINDS = {False: N_("Live: always the newest numbers"), True: N_("Frozen: as they are now")}
_MOST_TITLE = 120  # characters


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
        _story(chosen, told)
        _slides(chosen)
    _form(scope, title, chosen)
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(_(refused), icon=":material/error:")


# --- what there is --------------------------------------------------------------------------------


def _slides(chosen: Story) -> None:
    """The slides in their order, and what can be done with each."""
    for place, slide in enumerate(chosen.slides):
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{place + 1}. {plain(slide.share.title)}", width="stretch")
                with st.container(horizontal=True, width="content"):
                    up = partial(stories.bring_forward, answers.store(), slide.id)
                    _button(f"slide_{slide.id}_up", _("Earlier"), "arrow_upward", up, place == 0)
                    _change_button(f"slide_{slide.id}", _("Change it"), "edit")
                    out = partial(stories.take_out, answers.store(), slide.id)
                    _button(f"slide_{slide.id}_out", _("Take it out"), "delete", out)
            if st.session_state.get(_CHANGED) == f"slide_{slide.id}":
                _change_slide(slide)


def _change_slide(slide: Slide) -> None:
    title, notes = (session.key(f"slide_{slide.id}_{part}") for part in ("title", "notes"))
    st.text_input(_("What this page says"), slide.share.title, max_chars=_MOST_TITLE, key=title)
    st.text_area(
        _("What you want to say about it"),
        slide.notes,
        max_chars=story.MOST_NOTES,
        height=90,
        key=notes,
    )

    def kept() -> None:
        said = _said(title, N_("Write what the slide says."))
        if said:
            told = st.session_state[notes].strip()
            _done(partial(stories.change, answers.store(), slide.id, said, told))

    _keep(f"slide_{slide.id}", kept)


def _story(chosen: Story, told: Mapping[str, Story]) -> None:
    """What can be done with the story: its start, another name, its end."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if chosen.slides and st.button(
            _("Start the story"),
            type="primary",
            icon=":material/slideshow:",
            key=session.key("story_start"),
        ):
            if story.start(chosen):
                st.rerun(scope="app")
            st.error(_(story.NOT_KEPT), icon=":material/error:")
        _change_button("rename", _("Rename it"), "edit")
        _change_button("remove", _("Remove it"), "delete")
    if st.session_state.get(_CHANGED) == "rename":
        _rename(chosen, told)
    elif st.session_state.get(_CHANGED) == "remove":
        _remove(chosen)
    if chosen.slides:
        take_away.of_story(chosen)


def _rename(chosen: Story, told: Mapping[str, Story]) -> None:
    key = session.key(f"story_{chosen.id}_name")
    st.text_input(_("Its name"), chosen.title, max_chars=_MOST_TITLE, key=key)

    def kept() -> None:
        name = _said(key, N_("Write a name."))
        if name in told and told[name].id != chosen.id:
            st.session_state[_REFUSED] = N_("Another story has this name.")
        elif name and _done(partial(stories.rename, answers.store(), chosen.id, name)):
            st.session_state[_CHOSEN] = st.session_state[session.key("story_title")] = name

    _keep("rename", kept)


def _remove(chosen: Story) -> None:
    st.markdown(
        _n(
            "Its {n} slide goes with it, and the links that follow it end.",
            "Its {n} slides go with it, and the links that follow it end.",
            len(chosen.slides),
        )
    )

    def removed() -> None:
        if _done(partial(stories.remove, answers.store(), chosen.id)):
            for key in (_CHOSEN, session.key("story_title")):
                st.session_state.pop(key, None)

    _keep("remove", removed, label=_("Remove it for good"))


def _button(
    name: str, label: str, icon: str, act: Callable[[], None], disabled: bool = False
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=disabled,
        key=session.key(name),
        on_click=_do,
        args=(act,),
    )


def _change_button(what: str, label: str, icon: str) -> None:
    """The button that shows how to change something, and hides it again."""
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=session.key(f"{what}_change"),
        on_click=_change,
        args=(None if st.session_state.get(_CHANGED) == what else what,),
    )


def _change(what: str | None) -> None:
    st.session_state[_CHANGED] = what


def _keep(what: str, act: Callable[[], None], label: str | None = None) -> None:
    """The buttons below what is changed: to have it so, or as it was."""
    with st.container(horizontal=True):
        key = session.key(f"{what}_keep")
        st.button(label or _("Save the change"), type="secondary", key=key, on_click=act)
        key = session.key(f"{what}_leave")
        st.button(_("Cancel"), type="tertiary", key=key, on_click=_change, args=(None,))


def _said(key: str, otherwise: str) -> str:
    """What is written in a field; where it is empty, that it is required is shown."""
    said = str(st.session_state[key]).strip()
    if not said:
        st.session_state[_REFUSED] = otherwise
    return said


# --- the next slide -------------------------------------------------------------------------------


def _form(scope: Scope, title: str, chosen: Story | None) -> None:
    """What the page that is open is called as a slide, and its notes."""
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
        _("What you want to say about it"), max_chars=story.MOST_NOTES, height=90, key=keys["notes"]
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
    said = _said(keys["title"], N_("Write what the slide says."))
    if not said:
        return
    visitor = session.visitor()
    share = Share(
        page,
        view.to_query(),
        title=said,
        owner=visitor.name,
        lists=page in shares.LISTS,
        rows={dimension: list(values) for dimension, values in visitor.sight.rows},
    )

    def added() -> None:
        number = stories.make(answers.store(), title, visitor.name) if chosen is None else chosen.id
        notes = state[keys["notes"]].strip()
        stories.add(answers.store(), number, share, notes, state[keys["card"]])
        state[_TURN] = state.get(_TURN, 0) + 1

    _done(added)


def _do(act: Callable[[], None]) -> None:
    _done(act)


def _done(act: Callable[[], None]) -> bool:
    """Changes a story, and whether that was done; shows where it failed."""
    if not session.visitor().may_share:  # the role may be another one since it was drawn
        return False
    try:
        act()
    except StoreError as error:
        logging.getLogger("pheu").error("A story was not changed", exc_info=error)
        st.session_state[_REFUSED] = story.NOT_KEPT
        return False
    finally:
        story.changed()
    _change(None)
    return True
