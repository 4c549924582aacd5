"""The shares that are open: what each is, who opened it and when, and its end."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from analytics.scope import Scope
from data import shares, stories
from data.errors import StoreError
from data.shares import Made, Opener, Share
from data.stories import Story
from ui import answers, navigation, session
from ui.language import formats
from ui.language.messages import _, _n, _p
from ui.page.markdown import gray, plain

_MOST_OPENERS = 5


def show(scope: Scope) -> None:
    """The shares, the latest first, and the stories, which have shares of their own as slides."""
    now = datetime.now(UTC)
    try:
        told = stories.holding(answers.store())
        there = [made for made in shares.listed(answers.store()) if made.is_open(now)]
        there = [made for made in there if made.id not in told]
        openers = shares.openers(answers.store(), [each.id for each in there if _is_ours(each)])
    except StoreError as error:
        logging.getLogger("pheu").error("The shares cannot be listed", exc_info=error)
        return
    if not (there or told):
        return
    with st.expander(_n("{n} view is shared", "{n} views are shared", len(there))):
        for made in there:
            _one(scope, made, openers.get(made.id))
        for story in {story.id: story for story in told.values()}.values():
            _slides(story)


def _is_ours(made: Made) -> bool:
    """Whether the reader may end a share, and know who opened it."""
    visitor = session.visitor()
    return visitor.may("admin") or made.share.owner == visitor.name


def _one(scope: Scope, made: Made, openers: Sequence[Opener] | None) -> None:
    share = made.share
    title = plain(share.title) or navigation.title(share.page)
    told = [
        *([_("by {name}", name=plain(share.owner))] * bool(share.owner)),
        _("since {day}", day=_day(scope, made.created_at)),
        *([_("until {day}", day=_day(scope, share.expires_at))] if share.expires_at else []),
        _n("opened {n} time", "opened {n} times", made.opened),
        *([_("last on {day}", day=_day(scope, made.last_opened))] if made.last_opened else []),
    ]
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        lines = [
            f"**{title}** · {_kind(share)}",
            gray(" · ".join(told)),
            *_opened_by(scope, openers or ()),
        ]
        st.markdown("  \n".join(lines), width="stretch")
        if openers is not None:
            st.button(
                _("End it"),
                icon=":material/link_off:",
                type="tertiary",
                key=session.key(f"end_share_{made.id}"),
                on_click=_end,
                args=(made.id, session.visitor().name),
            )


def _kind(share: Share) -> str:
    if share.story is not None:
        return _("Link to follow a story")
    return _("Live") if share.generation is None else _("Frozen")


def _opened_by(scope: Scope, openers: Sequence[Opener]) -> list[str]:
    """Who opened a share, a line each; nothing where nobody signs in."""
    if not any(each.who for each in openers):
        return []
    lines = [
        " · ".join(
            (
                plain(each.who) or _("without a sign-in"),
                _n("{n} time", "{n} times", each.times),
                _("last on {day}", day=formats.instant(each.last, scope.zone.key)),
            )
        )
        for each in openers[:_MOST_OPENERS]
    ]
    if more := len(openers) - len(lines):
        lines.append(_n("{n} more person", "{n} more people", more))
    return [gray(line) for line in lines]


def _slides(story: Story) -> None:
    """A story in place of its slides, which end where they are taken out of it."""
    held = _n("{n} slide", "{n} slides", len(story.slides))
    how = _("It is changed where a page is presented.")
    with st.container(border=True):
        name = f"**{plain(story.title)}** · {_p('slides', 'Story')}"
        st.markdown(f"{name}  \n{gray(f'{held}. {how}')}")


def _day(scope: Scope, at: datetime) -> str:
    return formats.day(scope.day(at))


def _end(number: int, who: str) -> None:
    if not session.visitor().may_share:
        return
    try:
        shares.revoke(answers.store(), number, who)
    except StoreError as error:  # somebody else was first, or it is there still, and is listed
        logging.getLogger("pheu").error("A share was not ended", exc_info=error)
