"""The stages of the plan: a new one, and their order."""

import re
from dataclasses import replace

import streamlit as st

from data.pipeline import GROUPS, Pipeline, Stage
from data.values.text import plain as letters
from ui import session
from ui.data.wizard import choice
from ui.data.wizard.plan import Plan, PlannedFile
from ui.language import current, labels
from ui.language.messages import _
from ui.page import card
from ui.page.markdown import gray, plain

_ASKED = "wizard_new_stage"


def ask(plan: Plan, file: PlannedFile | None = None, status: str = "") -> None:
    """Has the dialog for a new stage opened by the next run; `status` will then be that stage."""
    st.session_state[_ASKED] = (file, status)


def dialog(plan: Plan) -> None:
    """The dialog, where one was asked for."""
    if _ASKED in st.session_state:
        file, status = st.session_state[_ASKED]
        st.dialog(_("A new stage"), on_dismiss=_dismiss)(_form)(plan, file, status)


def _dismiss() -> None:
    st.session_state.pop(_ASKED, None)


def _form(plan: Plan, file: PlannedFile | None, status: str) -> None:
    current.use(session.view().lang if session.entered() else current.lang())
    name = st.text_input(_("Name"), value=status, max_chars=60, key=session.key("new_stage_name"))
    groups = {group: labels.group_label(group) for group in GROUPS}
    group = st.selectbox(
        _("Part of the funnel"),
        list(groups),
        index=1,
        format_func=lambda each: groups.get(each, str(each)),
        key=session.key("new_stage_group"),
    )
    st.markdown(gray(_("It comes last in its part; its place can be changed afterwards.")))
    if st.button(
        _("Add the stage"),
        type="primary",
        disabled=not name.strip(),
        key=session.key("new_stage_add"),
    ):
        slug = add(plan, name.strip(), group)
        if file is not None and status:
            file.say(status, slug)
        _dismiss()
        st.rerun()


def add(plan: Plan, name: str, group: str) -> str:
    """Adds a stage as the last one of its group, and says its slug."""
    pipeline = plan.pipeline
    taken = {*pipeline.slugs, *pipeline.exit_slugs}
    base = re.sub(r"[^a-z0-9]+", "_", letters(name)).strip("_")[:40] or "stage"
    slug = next(
        each for number in range(1, len(taken) + 2)
        if (each := base if number == 1 else f"{base}_{number}") not in taken
    )  # fmt: skip
    ranks = [GROUPS.index(stage.group) for stage in pipeline.stages]
    place = sum(rank <= GROUPS.index(group) for rank in ranks)
    stage = Stage(slug, group, (("en", name), ("vi", name)))
    _settle(plan, (*pipeline.stages[:place], stage, *pipeline.stages[place:]))
    return slug


def move(plan: Plan, slug: str, by: int) -> None:
    """Moves a stage up (-1) or down (1) within its group."""
    stages = list(plan.pipeline.stages)
    place = plan.pipeline.slugs.index(slug)
    if can_move(plan.pipeline, slug, by):
        stages[place], stages[place + by] = stages[place + by], stages[place]
        _settle(plan, tuple(stages))


def can_move(pipeline: Pipeline, slug: str, by: int) -> bool:
    """Whether there is a stage of its group to change places with."""
    place = pipeline.slugs.index(slug) + by
    own = pipeline.stages[place - by].group
    return 0 <= place < len(pipeline.stages) and pipeline.stages[place].group == own


def whose(plan: Plan) -> None:
    """Asks whether the stages of the file count or those of the store, where they differ."""
    offered = plan.offered
    if offered is None:
        return
    pipelines = {"own": offered, "usual": plan.usual}
    names = {"own": _("Those of the file"), "usual": _("Those of your funnel")}
    with card.card(_("Whose stages are they?"), _("The file has stages that your funnel has not.")):
        choice.one_of(
            _("Whose stages are they?"),
            names,
            "usual" if plan.other is None else "own",
            "whose",
            lambda which: plan.choose(offered if which == "own" else None),
            [" → ".join(_names(pipeline)) for pipeline in pipelines.values()],
        )


def _names(pipeline: Pipeline) -> list[str]:
    return [plain(labels.stage_label(pipeline, slug)) for slug in pipeline.slugs]


def order(plan: Plan) -> None:
    """The stages in their order, each with the way up and down."""
    for stage in plan.pipeline.stages:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            name = labels.stage_label(plan.pipeline, stage.slug)
            st.markdown(f"{plain(name)} {gray(labels.group_label(stage.group))}")
            st.space("stretch")
            for by, icon, label in (
                (-1, "arrow_upward", _("Move {stage} up", stage=name)),
                (1, "arrow_downward", _("Move {stage} down", stage=name)),
            ):
                st.button(
                    label,
                    icon=f":material/{icon}:",
                    type="tertiary",
                    disabled=not can_move(plan.pipeline, stage.slug, by),
                    on_click=move,
                    args=(plan, stage.slug, by),
                    key=session.key(f"icon_move_{by}_{stage.slug}"),
                )
    st.button(
        _("Add a stage"),
        icon=":material/add:",
        on_click=ask,
        args=(plan,),
        key=session.key("wizard_add_stage"),
    )


def _settle(plan: Plan, stages: tuple[Stage, ...]) -> None:
    plan.other = replace(plan.pipeline, stages=stages)
