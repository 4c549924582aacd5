"""The list of leads behind a number: found by what they are called, and by how they stand."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.funnel import leads
from analytics.listing import Listing
from analytics.scope import Scope
from ui import answers, session
from ui.board import board
from ui.language import formats, labels, periods, phones
from ui.language.messages import N_, N_p, _, _n, _p
from ui.leads import words
from ui.page import card, long_list, markdown, provenance, steps, table
from ui.page.table import Column

STATES = {
    "open": N_p("how leads stand", "Open"),
    "won": N_p("how leads stand", "Won"),
    "lost": N_p("how leads stand", "Lost"),
    "all": N_p("how leads stand", "All"),
}
"""How a lead stands, and the tab that lists those."""

ROWS = 10
"""How many leads a page of the list has."""

_SCREENED = ("screening", "screening_reason")
_NAME, _SOUGHT, _STATE = "leads", "sought", "state"
_BY_VALUE = "value desc nulls last, created_at desc, lead_id"


def search() -> str:
    """The search box; what is sought."""
    return st.text_input(
        _("Search"),
        placeholder=_("Company, name, phone, email"),
        icon=":material/search:",
        help=_("Capitals and accents do not matter."),
        label_visibility="collapsed",
        width=330,
        key=session.key("lead_search"),
        on_change=session.change,
        kwargs={"list_page": 1},
    )


def state_picker(scope: Scope) -> None:
    """Which leads: the open ones, those won or lost, or all."""
    key = session.key("lead_state")
    st.session_state[key] = state_of(scope)
    st.segmented_control(
        _("Which leads"),
        list(STATES),
        format_func=lambda state: _p(*STATES[state]),
        label_visibility="collapsed",
        required=True,
        key=key,
        on_change=lambda: session.change(tab=st.session_state[key]),
    )


def step_picker(scope: Scope) -> None:
    """The step that the leads have reached, which is that of the bar that was clicked."""
    key = session.key(f"stage_leads_{scope.view.level}")
    st.session_state[key] = scope.view.stage
    st.selectbox(
        _("Selected step"),
        [None, *(step.slug for step in scope.steps)],
        format_func=lambda slug: _step(scope, slug),
        placeholder=_step(scope, None),  # None is no choice to a widget
        label_visibility="collapsed",
        width=190,
        key=key,
        on_change=lambda: steps.choose(scope, st.session_state[key]),
    )


def state_of(scope: Scope) -> str:
    """How the leads stand that are listed: the open ones, which are those to work with.

    The link may say others; and where it says a step, it is of all leads that the step counts.
    """
    if scope.view.tab in STATES:
        return str(scope.view.tab)
    return "open" if scope.view.stage is None else "all"


def listed(scope: Scope, sought: str) -> Listing:
    """The leads of the page, those of the most value first."""
    return _listed(answers.leads(scope), state_of(scope), sought)


def show(scope: Scope, found: Listing, rows: pd.DataFrame, sought: str) -> None:
    """The card: the leads of one page of the list."""
    title = _title(scope, found, sought) if len(rows) else _nobody(sought)
    how = provenance.how_asked("leads", lambda: provenance.funnel(scope), found.asked, rows)
    with card.card(title, _("The most value first. A click on a name opens it."), how=how):
        if not len(rows):
            st.markdown(_instead(sought))
            return
        board.show(
            _headings(rows),
            [_row(scope, lead, rows) for lead in rows.itertuples(index=False)],
            caption=markdown.spoken(title),
            key=long_list.key(found, "leads"),
            on_pick=_open,
        )
        long_list.turn_in_link(found, _NAME, ROWS)


def files(scope: Scope, found: Listing, sought: str) -> None:
    """The files of what is listed."""
    long_list.files(scope, found, FILE, {_SOUGHT: sought or None, _STATE: state_of(scope)})


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The whole list in pieces, for a file; `about` is what is sought, and how the leads stand."""
    found = _listed(leads.listing(scope), about.get(_STATE, "all"), about.get(_SOUGHT, ""))
    for rows in found.pieces():
        yield table.frame(_columns(scope, rows))


def _tells(_scope: Scope, about: Mapping[str, str]) -> list[tuple[str, str]]:
    sought, state = about.get(_SOUGHT, "").strip(), STATES[about.get(_STATE, "all")]
    return [*([(_("Search:"), sought)] * bool(sought)), (_("State:"), _p(*state))]


FILE = long_list.File(_NAME, N_("Leads"), file, _tells)


def _listed(everybody: Listing, state: str, sought: str) -> Listing:
    found = everybody.ordered(_BY_VALUE)
    if state != "all":
        found = found.where("state = $lead_state", lead_state=state)
    names = ("lead_id", "name", "company", "owner", "email")
    return found.containing(sought, *names, phones=("phone",))


def _step(scope: Scope, slug: str | None) -> str:
    if slug is None:
        return _("Any step")
    return steps.label(scope, slug)


def _title(scope: Scope, found: Listing, sought: str) -> str:
    count, state = answers.count(found), state_of(scope)
    if sought.strip():
        return _n("{n} lead fits the search", "{n} leads fit the search", count)
    if scope.view.stage is not None and state == "all":
        step = markdown.plain(steps.label(scope, scope.view.stage))
        return _n("{n} lead reached {step}", "{n} leads reached {step}", count, step=step)
    about = {"period": _("all data") if scope.is_whole else periods.within(*scope.days)}
    if state == "open":
        return _n("{n} lead of {period} is open", "{n} leads of {period} are open", count, **about)
    if state == "won":
        return _n("{n} lead of {period} is won", "{n} leads of {period} are won", count, **about)
    if state == "lost":
        return _n("{n} lead of {period} is lost", "{n} leads of {period} are lost", count, **about)
    return _n("{n} lead of {period}", "{n} leads of {period}", count, **about)


