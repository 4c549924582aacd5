"""The third step: which stage each status is, and which channel each source belongs to."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from data.errors import StoreError
from data.mapping.statuses import suggest_channel
from data.store import Store
from data.values.channels import channel_slugs
from ui import session
from ui.data.wizard import choice, forecast, reading, stages, stepper, words
from ui.data.wizard.plan import KEEP, STAGE, Plan, PlannedFile
from ui.language import failures, formats, labels
from ui.language.messages import _, _n
from ui.page import card, certainty, layout
from ui.page.markdown import gray, plain

_SHOWN = 12
"""How many values are shown before somebody asks for the rest."""

_SMALL = 50_000
"""Rows of files that are tried out again at every choice, where statuses alone do not tell."""

_NEW = "new-stage"


def show(store: Store, plan: Plan) -> None:
    """The values on the left, the funnel as it will be on the right."""
    try:
        reading.survey_all(plan)
    except StoreError as error:
        st.error(plain(failures.said(error)), icon=":material/error:")
        stepper.bar(plan, ready=False)
        return
    plan.settle()
    stages.dialog(plan)
    stages.whose(plan)
    left, right = layout.split(3, 2, name="values")
    with left:
        asked = [file for file in plan.files if file.statuses]
        for file in asked:
            _statuses(plan, file)
        if not asked:
            _no_status(plan)
    with right:
        _forecast(store, plan)
    _own_stages(plan)
    _sources(plan)
    stepper.bar(plan)


def _statuses(plan: Plan, file: PlannedFile) -> None:
    """Every status with its rows, how sure the suggestion is, and the stage it means."""
    values = file.statuses
    open_ = [status for status, _rows in values if _is_unclear(plan, file, status)]
    header = plain(file.header_of("stage") or "")
    title = _("Which stage is each status?")
    said = _n(
        "Column {header} has {n} value.", "Column {header} has {n} values.",
        len(values), header=f"**{header}**",
    )  # fmt: skip
    said += " " + (
        _n("Look at {n} of them: it is not known.", "Look at {n} of them: they are not known.",
           len(open_))
        if open_
        else _("All of them are known.")
    )  # fmt: skip
    options = _stage_options(plan)
    with card.card(title, said, anchor=f"statuses-{plan.files.index(file)}"):
        _folded(values, f"statuses {file.path}", partial(_status, plan, file, options))
        if len(open_) > 1:
            st.button(
                _("Leave those {n} as they are", n=formats.number(len(open_))),
                icon=":material/done_all:",
                on_click=_leave,
                args=(file, open_),
                key=session.key(f"wizard_leave_{plan.files.index(file)}"),
            )
        if file.is_snapshot and any(
            plan.stage_of(file, status) in plan.pipeline.exit_slugs for status, _rows in values
        ):
            st.markdown(
                gray(
                    _(
                        "A status of a lost lead does not say at which step it was lost: Pheu "
                        "counts it as lost, and does not guess the step."
                    )
                )
            )


def _is_unclear(plan: Plan, file: PlannedFile, status: str) -> bool:
    """Whether nobody knows what a status means: no name is near, and the reader has not said it."""
    return status not in file.settled and not plan.stage_of(file, status)


def _leave(file: PlannedFile, statuses: Sequence[str]) -> None:
    for status in statuses:
        file.say(status, KEEP)


def _stage_options(plan: Plan) -> dict[str, str]:
    pipeline = plan.pipeline
    found = {slug: labels.stage_label(pipeline, slug) for slug in pipeline.slugs}
    found |= {
        slug: _("Left: {exit}", exit=labels.stage_label(pipeline, slug))
        for slug in pipeline.exit_slugs
    }
    return found | {KEEP: _("Not counted, only kept"), _NEW: _("A new stage…")}


def _status(plan: Plan, file: PlannedFile, options: dict[str, str], status: str, rows: int) -> None:
    told, chosen = st.columns([3, 2], vertical_alignment="center", gap="small")
    with told:
        st.markdown(f"**{plain(status)}** {gray(words.rows(rows))} {_badge(plan, file, status)}")
    with chosen:
        choice.select(
            _("Which stage is {status}?", status=status),
            options,
            plan.stage_of(file, status),
            f"status {file.path} {status}",
            partial(_choose_stage, plan, file, status),
            seen=False,
        )


def _choose_stage(plan: Plan, file: PlannedFile, status: str, slug: str) -> None:
    if slug == _NEW:
        stages.ask(plan, file, status)
    else:
        file.say(status, slug)


def _badge(plan: Plan, file: PlannedFile, status: str) -> str:
    """How sure the stage of a status is: as suggested, or since the reader chose it."""
    found = plan.suggested_stage(file, status)
    if status in file.settled and plan.stage_of(file, status) != found.slug:
        return _yours()
    return certainty.badge(words.SUGGESTED[found.certainty])


def _yours() -> str:
    said = _("your choice")
    return f":gray-badge[:material/person: {said}]"


def _no_status(plan: Plan) -> None:
    """Says where the stages come from when no column has statuses."""
    dated = [
        word.removeprefix(STAGE)
        for file in plan.files
        for word in file.meanings.values()
        if word.startswith(STAGE)
    ]
    if dated:
        names = ", ".join(plain(labels.stage_label(plan.pipeline, slug)) for slug in dated)
        said = _("Columns with dates say it: {stages}.", stages=names)
        with card.card(_("No status needs a stage"), said):
            pass
        return
    with card.card(
        _("No column says where the leads are"),
        _("Without a status or dates of stages every lead stays at the first step."),
    ):
        pass


def _own_stages(plan: Plan) -> None:
    """The stages themselves: their order, and new ones; looked at when somebody asks."""
    folded = st.expander(
        _("The stages of the funnel, and their order"),
        key=session.key("wizard_stages"),
        on_change="rerun",
    )
    if folded.open:
        with folded:
            stages.order(plan)


def _sources(plan: Plan) -> None:
    """Every source with its rows and its channel."""
    values = plan.sources()
    if not values:
        return
    options = {slug: labels.value_label("channel", slug) for slug in channel_slugs()}
    options.setdefault("other", labels.value_label("channel", "other"))
    if plan.has_medium:
        options = {"": _("As its medium says"), **options}
    with card.card(
        _("Which channel is each source?"),
        _n("{n} source.", "{n} sources.", len(values)),
        anchor="sources",
    ):
        _folded(values, "sources", partial(_source, plan, options))


def _source(plan: Plan, options: dict[str, str], source: str, rows: int) -> None:
    told, chosen = st.columns([3, 2], vertical_alignment="center", gap="small")
    if source in plan.channels:
        badge = _yours()
    elif plan.has_medium:
        badge = ""
    else:
        badge = certainty.badge(words.SUGGESTED[suggest_channel(source).certainty])
    with told:
        st.markdown(f"**{plain(source)}** {gray(words.rows(rows))} {badge}")
    with chosen:
        choice.select(
            _("Which channel is {source}?", source=source),
            options,
            plan.channel_of(source),
            f"source {source}",
            partial(plan.sort, source),
            seen=False,
        )


def _folded(values: Sequence[tuple[str, int]], name: str, draw: Callable[[str, int], None]) -> None:
    """The most frequent values, and the others when somebody asks for them."""
    for value, rows in values[:_SHOWN]:
        draw(value, rows)
    rest = values[_SHOWN:]
    if not rest:
        return
    folded = st.expander(
        _n("{n} other value, less frequent", "{n} other values, less frequent", len(rest)),
        key=choice.key_of(f"rest {name}"),
        on_change="rerun",
    )
    if folded.open:
        with folded:
            for value, rows in rest:
                draw(value, rows)


def _forecast(store: Store, plan: Plan) -> None:
    """The funnel as it will be: at once from statuses, else from a trial where that is quick."""
    title = _("The funnel will look like this")
    rows = forecast.of_statuses(plan)
    total = sum(file.survey.rows for file in plan.files if file.survey is not None)
    if rows is not None:
        said = _n("From {n} row; it follows your choices.", "From {n} rows; it follows your "
                  "choices.", total)  # fmt: skip
        forecast.draw(plan, rows, title, said, "forecast")
        return
    if total > _SMALL and not reading.is_tried(store, plan):
        with card.card(title, _("The next step counts it from all rows.")):
            return
    found = reading.tried(store, plan)
    if isinstance(found, StoreError):
        with card.card(title):
            st.info(plain(failures.said(found)), icon=":material/help:")
        return
    forecast.draw(plan, forecast.of_trial(plan, found), title, _("Counted from all rows."),
                  "forecast")  # fmt: skip
