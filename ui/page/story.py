"""A story on the screen: one slide after the other, on a wall, on phones that follow, and leading.

The address says so, beside what it says of the view: `story=3` follows story 3, `story=3.wall` is
the wall, and `story=3.lead` the second screen, with the notes, of whoever presents. What the wall
shows is kept with the story. A link on a slide leads out of it. Who has a story by the address of
its share follows it, and sees what the share of each slide lets a guest see.
"""

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from analytics.scope import Scope
from analytics.shared import Shared
from analytics.view.view import View
from data import shares, stories
from data.errors import ShareEnded, StoreError
from data.store import Store
from data.stories import Slide, Story
from ui import answers, guest, navigation, session
from ui.language import current, formats
from ui.language.messages import N_, _
from ui.page import dialog, links, projector
from ui.page.fresh import Fresh
from ui.page.markdown import gray, plain

Screen = Literal["wall", "lead", "follow"]
"""What a screen is in the telling: the wall, that of whoever leads, or one that follows."""

NOT_KEPT = N_("That could not be saved. Try again later.")
"""What is shown where a story could not be changed, or moved on."""

MOST_NOTES = 1000
"""Characters of the notes on a slide."""

_SHOWN, _REFUSED, _HANDED_ON = "story_slide_shown", "story_not_moved", "story_handed_on"
_ALONE = Path(__file__).resolve().parent / "alone.css"
_NAME = re.compile(r"[a-z0-9_]+")  # of a card, in a style
_LOOK_AGAIN = "3s"
_OPEN_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Telling:
    """A story as this session is part of it, of which there is a slide."""

    story: Story
    slide: Slide
    screen: Screen

    @property
    def leads(self) -> bool:
        """Whether the reader turns the slides for everyone."""
        return self.screen != "follow"


def _read(store: Store) -> tuple[Story, ...]:
    return tuple(stories.listed(store))


_stories: Fresh[tuple[Story, ...]] = Fresh((stories.VERSION, shares.VERSION), _read, ())


def every() -> tuple[Story, ...]:
    """All stories, the latest first, as they were a moment ago."""
    return _stories.now()


def changed() -> None:
    """Has stories be read anew: this process has changed one."""
    _stories.changed()


def now() -> Telling | None:
    """The story that the address names, where there is one with slides; else None.

    A guest has that which was shared, and no other; a viewer follows, whatever the address says.
    """
    if guest.is_guest():
        shared = guest.shared()
        return _told(shared.story, "follow") if shared else None
    number, _dot, screen = session.beside().get("story", "").partition(".")
    story = _of(number)
    return _told(story, _screen(screen) if session.visitor().may_share else "follow")


def _told(story: Story | None, screen: Screen) -> Telling | None:
    return Telling(story, story.slide, screen) if story and story.slide else None


def _of(number: str) -> Story | None:
    """The story that an address calls so, as it was a moment ago."""
    return next((story for story in every() if str(story.id) == number), None)


def follow() -> None:
    """Goes to the slide that is on the wall; called by the shell once it knows the pages."""
    told = now()
    if told is None:
        return
    if told.screen == "wall":
        projector.turn(on=True)
    shown = (told.story.id, told.slide.id)
    if st.session_state.get(_SHOWN) != shown:
        st.session_state[_SHOWN] = shown
        navigation.go(told.slide.share.page, _query(told))


def _query(told: Telling) -> dict[str, str]:
    """The parameters of the address of a slide."""
    if guest.is_guest():
        return guest.query(session.view())
    view, _lost = View.parse({**told.slide.share.link, "lang": current.lang()})
    return view.to_short_query() | {"story": _address(told.story, told.screen)}


def style() -> None:
    """Hides the menu while a story is presented, and what is beside a slide's one card."""
    told = now()
    projector.set_card_alone(alone=told is not None and told.slide.card is not None)
    if told is None:
        return
    projector.bare()
    if told.slide.card is not None and _NAME.fullmatch(told.slide.card):
        text = _ALONE.read_text(encoding="utf-8").replace("CARD", told.slide.card)
        st.html(f"<style>{text}</style>")


def start(story: Story) -> bool:
    """Tells a story from its first slide on, on this screen; whether it could be begun."""
    _show(story, 0)
    if st.session_state.pop(_REFUSED, False):
        return False
    st.session_state.pop(_SHOWN, None)
    session.set_beside({"story": _address(story, "wall")})
    return True


def address(story: Story, screen: Screen) -> str:
    """The full address of a story for one that takes part in it so."""
    first = navigation.address("overview", View(lang=current.lang()))
    return f"{first}&story={_address(story, screen)}"


