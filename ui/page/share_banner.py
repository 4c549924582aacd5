"""What stands above a shared page: whose it is, what is fixed of it, and what may be moved."""

from datetime import datetime

import streamlit as st

from analytics.scope import Scope
from analytics.shared import Shared
from ui import guest, navigation, session
from ui.language import formats
from ui.language.messages import N_, _
from ui.page import since_then
from ui.page.markdown import gray, plain

_MOVES = {
    "nothing": N_("Everything is fixed."),
    "period": N_("You can change the period; the rest is fixed."),
    "breakdown": N_("You can change the breakdown; the rest is fixed."),
    "all": N_("You can explore the leads that are shared, and no others."),
}


def show(scope: Scope) -> None:
    """What a guest sees of the share; nothing for others.

    Who follows a story has what stands above its slides.
    """
    shared = guest.shared()
    if shared is None:
        return
    if session.was_held():
        st.toast(_("This cannot be changed in a shared view."), icon=":material/lock:")
    if shared.story is not None:
        return
    share = shared.share
    heading = plain(share.title) or navigation.title(share.page)
    with st.container(border=True, gap="xsmall", key="shared"):
        st.markdown(f"**{heading}** · {_numbers(shared, scope)} {_(_MOVES[share.guest])}")
        if share.note:
            st.markdown(plain(share.note))
        told = [
            *([_("Shared by {name}", name=plain(share.owner))] * bool(share.owner)),
            *([_until(scope, share.expires_at)] if share.expires_at else []),
        ]
        if told:
            st.markdown(gray(" · ".join(told)))
        since_then.button(scope)


def _numbers(shared: Shared, scope: Scope) -> str:
    """Which numbers it shows: those of a day, or those of now."""
    if shared.share.generation is None:
        return _("Live: the numbers move with new data.")
    day = formats.instant(scope.as_of, scope.generation.time_zone)
    return _("Frozen: the numbers of {instant}.", instant=day)


def _until(scope: Scope, ends: datetime) -> str:
    return _("Open until {day}", day=formats.day(scope.day(ends)))
