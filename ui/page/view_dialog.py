"""The dialog of saved views: the page that is open under a name, and all that there are."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from analytics.view.view import View
from data import shares
from data import views as saved
from data.errors import StateRefused
from data.views import MOST_NAME, NameTaken, SavedView, Unnamed
from ui import navigation, session
from ui.language import labels
from ui.language.messages import N_, _
from ui.page import dialog, views
from ui.page.markdown import gray, plain

_TURN, _RENAMED, _REFUSED = "view_turn", "view_renamed", "view_refused"


def button(page: str) -> None:
    """The button that opens it, on a page by its name that has a view to save."""
    if page in shares.PAGES and session.understood():
        dialog.button(
            _("Save this view"),
            "views",
            partial(_told, page),
            icon=":material/bookmark_add:",
            type="tertiary",
            title=_("Saved views"),
        )


def _told(page: str) -> None:
    _form(page)
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(_(refused), icon=":material/error:")
    _those(_("Yours"), views.own())
    _those(_("The team's"), views.of_team(session.current().generation))


def _form(page: str) -> None:
    """What the view that is open is to be called, and whose it is to be."""
    turn = st.session_state.get(_TURN, 0)  # the next one begins empty
    name, team = (session.key(f"view_{part}_{turn}") for part in ("name", "team"))
    st.text_input(
        _("What is this view called?"),
        max_chars=MOST_NAME,
        placeholder=_("Such as: the north, last quarter"),
        key=name,
    )
    if _may_save_for_team():
        st.toggle(_("For the whole team"), key=team)
    st.button(
        _("Save this view"),
        type="primary",
        icon=":material/bookmark_add:",
        key=session.key("save_view"),
        on_click=_done,
        args=(partial(_save, page, name, team),),
    )
    told = _("It keeps the filters and all other choices; a period such as last quarter moves on.")
    st.markdown(gray(told))


def _may_save_for_team() -> bool:
    """Whether there is a team, and the reader may make views of it."""
    reader = session.visitor()
    return bool(reader.name) and reader.may_share


def _those(title: str, found: Sequence[SavedView]) -> None:
    if found:
        st.subheader(title, anchor=False)
    for view in found:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            if st.session_state.get(_RENAMED) == view.id:
                _renaming(view)
            else:
                _one(view)


def _one(view: SavedView) -> None:
    """A view, what it is of, and what can be done with it."""
    with st.container(gap=None, width="stretch"):
        views.link(view)
        st.markdown(gray(plain(" · ".join(_parts(view)))))
    with st.container(horizontal=True, width="content", gap="small"):
        if _is_start(view):
            _button(view, "start", _("Not the start page"), "home", partial(_begin_with, None))
        else:
            _button(view, "start", _("Make it the start page"), "home", partial(_begin_with, view))
        if views.may_change(view):
            _button(view, "rename", _("Rename it"), "edit", partial(_rename, view))
            _button(view, "remove", _("Remove it"), "delete", partial(_remove, view))


def _is_start(view: SavedView) -> bool:
    return view.is_start and view.person == session.visitor().name


def _parts(view: SavedView) -> list[str]:
    """What a view is of, who made it for the team, and whether Pheu opens with it."""
    filters = labels.filters(View.from_query(view.link))
    return [
        navigation.title(view.page),
        *([filters] * bool(filters)),
        *([_("by {name}", name=view.person)] * view.is_of_team),
        *([_("your start page")] * _is_start(view)),
    ]


def _renaming(view: SavedView) -> None:
    key = session.key(f"view_{view.id}_name")
    st.session_state.setdefault(key, view.name)
    st.text_input(
        _("What is this view called?"),
        max_chars=MOST_NAME,
        label_visibility="collapsed",
        key=key,
    )
    _button(view, "renamed", _("Save the name"), "check", partial(_renamed, view, key))
    _button(view, "as_it_was", _("Cancel"), "close", partial(_rename, None))


def _button(view: SavedView, name: str, label: str, icon: str, act: Callable[[], None]) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=session.key(f"view_{view.id}_{name}"),
        on_click=_done,
        args=(act,),
    )


# --- what is done ---------------------------------------------------------------------------------


def _done(act: Callable[[], None]) -> None:
    """Does it, or shows that it could not be done."""
    try:
        act()
    except Unnamed:
        st.session_state[_REFUSED] = N_("Write what it is called.")
    except NameTaken:
        st.session_state[_REFUSED] = N_("Another view has that name: choose another one.")
    except StateRefused as error:
        logging.getLogger("pheu").error("A saved view was not changed", exc_info=error)
        st.session_state[_REFUSED] = N_("That could not be saved. Try again later.")
    dialog.stale()


def _save(page: str, name: str, team: str) -> None:
    state, link = st.session_state, views.kept(session.view())
    of_team = _may_save_for_team() and bool(state.get(team))
    view = SavedView(state[name], page, link, session.visitor().name, of_team)
    views.change(saved.save, view)
    state[_TURN] = state.get(_TURN, 0) + 1


def _begin_with(view: SavedView | None) -> None:
    number = None if view is None else view.id
    views.change(saved.begin_with, session.visitor().name, number)


def _rename(view: SavedView | None) -> None:
    """Begins to rename a view, or leaves it."""
    st.session_state[_RENAMED] = None if view is None else view.id


def _renamed(view: SavedView, key: str) -> None:
    if view.id is not None and views.may_change(view):  # the role may be another one by now
        views.change(saved.rename, view.id, st.session_state[key])
    _rename(None)


def _remove(view: SavedView) -> None:
    if view.id is not None and views.may_change(view):
        views.change(saved.remove, view.id)
