"""The list of leads behind a number, and the story of the one that is chosen."""

from collections.abc import Iterator, Mapping

import pandas as pd
import streamlit as st

from analytics.funnel import leads as lead_answers
from analytics.leads import story as stories
from analytics.listing import Listing
from analytics.scope import Scope
from ui import answers, charts, session
from ui.language import formats, labels, quantities
from ui.language.messages import _, _n
from ui.page import card, long_list, markdown, steps, table
from ui.page.table import Column

_NAME = "leads"
_SOUGHT = "sought"


def show(scope: Scope) -> str | None:
    """The list, to search, turn over and download; returns the id of the chosen lead."""
    everybody = answers.leads(scope)
    all_leads = answers.count(everybody)
    step = scope.view.stage or scope.steps[0].slug
    name = markdown.plain(steps.label(scope, step))
    title = _n("{n} lead reached {step}", "{n} leads reached {step}", all_leads, step=name)
    with card.card(title, _("The same leads that the funnel counts, the latest first.")):
        sought = st.text_input(
            _("Search"),
            placeholder=_("Id, name, company, owner"),
            icon=":material/search:",
            label_visibility="collapsed",
            key=session.key("lead_search"),
        )
        found = _containing(everybody, sought)
        rows = long_list.rows(found, _NAME)
        event = table.show(
            _columns(scope, rows),
            key=long_list.key(found, f"lead_table_{long_list.number(found, _NAME)}"),
            on_select="rerun",
            selection_mode="single-row",
            height=560,
            alt=title,
        )
        _below(scope, found, sought, all_leads)
    chosen = event["selection"]["rows"]
    if chosen and chosen[0] < len(rows):
        return str(rows["lead_id"].iat[chosen[0]])
    return str(rows["lead_id"].iat[0]) if len(rows) else None


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The whole list in pieces, for a file; `about` is what is sought in it."""
    return _containing(lead_answers.listing(scope), about.get(_SOUGHT, "")).pieces()


def story(scope: Scope, lead_id: str | None) -> None:
    """Who a lead is and what happened to it, first thing first."""
    if lead_id is None:
        with card.card(_("No lead is called that"), _("Search for something else.")):
            return
    person = stories.contact(scope.generation, lead_id).iloc[0]
    title = markdown.plain(_first_known(person["company"], person["name"], lead_id))
    with card.card(title, markdown.plain(_about(scope, person))):
        moves = _moves(scope, lead_id)
        still = _still(scope, moves)
        figure = charts.timeline(moves, card.look(), still=still)
        card.chart(figure, "story", alt=_("The lead's way through the stages"))


def _moves(scope: Scope, lead_id: str) -> pd.DataFrame:
    """One row per stage entered by `as_of`, with ready texts for the timeline."""
    events = stories.history(scope.generation, lead_id)
    events = events[(events["kind"] != "touch") & (events["happened_at"] <= scope.as_of)]
    pipeline = scope.generation.pipeline
    groups = {stage.slug: stage.group for stage in pipeline.stages}
    rows: list[dict[str, object]] = []
    for event in events.itertuples(index=False):
        is_stage = event.kind == "stage"
        if is_stage and rows and rows[-1]["slug"] == event.what:
            continue
        if is_stage and len(rows) == 1 and rows[0]["when"] == event.happened_at:
            rows[0]["slug"] = event.what  # being created is entering the first stage
            continue
        source = labels.value_label("source", event.what)
        rows.append(
            {
                "slug": event.what if is_stage else None,
                "label": labels.stage_label(pipeline, event.what)
                if is_stage
                else _("Created, from {source}", source=source),
                "group": groups.get(event.what) if is_stage else "lead",
                "when": event.happened_at,
            }
        )
    moves = pd.DataFrame(rows, columns=["slug", "label", "group", "when"])
    stayed = (moves["when"].shift(-1) - moves["when"]).dt.total_seconds()
    zone = scope.zone.key
    return moves.assign(
        at=[formats.instant(when.to_pydatetime(), zone) for when in moves["when"]],
        stayed=[None if pd.isna(seconds) else quantities.duration(seconds) for seconds in stayed],
    )


def _still(scope: Scope, moves: pd.DataFrame) -> str | None:
    """How long the last stage has lasted, when it is one to move on from."""
    pipeline = scope.generation.pipeline
    last = moves.iloc[-1]
    if last["slug"] in (*pipeline.exit_slugs, pipeline.slugs[-1]):
        return None
    seconds = (scope.as_of - last["when"]).total_seconds()
    return _("{duration} so far", duration=quantities.duration(seconds))


def _about(scope: Scope, person: pd.Series) -> str:
    amount, currency = person["amount"], _first_known(person["currency"], scope.generation.currency)
    parts = [
        person["name"] if isinstance(person["company"], str) else None,
        person["owner"],
        person["phone"],
        person["email"],
        None if pd.isna(amount) else formats.money(float(amount), currency),
    ]
    return " · ".join(part for part in parts if isinstance(part, str) and part)


def _containing(found: Listing, sought: str) -> Listing:
    return found.containing(sought, "lead_id", "name", "company", "owner")


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    """The leads as they are read: words for slugs, days of the store's calendar."""
    pipeline, zone = scope.generation.pipeline, scope.zone
    stages = {slug: labels.stage_label(pipeline, slug) for slug in rows["stage"].unique()}
    created = rows["created_at"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.date
    sources = rows["source"].map(lambda slug: labels.value_label("source", slug))
    names = rows["company"].fillna(rows["name"]).fillna(rows["lead_id"])
    return [
        Column(_("Company or name"), names, width="medium"),
        Column(_("Now at"), rows["stage"].map(stages)),
        Column(_("Days there"), rows["days_in_stage"].round(1), formats.one_decimal),
        Column(_("Owner"), rows["owner"]),
        Column(_("Source"), sources),
        Column(_("Created"), created),
        Column(_("Lead id"), rows["lead_id"]),
    ]


def _below(scope: Scope, found: Listing, sought: str, all_leads: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        fitting = answers.count(found)
        if fitting < all_leads:
            text = _n(
                "{n} of {all} fits the search.",
                "{n} of {all} fit the search.",
                fitting,
                all=formats.number(all_leads),
            )
            st.markdown(markdown.gray(text))
        about = {_SOUGHT: sought or None}
        long_list.below(scope, found, _NAME, _("Download as CSV"), about)


def _first_known(*texts: object) -> str:
    return next(text for text in texts if isinstance(text, str) and text)
