"""What the cards over time are about, and what both of them say: cohorts, and the trend."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from analytics.funnel.transition import Transition, transition
from analytics.funnel.trend import rate_unit_for
from analytics.scope import Scope
from ui import session
from ui.language import formats, labels
from ui.language.messages import N_, _
from ui.page import markdown, provenance, steps

_UNITS = {"week": N_("By week"), "month": N_("By month"), "quarter": N_("By quarter")}


@dataclass(frozen=True)
class Choice:
    """What the two cards over time are about: a transition, the buckets, lines for `by` or one."""

    asked: Transition
    unit: str
    by: str | None


def controls(scope: Scope, dimension: str) -> Choice:
    """The choice of the transition, the buckets and the breakdown, one row above the cards."""
    slugs = [step.slug for step in scope.steps]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = _pick_start(scope, slugs[:-1])
        to = _pick_end(scope, slugs[slugs.index(since) + 1 :])
        unit = _pick_unit(scope)
        name = markdown.plain(labels.dimension_label(dimension).lower())
        by = st.toggle(_("Lines by {dimension}", dimension=name), key=session.key("trend_by"))
    return Choice(transition(scope, since, to), unit, dimension if by else None)


def _pick_start(scope: Scope, slugs: Sequence[str]) -> str:
    """The step that the rates are of."""
    return st.selectbox(
        _("Of"),
        slugs,
        format_func=lambda slug: steps.label(scope, slug),
        width=190,
        key=session.key(f"since_{scope.view.level}"),
    )


def _pick_end(scope: Scope, slugs: Sequence[str]) -> str:
    """The step led to: the view's where that is possible, and what is chosen becomes the view's."""
    key = session.key(f"to_{scope.view.level}")
    st.session_state[key] = scope.view.stage if scope.view.stage in slugs else slugs[-1]
    return st.selectbox(
        _("that reached"),
        slugs,
        format_func=lambda slug: steps.label(scope, slug),
        width=190,
        key=key,
        on_change=lambda: session.change(stage=st.session_state[key]),
    )


def _pick_unit(scope: Scope) -> str:
    fitting = rate_unit_for(*scope.known_days)
    return st.segmented_control(
        _("By time of entry"),
        list(_UNITS),
        label_visibility="collapsed",
        default=fitting,
        format_func=lambda unit: _(_UNITS[unit]),
        required=True,
        key=session.key(f"unit_{fitting}"),
    )


def newest_against_rest(
    reached: Sequence[int], n: Sequence[int]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """(reached, n) of the newest third of the buckets, and of all before; None for under two."""
    if len(n) < 2:
        return None
    cut = len(n) - max(1, len(n) // 3)
    return (sum(reached[cut:]), sum(n[cut:])), (sum(reached[:cut]), sum(n[:cut]))


def names_of(scope: Scope, asked: Transition) -> dict[str, str]:
    """What the two steps of a transition are called in a sentence."""
    pipeline, level = scope.generation.pipeline, scope.view.level
    return {
        "before": markdown.plain(steps.label(scope, asked.start.slug)),
        "toward": markdown.plain(labels.toward(pipeline, asked.end.slug, level)),
    }


def sentences(scope: Scope, asked: Transition) -> list[tuple[str, str]]:
    """How both cards count."""
    view, days = scope.view, formats.days_between(*scope.days)
    return [
        (_("Counted:"), _("leads by the day they entered, in {days}.", days=days)),
        (_("Rate:"), _("those that converted {toward}, of {before}.", **names_of(scope, asked))),
        *provenance.reaching(view),
        (_("95% interval:"), _("Wilson's method.")),
        (
            _("In the title:"),
            _(
                "the newest third of what is mature against all before it, significant at the 95% "
                "level."
            ),
        ),
    ]