def top(scope: Scope, told: Telling) -> None:
    """What stands above a slide, in place of the page's name and what it counts."""
    if st.session_state.pop(_REFUSED, False):
        st.toast(_(NOT_KEPT), icon=":material/error:")
    place, last = told.story.place, len(told.story.slides) - 1
    until = _("Data to {instant}", instant=formats.instant(scope.as_of, scope.zone.key))
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        wrap=told.leads,  # else there is nothing but the place, which fits beside the name
        gap="small",
        key=session.key("story"),
    ):
        st.markdown(gray(plain(f"{told.story.title} · {until}")), width="stretch")
        st.markdown(f"{place + 1} / {last + 1}", width="content")
        if told.leads:
            _move(told.story, place - 1, _("Back"), "back", "Left", disabled=place == 0)
            _move(told.story, place + 1, _("Next"), "next", "Right", disabled=place == last)
        if told.screen == "wall":
            _others(told.story)
            projector.theme_switch()
            st.button(
                _("End the presentation"),
                icon=":material/close_fullscreen:",
                type="tertiary",
                shortcut="Escape",
                on_click=_end,
                key=session.key("story_end"),
            )
    st.title(plain(told.slide.share.title), anchor=False)
    if told.screen == "lead":
        _notes(told)
    _watch(told)


def _move(
    story: Story, place: int, label: str, name: str, shortcut: str, *, disabled: bool
) -> None:
    st.button(
        label,
        icon={"back": ":material/arrow_back:", "next": ":material/arrow_forward:"}[name],
        type="primary" if name == "next" else "secondary",
        shortcut=shortcut,
        disabled=disabled,
        on_click=_show,
        args=(story, place),
        key=session.key(f"story_{name}"),
    )


def _others(story: Story) -> None:
    """How a phone follows, and how a second screen leads."""

    def told() -> None:
        st.markdown(_("**To follow:** what is on the wall, on your phone, and nothing else."))
        if (token := _handed_on(story)) is None:
            st.error(_(NOT_KEPT), icon=":material/error:")
        else:
            links.with_code(f"{navigation.server()}{shares.BELOW}{token}", "follow")
        st.markdown(_("**To lead:** with the notes, on a second screen."))
        links.plain(address(story, "lead"), "lead")

    dialog.button(
        _("Follow on a phone"), "follow", told, icon=":material/qr_code_2:", type="tertiary"
    )


def _handed_on(story: Story) -> str | None:
    """The token of the address that this session gives to those who follow; None if it has none."""
    handed_on: dict[int, str] = st.session_state.setdefault(_HANDED_ON, {})
    try:
        with suppress(ShareEnded):
            Shared.found(answers.store(), handed_on.get(story.id, ""))
            return handed_on[story.id]
        who = session.visitor()
        handed_on[story.id] = stories.hand_on(
            answers.store(),
            story,
            owner=who.name,
            expires_at=datetime.now(UTC) + _OPEN_FOR,
            rows={dimension: list(values) for dimension, values in who.sight.rows},
        )
    except StoreError as error:
        logging.getLogger("pheu").error("A story was not handed on", exc_info=error)
        return None
    return handed_on[story.id]


def _notes(told: Telling) -> None:
    """The presenter's notes, and the next slide."""
    following = told.story.following
    with st.container(border=True, key=session.key("story_notes")):
        st.markdown(plain(told.slide.notes) or gray(_("No notes for this slide.")))
        dialog.button(
            _("Change the notes"),
            "story_notes_change",
            partial(_change_notes, told.slide),
            icon=":material/edit:",
            type="tertiary",
        )
        st.markdown(
            gray(
                _("This is the last slide.")
                if following is None
                else _("Next: {title}", title=plain(following.share.title))
            )
        )


def _change_notes(slide: Slide) -> None:
    key = session.key(f"story_notes_{slide.id}")
    st.text_area(
        _("What you want to say about it"), slide.notes, max_chars=MOST_NOTES, height=200, key=key
    )
    if st.button(
        _("Keep the change"),
        type="primary",
        key=session.key("story_notes_keep"),
        on_click=_keep_notes,
        args=(slide, key),
    ):
        st.rerun()


def _keep_notes(slide: Slide, key: str) -> None:
    said = str(st.session_state[key]).strip()
    _do(partial(stories.change, answers.store(), slide.id, slide.share.title, said))


@st.fragment(run_every=_LOOK_AGAIN)
def _watch(shown: Telling) -> None:
    """Looks now and then whether the story has moved on elsewhere, or says something else."""
    session.begin_part()
    story = _of(str(shown.story.id))
    if story is None or story.slide != shown.slide:
        st.rerun(scope="app")


def _show(story: Story, place: int) -> None:
    _do(partial(stories.show, answers.store(), story, place))


def _do(act: Callable[[], None]) -> None:
    """Changes a story, or turns its slide; the next page shows where that failed."""
    if not session.visitor().may_share:  # the role may be another one since it was drawn
        return
    try:
        act()
    except StoreError as error:
        logging.getLogger("pheu").error("A story was not changed", exc_info=error)
        st.session_state[_REFUSED] = True
    changed()


def _end() -> None:
    projector.turn(on=False)
    st.session_state.pop(_SHOWN, None)
    session.set_beside({})


def _address(story: Story, screen: Screen) -> str:
    return f"{story.id}" if screen == "follow" else f"{story.id}.{screen}"


def _screen(text: str) -> Screen:
    return "wall" if text == "wall" else "lead" if text == "lead" else "follow"
