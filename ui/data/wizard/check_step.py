"""The last step: what a load will do, made whole and not kept; then the load itself."""

from functools import partial
from pathlib import Path

import streamlit as st

from data import audit
from data.errors import StoreError
from data.load.findings import Finding
from data.load.summary import Summary
from data.load.trial import Refused, Trial
from data.store import Store
from data.values.dates import AmbiguousDates
from ui import session
from ui.data.wizard import choice, columns_step, forecast, outcome, reading, saved, stepper, words
from ui.data.wizard.plan import Plan
from ui.language import formats, loading
from ui.language.messages import N_, _, _n
from ui.page import card, layout
from ui.page.markdown import gray, plain

_MODES = {
    "merge": (
        N_("Add to what is there"),
        N_("Leads with an id that is there are brought up to date."),
    ),
    "replace": (N_("Replace all of it"), N_("The data before stays as a version.")),
}
_NOTICED = ("known_from_status",)
"""Findings that a notice says already."""

_SHOWN = 5  # refused rows on the screen; the file has all


def show(store: Store, plan: Plan) -> bool:
    """What would come of it, and the button that loads. Returns whether it was loaded."""
    found = reading.tried(store, plan)
    if isinstance(found, StoreError):
        _failed(plan, found)
        stepper.bar(plan, ready=False, label=_("Load"))
        return False
    left, right = layout.split(1, 1, name="check")
    with left:
        _report(store, plan, found)
        _refused(store, plan, found)
    with right:
        forecast.draw(
            plan, forecast.of_trial(plan, found), _("The funnel as it will be"),
            _n("Of {n} lead.", "Of {n} leads.", next(iter(found.reached.values()), 0)), "trial",
        )  # fmt: skip
    _where(store, plan)
    saved.keep(store, plan)
    _for_the_command_line(plan)
    is_ready = found.summary.loaded > 0
    if brings_leads(plan) and found.is_empty_funnel:
        st.warning(
            _("No lead would reach a second step: the funnel would have one bar, and no rate."),
            icon=":material/warning:",
        )
        choice.is_ticked(
            _("That is meant: this file only says who the leads are, and not how far they came."),
            plan.is_meant,
            "meant",
            partial(setattr, plan, "is_meant"),
        )
        is_ready = is_ready and plan.is_meant
    label = _n("Load {n} row", "Load {n} rows", found.summary.loaded)
    progress = st.container()  # above the buttons: below them it may be out of sight
    if not stepper.bar(plan, ready=is_ready, label=label):
        return False
    with progress:
        return _load(store, plan)


def brings_leads(plan: Plan) -> bool:
    """Whether any file is about leads, and so about a funnel."""
    return any(file.kind in ("leads", "stage_history") for file in plan.files)


def _load(store: Store, plan: Plan) -> bool:
    try:
        summary = reading.load_all(store, plan)
    except StoreError as error:
        st.error(outcome.why(error), icon=":material/error:")
        return False
    files = [file.name for file in plan.files]
    made, rows, who = store.current(), summary.loaded, session.visitor().name
    audit.write(store, "loaded", who, generation=made, rows=rows, files=files)
    outcome.keep(summary)
    return True


def _failed(plan: Plan, error: StoreError) -> None:
    """Why it cannot be loaded, and what answers it where that is a question."""
    with card.card(_("It cannot be loaded like this"), _("Nothing has been changed.")):
        st.error(outcome.why(error), icon=":material/error:")
        if isinstance(error, AmbiguousDates):
            columns_step.order(plan)


def _report(store: Store, plan: Plan, found: Trial) -> None:
    """What will be loaded and what not, and all that is worth a look before that."""
    summary = found.summary
    title = _n("{n} row will be loaded", "{n} rows will be loaded", summary.loaded)
    if summary.refused:
        title += _(", {n} refused", n=formats.number(summary.refused))
    with card.card(title, _("No row is dropped without a word.")):
        st.markdown(sums(summary))
        for notice in summary.notices:
            _line("info", plain(loading.notice(notice)))
        findings = [each for each in found.findings if each.code not in _NOTICED]
        for each in findings:
            _finding(store, plan, each)
        if not findings:
            _line("check_circle", _("Nothing else needs a look."))


def sums(summary: Summary) -> str:
    """That every row that was read is accounted for: `400 read = 398 loaded + 2 refused + 0 …`."""
    return _(
        "{read} rows read = **{loaded} loaded** + {refused} refused + {left_out} left out",
        read=formats.number(summary.read),
        loaded=formats.number(summary.loaded),
        refused=formats.number(summary.refused),
        left_out=formats.number(sum(summary.left_out.values())),
    )


def _line(icon: str, text: str) -> None:
    colour = {"check_circle": "green", "help": "orange", "warning": "orange"}.get(icon, "gray")
    st.markdown(f":{colour}[:material/{icon}:] {text}")


def _finding(store: Store, plan: Plan, found: Finding) -> None:
    """What was found: how often, where, and all of it as a file."""
    count = f":orange[:material/warning:] **{formats.number(found.count)}**"
    with st.expander(
        f"{count} {words.finding(found.code)}",
        key=session.key(f"wizard_finding_{found.code}"),
    ):
        st.markdown("\n".join(f"- {plain(example)}" for example in found.examples))
        _file(reading.lists(store, plan) / f"{found.code}.csv")


def _refused(store: Store, plan: Plan, found: Trial) -> None:
    """The rows and cells that will be refused: the first ones, and all of them as a file."""
    if not found.refused:
        return
    count = found.summary.refused + found.summary.cells
    title = _n("{n} row or value is refused", "{n} rows or values are refused", count)
    with card.card(title, outcome.reasons(found.summary)):
        st.markdown("\n".join(f"- {_where_it_is(each)}" for each in found.refused[:_SHOWN]))
        _file(reading.lists(store, plan) / "refused.csv")


def _where_it_is(each: Refused) -> str:
    """Where a refused row or cell is, and why: `leads.csv, line 5, Created: “31/02/2026”. …`."""
    parts = [plain(each.file)]
    if each.line is not None:
        parts.append(_("line {line}", line=formats.number(each.line)))
    if each.column:
        parts.append(plain(each.column))
    value = f": “{plain(each.value[:60])}”" if each.value else ""
    return f"{', '.join(parts)}{value}. {gray(loading.reason(each.reason))}"


def _file(path: Path) -> None:
    """A list that the trial has written, to take away."""
    if path.exists():
        st.download_button(
            _("All of them as CSV"),
            data=path.read_bytes,
            file_name=path.name,
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key=session.key(f"wizard_list_{path.stem}"),
        )


def _where(store: Store, plan: Plan) -> None:
    """Whether to add or to replace, where there is anything to add to."""
    if not plan.is_added_to:
        if store.current() is not None and not store.generation().is_outdated:
            st.markdown(gray(_("It takes the place of the sample, which stays as a version.")))
        return
    with card.card(_("Where does it go?")):
        choice.one_of(
            _("What is there already"),
            {mode: _(label) for mode, (label, _why) in _MODES.items()},
            plan.mode,
            "mode",
            partial(setattr, plan, "mode"),
            [_(why) for _label, why in _MODES.values()],
        )


def _for_the_command_line(plan: Plan) -> None:
    with st.expander(_("This mapping as a file, for the command line")):
        st.code(plan.mapping().to_toml(), language="toml")
