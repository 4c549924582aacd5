"""The list of stays behind the numbers of a stage."""

from collections.abc import Iterator, Mapping

import pandas as pd
import streamlit as st

from analytics.leads import company_names
from analytics.scope import Scope
from analytics.time_in_stage import time_in_stage as stays
from ui import answers, session
from ui.language import labels
from ui.language.messages import N_, _, _n
from ui.page import long_list, table
from ui.page.table import Column

_NAME, _STAGE = "stays", "stage"
_OUTCOMES = {
    "advanced": N_("moved on"),
    "lost": N_("lost"),
    "went_back": N_("went back"),
    "open": N_("still there"),
}


def show(scope: Scope, stage: str, count: int) -> None:
    """A switch that shows the stays at a stage, as many as the answer counts, and their CSV.

    There is none where single leads are not told of.
    """
    if not scope.generation.sight.leads or not st.toggle(
        _n("List the {n} stay", "List the {n} stays", count), key=session.key("stay_list")
    ):
        return
    found = answers.stays(scope, stage)
    rows = long_list.rows(found, _NAME)
    table.show(_columns(scope, rows), height=360)
    with st.container(horizontal=True, vertical_alignment="center"):
        long_list.below(scope, found, FILE, {_STAGE: stage})


def file(scope: Scope, about: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    """The whole list in pieces, for a file; `about` says the stage."""
    for rows in stays.listing(scope, about[_STAGE]).pieces():
        yield table.frame([*_columns(scope, rows), Column(_("Lead id"), rows["lead_id"])])


FILE = long_list.File(_NAME, N_("Stays"), file)


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    company = rows["company"].map(company_names.short, na_action="ignore")
    entered = rows["entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
    return [
        Column(_("Company or name"), company.fillna(rows["lead_id"])),
        Column(_("Owner"), rows["owner"]),
        Column(_("Entered at"), entered.dt.date),
        Column(_("Days there"), (rows["seconds"] / scope.day_seconds).round(1)),
        Column(_("How it ended"), rows["outcome"].map(lambda slug: _(_OUTCOMES[slug]))),
        Column(_("Source"), rows["source"].map(lambda slug: labels.value_label("source", slug))),
    ]
