"""The editor of the criteria: what the company agreed a lead has to be at each stage."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from analytics.criteria.criteria import Criteria
from analytics.scope import Scope
from data import audit
from data.condition import Condition, ConditionError
from data.criteria import CriteriaChanged, agree, criteria_in
from data.criterion import MOST_TEXT, Criterion
from data.errors import StoreError
from data.pipeline import PipelineError
from data.store import Store
from ui import answers, navigation, session
from ui.language import criteria as words
from ui.language import current, failures, formats, labels
from ui.language.messages import N_, _
from ui.page import card
from ui.page.form import Form
from ui.page.markdown import gray, plain

_STAGE, _TURN, _TOLD = "criteria_stage", "criteria_turn", "criteria_told"
_LANGUAGES = {"vi": N_("In Vietnamese"), "en": N_("In English")}
_KINDS = {
    "new": N_("A new version, marked on every trend"),
    "same": N_("A correction of the latest version"),
    "proposed": N_("A proposal, which nobody has agreed on yet"),
}
_FIRST = {"new": N_("What was agreed on"), "proposed": _KINDS["proposed"]}


def show(scope: Scope, store: Store) -> None:
    """A stage to choose, its criterion to write, and what its test would have passed on."""
    pipeline = scope.generation.pipeline
    with card.card(
        _("What a lead has to be at each stage"),
        _("Agreed by marketing and sales. Every agreed version is kept."),
        anchor="criteria",
    ):
        stage = st.selectbox(
            _("Stage"),
            pipeline.slugs,
            format_func=lambda slug: labels.stage_label(pipeline, slug),
            key=session.key(_STAGE),
            width=320,
        )
        written = criteria_in(pipeline, stage)
        for each in written:
            st.markdown(gray(f"{plain(words.agreed(each))}: {plain(words.said(each))}"))
        form = Form(f"criterion_{stage}_{st.session_state.get(_TURN, 0)}")
        _ask(scope, written, form)
        _try(scope, stage, form["test"] or "")
        st.button(
            _("Keep the criterion"),
            type="primary",
            key=form.key("keep"),
            on_click=_keep,
            args=(scope, store, stage, written, form),
        )
        _tell()


def _ask(scope: Scope, written: Sequence[Criterion], form: Form) -> None:
    latest = written[-1] if written else None
    texts = dict(latest.texts) if latest else {}
    with st.container(horizontal=True):
        for lang, label in _LANGUAGES.items():
            st.text_area(
                _(label),
                max_chars=MOST_TEXT,
                height=110,
                key=form.key(f"text_{lang}", texts.get(lang, "")),
            )
    st.text_input(
        _("Test (if it can be told from the data)"),
        placeholder="need and score >= 60",
        help=_(
            "Yes or no: need, budget, authority, timing, has_email, has_phone. Others are "
            'compared: score >= 60, industry in ["retail", "food"], touch.kind in ["webinar"]. '
            "Join them by and, or, not."
        ),
        key=form.key("test", latest.test.text if latest and latest.test else ""),
    )
    kinds = _KINDS if written else _FIRST
    st.radio(
        _("This is"),
        list(kinds),
        format_func=lambda kind: _(kinds[kind]),
        horizontal=True,
        key=form.key("kind", "new"),
    )
    if not _is_proposed(form, latest):
        with st.container(horizontal=True):
            st.text_input(
                _("Agreed by"),
                placeholder=_("Marketing and sales"),
                max_chars=80,
                key=form.key("agreed_by", latest.agreed_by if latest else ""),
            )
            st.date_input(
                _("Agreed on"),
                format=formats.day_field(),
                key=form.key("agreed_on", _day(scope, latest)),
            )


def _is_proposed(form: Form, latest: Criterion | None) -> bool:
    """Whether nobody has agreed on what is written: a proposal that is corrected stays one."""
    is_corrected = form["kind"] == "same" and latest is not None and latest.is_proposed
    return is_corrected or form["kind"] == "proposed"


def _day(scope: Scope, latest: Criterion | None) -> date:
    """The day to begin with: that of the end of the data, never before the version before."""
    day = scope.day(scope.as_of)
    return max(day, latest.agreed_on) if latest and latest.agreed_on else day


def _try(scope: Scope, stage: str, test: str) -> None:
    """What the test that is written would have passed on, of leads that reached the stage."""
    if not test.strip() or stage == scope.generation.pipeline.slugs[-1]:
        return
    try:
        found = answers.criteria(scope.at(replace(scope.view, by=None)), stage, test)
    except ConditionError as error:
        st.error(plain(words.wrong(error)), icon=":material/error:")
        return
    st.markdown(_told(found))


def _told(found: Criteria) -> str:
    rows = found.rows[found.rows["state"] == "tried"]
    if rows.empty:
        return _("No lead that reached this stage in the period was followed long enough.")
    row = rows.iloc[0]
    passed = _(
        "Of {n} leads that reached this stage it passes **{met}** on and holds **{unmet}** back; "
        "of {unknown} it is not known.",
        **{name: formats.number(row[name]) for name in ("n", "met", "unmet", "unknown")},
    )
    if not row["met"] or not row["unmet"]:
        return passed
    return f"{passed} " + _(
        "Of those passed on {share} moved on, of those held back {other}.",
        share=formats.percent(row["met_moved_rate"], 0),
        other=formats.percent(row["unmet_moved_rate"], 0),
    )


def _keep(scope: Scope, store: Store, stage: str, written: Sequence[Criterion], form: Form) -> None:
    """Keeps what is written as a new generation, or shows what is wrong with it."""
    state = st.session_state
    current.use(session.view().lang)
    if not session.visitor().may_load:
        return
    try:
        criteria = _changed(written, form)
        made = agree(store, stage, criteria, seen=scope.generation.pipeline)
    except ConditionError as error:
        state[_TOLD] = ("error", words.wrong(error))
    except PipelineError:
        state[_TOLD] = (
            "error",
            _("Write what the stage means, and a day not before that of the version before."),
        )
    except CriteriaChanged:
        state[_TOLD] = ("error", _("Somebody else has changed it meanwhile. Load the page again."))
    except StoreError as error:
        state[_TOLD] = ("error", failures.said(error))
    else:
        version, who = criteria[-1].version, session.visitor().name
        audit.write(store, "agreed", who, generation=made.number, stage=stage, version=version)
        state[_TURN] = state.get(_TURN, 0) + 1
        state[_TOLD] = ("success", _("It is kept, in data version {number}.", number=made.number))


def _changed(written: Sequence[Criterion], form: Form) -> tuple[Criterion, ...]:
    """All versions of the stage with what the form says. Raises ConditionError."""
    kind, test = form["kind"], (form["test"] or "").strip()
    is_proposed = _is_proposed(form, written[-1] if written else None)
    texts = {lang: (form[f"text_{lang}"] or "").strip() for lang in _LANGUAGES}
    kept = {
        "new": [each for each in written if not each.is_proposed],  # it takes the place of those
        "same": written[:-1],
        "proposed": written,
    }[kind]
    made = Criterion(
        version=kept[-1].version + 1 if kept else 1,
        texts=tuple(sorted((lang, text) for lang, text in texts.items() if text)),
        agreed_by="" if is_proposed else " ".join((form["agreed_by"] or "").split()),
        agreed_on=None if is_proposed else form["agreed_on"],
        test=Condition(test) if test else None,
    )
    return (*kept, made)


def _tell() -> None:
    told = st.session_state.pop(_TOLD, None)
    if told is None:
        return
    kind, text = told
    if kind == "error":
        st.error(plain(text), icon=":material/error:")
        return
    st.success(text, icon=":material/check_circle:")
    with st.container(horizontal=True, gap="medium"):
        navigation.link("quality", _("See who meets it →"))
        navigation.link("definitions", _("See all criteria →"))
