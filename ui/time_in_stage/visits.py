"""The list of stays behind the numbers of a stage."""

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, session
from ui.language import formats, labels
from ui.language.messages import N_, _, _n
from ui.leads import MOST_SHOWN
from ui.page import card, markdown

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
    card.table(_readable(scope, rows.head(MOST_SHOWN)), height=360)
    if len(rows) > MOST_SHOWN:
        first = _("The first {n} are shown; the CSV has all.", n=formats.number(MOST_SHOWN))
        st.markdown(markdown.gray(first))
    card.download(_("Download as CSV"), lambda: rows, "stays")


def _readable(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The stays as they are read; numbers stay numbers, so that the table sorts by them."""
    zone = scope.zone
    return pd.DataFrame(
        {
            _("Company or name"): rows["company"].fillna(rows["lead_id"]),
            _("Owner"): rows["owner"],
            _("Entered at"): rows["entered_at"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.date,
            _("Days there"): (rows["seconds"] / scope.day_seconds).round(1),
            _("How it ended"): rows["outcome"].map(lambda slug: _(_OUTCOMES[slug])),
            _("Source"): rows["source"].map(lambda slug: labels.value_label("source", slug)),
        }
    )
