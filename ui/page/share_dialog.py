"""The dialog that hands a page on: a share with what its guest may move, or a plain link."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from analytics.scope import Scope
from analytics.view.view import View
from data import shares
from data.errors import StoreError
from data.shares import Share
from ui import answers, navigation, session
from ui.language.messages import N_, _
from ui.page import dialog, links, qr, share_list
from ui.page.markdown import gray

_KINDS = {"live": N_("Live: always the newest numbers"), "frozen": N_("Frozen: as they are now")}
_GUESTS = {
    "nothing": N_("nothing"),
    "period": N_("the period"),
    "breakdown": N_("the breakdown"),
    "all": N_("all but the filters"),
}
_DAYS = {7: N_("in 7 days"), 30: N_("in 30 days"), None: N_("never")}
_MADE, _FROZEN = "share_made", "frozen_link"
_QR = 132  # px


def button() -> None:
    """The button of the page's frame that opens it."""
    dialog.button(_("Share"), "share", _told, icon=":material/ios_share:")


def _told() -> None:
    scope = session.current()  # a part of the page may have changed the view since it was drawn
    page = navigation.here()
    if page in shares.PAGES and session.visitor().may_share:
        _form(scope, page)
        share_list.show(scope)
        with st.expander(_("A plain link instead, for those who may see everything")):
            _links(scope)
    else:
        _links(scope)


# --- a share --------------------------------------------------------------------------------------


def _form(scope: Scope, page: str) -> None:
    """What is to be shared, and what its guest may do; the address once it is made."""
    _one_of("kind", _("Numbers"), _KINDS, "live")
    _one_of("guest", _("Guests can change"), _GUESTS, "nothing")
    _one_of("days", _("Expires"), _DAYS, 30)
    st.text_input(_("Title"), max_chars=80, key=_key("title"))
    st.text_input(_("Message"), max_chars=400, key=_key("note"))
    st.toggle(_("Lists of leads can be opened"), key=_key("lists"), disabled=page in shares.LISTS)
    if _lists(page) and session.visitor().sight.contacts:
        st.toggle(_("With names, phone numbers and e-mail addresses"), key=_key("personal"))
    if scope.view.filtered:
        st.toggle(_("Hide the filters"), key=_key("hides_filters"))
    st.button(
        _("Make the link"),
        type="primary",
        icon=":material/add_link:",
        key=session.key("make_share"),
        on_click=_make,
        args=(page,),
    )
    made: tuple[Share, str | None] | None = st.session_state.get(_MADE)
    if made is None or made[0] != _wished(scope, page):
        return
    if made[1] is None:
        st.error(_("This cannot be shared at the moment."), icon=":material/error:")
        return
    address = f"{navigation.server()}{shares.BELOW}{made[1]}"
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            links.plain(address, "share")
            st.markdown(gray(_("Copy the address now: it is not shown again.")))
        qr.show(address, width=_QR)


def _one_of(name: str, label: str, options: dict[Any, str], first: Any) -> None:
    st.session_state.setdefault(_key(name), first)
    st.segmented_control(
        label,
        list(options),
        format_func=lambda option: _(options[option]) if option in options else str(option),
        required=True,
        key=_key(name),
    )


def _key(name: str) -> str:
    return session.key(f"share_{name}")


def _said(name: str) -> Any:
    return st.session_state.get(_key(name))


def _lists(page: str) -> bool:
    """Whether the guest is to open lists of leads; a page that is one is such a list."""
    return page in shares.LISTS or bool(_said("lists"))


def _wished(scope: Scope, page: str) -> Share:
    """The share that the form describes, but for its end, which is counted from when it is made."""
    visitor, lists = session.visitor(), _lists(page)
    view = scope.frozen_view() if _said("kind") == "frozen" else scope.view
    view = view if lists else replace(view, lead=None)
    return Share(
        page,
        view.to_query(),
        title=(_said("title") or "").strip(),
        note=(_said("note") or "").strip(),
        owner=visitor.name,
        guest=_said("guest"),
        hides_filters=bool(scope.view.filtered and _said("hides_filters")),
        lists=lists,
        personal=bool(lists and visitor.sight.contacts and _said("personal")),
        rows={dimension: list(values) for dimension, values in visitor.sight.rows},
    )


def _make(page: str) -> None:
    if not session.visitor().may_share:  # the role may be another one since it was drawn
        return
    share, days = _wished(session.current(), page), _said("days")
    ends = None if days is None else datetime.now(UTC) + timedelta(days=days)
    token = None
    try:
        token = shares.make(answers.store(), replace(share, expires_at=ends))
    except StoreError as error:
        logging.getLogger("pheu").error("A view was not shared", exc_info=error)
    st.session_state[_MADE] = share, token


# --- plain links ----------------------------------------------------------------------------------


def _links(scope: Scope) -> None:
    st.markdown(_("**This view.** It moves with new data."))
    links.plain(session.address(scope.view), "view")
    st.markdown(_("**Frozen.** The same days, the same data, the same numbers next week."))
    frozen = scope.frozen_view()
    st.button(
        _("Make a frozen link"),
        icon=":material/ac_unit:",
        on_click=_freeze,
        args=(frozen,),
        key=session.key("freeze"),
    )
    made: tuple[View, bool] | None = st.session_state.get(_FROZEN)
    if made == (frozen, True):
        links.plain(session.address(frozen), "frozen")
    elif made == (frozen, False):
        st.error(_("This data cannot be kept for a link at the moment."), icon=":material/error:")


def _freeze(frozen: View) -> None:
    """Has the store keep the data of a frozen link, which is shown once it does."""
    kept = False
    try:
        answers.store().pin(frozen.data or 0)
        kept = True
    except StoreError as error:
        logging.getLogger("pheu").error("A generation was not pinned", exc_info=error)
    st.session_state[_FROZEN] = frozen, kept