def _nobody(sought: str) -> str:
    return _("No lead fits the search") if sought.strip() else _("No lead stands so here")


def _instead(sought: str) -> str:
    """What to do where no lead is listed: the leads of the view stand otherwise, or are others."""
    if sought.strip():
        return _(
            "Try fewer letters or digits, choose **All** above, or a longer period: only the leads "
            "of this view are searched."
        )
    return _("Choose **All** above, another step, or a longer period.")


def _has_ticks(rows: pd.DataFrame) -> bool:
    return bool(rows[list(words.TICKS)].notna().any().any())


def _has_verdicts(rows: pd.DataFrame) -> bool:
    """Whether screening found something against any of them."""
    return bool(rows["screening_reason"].notna().any())


def _has(rows: pd.DataFrame, name: str) -> bool:
    """Whether it is known of any of the leads: else their list has no column of it."""
    return bool(rows[name].notna().any())


def _value(lead: "pd.Series[object]") -> board.Text:
    return board.Text(formats.money(lead.amount, str(lead.currency)), strong=True)


def _headings(rows: pd.DataFrame) -> list[board.Column]:
    ticks = [board.Column(_("Can it buy?"), secondary=True)] * _has_ticks(rows)
    heat = [board.Column(_("Temperature"), secondary=True, on_cards=True)] * words.has_heat(rows)
    return [
        board.Column(_("Company, contact")),
        *[board.Column(_("Phone"))] * words.has_phone(rows),
        *[board.Column(_("Source"), secondary=True, on_cards=True)] * _has(rows, "source"),
        *heat,
        *ticks,
        *[board.Column(labels.dimension_label("screening"))] * _has_verdicts(rows),
        board.Column(_("Now at")),
        *[board.Column(_("Value"), right=True)] * _has(rows, "amount"),
        *[board.Column(_("Owner"), secondary=True, on_cards=True)] * _has(rows, "owner"),
    ]


def _row(scope: Scope, lead: "pd.Series[object]", rows: pd.DataFrame) -> board.Row:
    ticks = [words.ticks(lead)] * _has_ticks(rows)
    heat = [words.temperature(lead)] * words.has_heat(rows)
    return board.Row(
        [
            words.who(lead),
            *[words.phone(lead)] * words.has_phone(rows),
            *[words.source(lead)] * _has(rows, "source"),
            *heat,
            *ticks,
            *[words.verdict(lead)] * _has_verdicts(rows),
            _standing(scope, lead),
            *[_value(lead)] * _has(rows, "amount"),
            *[words.owner(lead)] * _has(rows, "owner"),
        ],
        id=str(lead.lead_id),
        chosen=scope.view.lead == lead.lead_id,
    )


def _standing(scope: Scope, lead: Any) -> board.Text:
    """Where a lead is, and for how long; of one that was lost why, where that is known."""
    stage = str(lead.stage)
    if isinstance(lead.reasons, str):
        kinds = labels.reasons_label(scope.generation.pipeline, lead.reasons)
        return board.Text(words.stage_name(scope, stage), note=kinds)
    return words.standing(scope, stage, float(lead.days_in_stage))


def _open(lead_id: str) -> None:
    session.change(lead=lead_id)


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    """The leads as a file: words for slugs, local times, and how to reach each of them."""
    zone = scope.zone
    stages = {slug: words.stage_name(scope, slug) for slug in rows["stage"].unique()}
    created, since = (
        rows[name].dt.tz_localize("UTC").dt.tz_convert(zone)
        for name in ("created_at", "stage_entered_at")
    )
    pipeline = scope.generation.pipeline
    reasons = {
        kinds: labels.reasons_label(pipeline, kinds) for kinds in rows["reasons"].dropna().unique()
    }
    states = {state: _p(*marked) for state, marked in STATES.items()}
    numbers = [phones.shown(each) if isinstance(each, str) else None for each in rows["phone"]]
    values = {
        dimension: rows[dimension].map(
            {
                each: labels.value_label(dimension, each)
                for each in rows[dimension].dropna().unique()
            }
        )
        for dimension in ("temperature", "source", "channel", "industry", *_SCREENED)
    }
    screened = [
        *(Column(labels.dimension_label(name), values[name]) for name in _SCREENED),
        Column(_("Repeats lead"), rows["duplicate_of"]),
    ]
    answered = {True: _("yes"), False: _("no")}
    return [
        Column(_("Company"), rows["company"]),
        Column(_("Contact"), rows["name"]),
        Column(_("Phone"), numbers),
        Column(_("Email"), rows["email"]),
        Column(_("Temperature"), values["temperature"]),
        *(
            Column(_(heading).capitalize(), rows[name].astype(object).map(answered))
            for name, heading in words.TICKS.items()
        ),
        Column(_("State"), rows["state"].map(states)),
        Column(_("Now at"), rows["stage"].map(stages)),
        Column(_("Reason"), rows["reasons"].map(reasons)),
        Column(_("Since"), since),
        Column(_("Days there"), rows["days_in_stage"].round(1)),
        Column(_("Amount"), rows["amount"]),
        Column(_("Currency"), rows["currency"].where(rows["amount"].notna())),
        Column(_("Owner"), rows["owner"]),
        Column(_("Team"), rows["team"]),
        Column(_("Source"), values["source"]),
        Column(_("Channel"), values["channel"]),
        Column(_("Campaign"), rows["campaign"]),
        Column(_("Region"), rows["region"]),
        Column(_("Industry"), values["industry"]),
        Column(_("Created"), created),
        Column(_("Lead id"), rows["lead_id"]),
        *(screened if "screening" in scope.generation.dimensions else []),
    ]
