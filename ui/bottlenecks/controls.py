"""What losses are looked for by, and what they are held against."""

from dataclasses import replace
from itertools import pairwise

import streamlit as st

from analytics.scope import Scope
from analytics.view.scenario import BENCHMARKS, Scenario
from ui import answers, guest, session
from ui.bottlenecks import names
from ui.bottlenecks.scenario import try_out
from ui.language import formats, labels
from ui.language.messages import N_, _, _n
from ui.page import card, dialog, dimensions, markdown

_BENCHMARKS = {
    "past": N_("12 months before"),
    "best": N_("Best 25% of groups"),
    "target": N_("Targets"),
}


def below(scope: Scope, text: str) -> None:
    """The row below the ranking: what was looked at, by which dimension, against what."""
    if text:
        st.markdown(text)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _benchmark(scope)
        _dimension(scope)
        if scope.view.scenario.benchmark == "target":
            _targets_button(scope)


def wants_targets(scope: Scope) -> bool:
    """Whether rates are to be held against targets, of which there is none."""
    scenario = scope.view.scenario
    return scenario.benchmark == "target" and not scenario.targets


def first_targets(scope: Scope) -> None:
    """Asks for a target before anything is held against one."""
    title = _("What share should move on at each stage?")
    with card.card(title, _("One target is enough: that stage is then held against it.")):
        targets(scope)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _benchmark(scope)


def _dimension(scope: Scope) -> None:
    key = session.key("loss_by")
    every = ""
    st.session_state[key] = scope.view.by or every
    st.selectbox(
        _("By"),
        [every, *dimensions.offered(scope)],
        format_func=lambda name: labels.dimension_label(name) if name else _("Every dimension"),
        width=180,
        disabled=not guest.may_move("by"),
        key=key,
        on_change=lambda: session.change(by=st.session_state[key] or None),
    )


def _benchmark(scope: Scope) -> None:
    key = session.key("loss_benchmark")
    st.session_state[key] = scope.view.scenario.benchmark
    st.selectbox(
        _("Held against"),
        BENCHMARKS,
        format_func=lambda name: _(_BENCHMARKS[name]) if name in _BENCHMARKS else name,
        width=190,
        disabled=not guest.may_move("scenario"),
        key=key,
        on_change=lambda: try_out(lambda tried: replace(tried, benchmark=st.session_state[key])),
    )


def _targets_button(scope: Scope) -> None:
    dialog.button(
        _n("{n} target", "{n} targets", len(scope.view.scenario.targets)),
        "targets",
        _targets_dialog,
        icon=":material/flag:",
        title=_("Targets"),
    )


def _targets_dialog() -> None:
    targets(session.current(default="all"))


def targets(scope: Scope) -> None:
    """A target for each stage, in percent that should move on in time."""
    aims = dict(scope.view.scenario.targets)
    found = answers.bottlenecks(scope.at(replace(scope.view, scenario=Scenario())))
    now = {loss.stage: loss.rate for loss in found.losses if loss.is_of_all}
    with st.grid(2, min_column_width=220):
        for slug, following in pairwise(scope.generation.pipeline.slugs):
            key = session.key(f"target_{slug}")
            st.session_state[key] = aims.get(slug)
            st.number_input(
                _(
                    "{step}, % (now {rate})",
                    step=markdown.plain(
                        f"{names.stage(scope, slug)} → {names.stage(scope, following)}"
                    ),
                    rate=formats.percent(now.get(slug), 0),
                ),
                min_value=0.0,
                max_value=100.0,
                value=None,
                step=1.0,
                format="%.0f",
                placeholder=_("No target"),
                key=key,
                on_change=_aim,
                args=(slug, key),
            )
    if aims:
        st.button(
            _("Drop all targets"),
            icon=":material/restart_alt:",
            on_click=try_out,
            args=(lambda tried: replace(tried, targets=()),),
        )


def _aim(slug: str, key: str) -> None:
    percent = st.session_state[key]
    try_out(lambda tried: tried.aiming(slug, percent))
