"""The list of stays behind the numbers of a stage."""

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, session
from ui.language import formats, labels
from ui.language.messages import N_, _, _n
from ui.leads import MOST_SHOWN
from ui.page import card, markdown, table
from ui.page.table import Column

_OUTCOMES = {
    "advanced": N_("moved on"),
    "lost": N_("lost"),
    "went_back": N_("went back"),
    "open": N_("still there"),
}


def show(scope: Scope, stage: str, count: int) -> None:
    """A switch that shows the stays at a stage, as many as the answer counts, and their CSV."""
    if not st.toggle(
        _n("List the {n} stay", "List the {n} stays", count), key=session.key("stay_list")
    ):
        return
    rows = answers.stays(scope, stage).rows
    table.show(_columns(scope, rows.head(MOST_SHOWN)), height=360)
    if len(rows) > MOST_SHOWN:
        first = _("The first {n} are shown; the CSV has all.", n=formats.number(MOST_SHOWN))
        st.markdown(markdown.gray(first))
    card.download(_("Download as CSV"), lambda: rows, "stays")


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    entered = rows["entered_at"].dt.tz_localize("UTC").dt.tz_convert(scope.zone)
    return [
        Column(_("Company or name"), rows["company"].fillna(rows["lead_id"])),
        Column(_("Owner"), rows["owner"]),
        Column(_("Entered at"), entered.dt.date),
        Column(_("Days there"), (rows["seconds"] / scope.day_seconds).round(1)),
        Column(_("How it ended"), rows["outcome"].map(lambda slug: _(_OUTCOMES[slug]))),
        Column(_("Source"), rows["source"].map(lambda slug: labels.value_label("source", slug))),
    ]
