"""Whose leads: the team, then the person, each a filter of the view."""

import streamlit as st

from analytics.scope import Scope
from analytics.view.view import segment_text, segment_value
from ui import answers, guest, session
from ui.language import labels
from ui.language.messages import _
from ui.leads import work_list

_MOST_PILLS = 7
_ALL = ""  # no value of a dimension is


def team(scope: Scope) -> None:
    """The teams that have leads to call."""
    _picker(scope, "team", _("All teams"))


def is_one_team(scope: Scope) -> bool:
    """Whether the people of one team are to choose from: of one that was chosen, or of no team."""
    return len(scope.view.values("team")) == 1 or len(_options(scope, "team")) < 2


def person(scope: Scope) -> None:
    """The people of the team that have leads to call."""
    if is_one_team(scope):
        _picker(scope, "owner", _("Everybody"))


def _picker(scope: Scope, dimension: str, everybody: str) -> None:
    """One choice; pills where there are few to choose from."""
    options = _options(scope, dimension)
    if len(options) < 2:
        return
    chosen = scope.view.values(dimension)
    key = session.key(f"to_do_{dimension}")
    st.session_state[key] = segment_text(chosen[0]) if len(chosen) == 1 else _ALL
    names = {_ALL: everybody} | {
        each: labels.value_label(dimension, segment_value(each)) for each in options
    }

    def named(each: str) -> str:
        return names.get(each, each)

    def choose() -> None:
        _choose(dimension, st.session_state[key])

    if len(options) <= _MOST_PILLS:
        st.pills(
            labels.dimension_label(dimension),
            list(names),
            format_func=named,
            required=True,
            label_visibility="collapsed",
            wrap=True,
            key=key,
            on_change=choose,
        )
        return
    st.selectbox(
        labels.dimension_label(dimension),
        list(names),
        format_func=named,
        label_visibility="collapsed",
        width=260,
        key=key,
        on_change=choose,
    )


def _options(scope: Scope, dimension: str) -> list[str]:
    """The values with a lead to call, most leads first, and those that the view is filtered to."""
    if dimension not in scope.generation.dimensions:
        return []
    others = guest.confined(scope.view.where("owner", ()).where(dimension, ()))
    found = work_list.listed(scope.at(others))
    names = answers.to_do_groups(found, dimension)["name"].astype(object)
    values = [name if isinstance(name, str) else None for name in names]
    return [segment_text(each) for each in dict.fromkeys([*values, *scope.view.values(dimension)])]


def _choose(dimension: str, chosen: str) -> None:
    view = session.view().where(dimension, [segment_value(chosen)] if chosen else [])
    # The people are those of the team that was chosen before.
    session.show(view.where("owner", ()) if dimension == "team" else view)
