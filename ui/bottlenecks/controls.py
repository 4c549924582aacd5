"""The row above the cards: by which dimension losses are looked for, against which benchmark."""

from dataclasses import replace
from itertools import pairwise

import streamlit as st

from analytics.scope import Scope
from analytics.view.scenario import BENCHMARKS
from ui import answers, session
from ui.bottlenecks import names
from ui.bottlenecks.scenario import try_out
from ui.language import formats, labels
from ui.language.messages import N_, _, _n
from ui.page import filter_bar, markdown

_BENCHMARKS = {
    "past": N_("Own past"),
    "best": N_("Best 25% of segments"),
    "target": N_("Targets"),
}


def controls(scope: Scope) -> bool:
    """The row; returns whether the numbers are asked for as tables too."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _dimension(scope)
        _benchmark(scope)
        if scope.view.scenario.benchmark == "target":
            _targets(scope)
        return st.toggle(_("Show the numbers"), key=session.key("with_loss_table"))


def _dimension(scope: Scope) -> None:
    key = session.key("loss_by")
    every = ""
    st.session_state[key] = scope.view.by or every
    st.selectbox(
        _("Look for losses by"),
        [every, *filter_bar.offered(scope)],
        format_func=lambda name: labels.dimension_label(name) if name else _("Every dimension"),
        width=180,
        key=key,
        on_change=lambda: session.change(by=st.session_state[key] or None),
    )


def _benchmark(scope: Scope) -> None:
    key = session.key("loss_benchmark")
    st.session_state[key] = scope.view.scenario.benchmark
    st.segmented_control(
        _("Held against"),
        BENCHMARKS,
        format_func=lambda name: _(_BENCHMARKS[name]) if name in _BENCHMARKS else name,
        required=True,
        wrap=True,
        key=key,
        on_change=lambda: try_out(lambda tried: replace(tried, benchmark=st.session_state[key])),
    )


def _targets(scope: Scope) -> None:
    """A target for each stage, in percent that should move on in time."""
    targets = dict(scope.view.scenario.targets)
    losses = answers.bottlenecks(scope).losses
    now = {loss.stage: loss.rate for loss in losses if loss.is_of_all}
    label = _n("{n} target", "{n} targets", len(targets))
    with st.popover(label, icon=":material/flag:", key=session.key("targets")):
        st.markdown(
            markdown.gray(
                _(
                    "Percent of the visits that should move on in time. A stage without a target "
                    "is held against its own past."
                )
            )
        )
        for slug, following in pairwise(scope.generation.pipeline.slugs):
            key = session.key(f"target_{slug}")
            st.session_state[key] = targets.get(slug)
            st.number_input(
                _(
                    "{step} (now {rate})",
                    step=markdown.plain(
                        f"{names.stage(scope, slug)} → {names.stage(scope, following)}"
                    ),
                    rate=formats.percent(now.get(slug)),
                ),
                min_value=0.0,
                max_value=100.0,
                value=None,
                step=1.0,
                format="%.1f",
                placeholder=_("No target"),
                key=key,
                on_change=_aim,
                args=(slug, key),
            )
        st.button(
            _("Drop all targets"),
            icon=":material/restart_alt:",
            disabled=not targets,
            on_click=try_out,
            args=(lambda tried: replace(tried, targets=()),),
        )


def _aim(slug: str, key: str) -> None:
    percent = st.session_state[key]
    try_out(lambda tried: tried.aiming(slug, percent))
