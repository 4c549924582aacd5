"""The steps of the funnel on a page: choosing the level and one step, by mouse or by keyboard."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from analytics.view.parameters import LEVELS
from ui import guest, session
from ui.language import labels
from ui.language.messages import _, _n
from ui.page.markdown import plain


def level(scope: Scope) -> None:
    """The switch between groups and stages; a selected step follows to the other level."""
    pipeline = scope.generation.pipeline
    names = {
        "group": _n("{n} group", "{n} groups", len(pipeline.steps("group"))),
        "stage": _n("{n} stage", "{n} stages", len(pipeline.stages)),
    }
    key = session.key("level")
    st.session_state[key] = scope.view.level
    st.segmented_control(
        _("Level"),
        list(LEVELS),
        format_func=lambda option: names.get(option, option),
        label_visibility="collapsed",
        required=True,
        disabled=not guest.may_move("level"),
        key=key,
        on_change=_change_level,
        args=(scope, key),
    )


def picker(
    scope: Scope,
    name: str,
    *,
    asks: str | None = None,
    required: bool = False,
    pressed: str | None = None,
) -> None:
    """The choice of one step, which is also what a click on its bar does.

    `asks` is what stands above it, where the page does not say what the choice does. `pressed` is
    the step that is shown where the view has none.
    """
    key = session.key(f"stage_{name}_{scope.view.level}")
    slugs = [step.slug for step in scope.steps]
    st.session_state[key] = pressed or scope.view.stage or (slugs[0] if required else None)
    st.pills(
        asks or _("Selected step"),
        slugs,
        format_func=lambda slug: plain(label(scope, slug)),
        label_visibility="collapsed" if asks is None else "visible",
        required=required or pressed is not None,
        wrap=True,
        key=key,
        on_change=lambda: choose(scope, st.session_state[key]),
    )


def choose(scope: Scope, slug: str | None) -> None:
    """Selects a step, or none; the level goes along: a page may show another than the view's."""
    session.change(level=scope.view.level, stage=slug)


def label(scope: Scope, slug: str) -> str:
    """A step's name on the page."""
    return labels.step_label(scope.generation.pipeline, slug, scope.view.level)


def labelled(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a funnel with `label` and `group` for each step."""
    groups = {step.slug: step.group for step in scope.steps}
    return rows.assign(
        label=[labels.brief(label(scope, slug)) for slug in rows["stage"]],
        group=rows["stage"].map(groups),
    )


def _change_level(scope: Scope, key: str) -> None:
    chosen = st.session_state[key]
    stage = scope.view.stage
    if stage is not None and chosen != scope.view.level:
        pipeline = scope.generation.pipeline
        now = {step.slug: step for step in pipeline.steps(scope.view.level)}[stage]
        stage = now.opened_by if chosen == "stage" else now.group
    session.show(replace(session.view(), level=chosen, stage=stage))
