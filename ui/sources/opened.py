"""The source that is opened, in a dialog: why this advice, and where to go on."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.sources.rule import FEW_CUSTOMERS, FEW_LEADS, TOO_FEW
from analytics.sources.scoreboard import Scoreboard
from analytics.view.view import segment_value
from ui import navigation, session
from ui.language import current, formats
from ui.language.messages import _, _n
from ui.page import certainty
from ui.sources import advice, attribution_words, segments

_OPENED = "source_opened"


def open_source(segment: str | None) -> None:
    """Opens a source beside its board; for callbacks."""
    st.session_state[_OPENED] = segment


def picked() -> str | None:
    """The source that was just picked; asked once."""
    segment: str | None = st.session_state.pop(_OPENED, None)
    return segment


def show(scope: Scope, found: Scoreboard, segment: str | None) -> None:
    """Opens the dialog of a source; nothing where none was picked."""
    rows = found.rows[found.rows["segment"] == segment]
    if segment is not None and len(rows):
        name = segments.plain(found.by, segment)
        # A rerun tells the board that none is open any more.
        st.dialog(name, width="medium", on_dismiss="rerun")(_one)(scope, found, segment)


def _one(scope: Scope, found: Scoreboard, segment: str) -> None:
    current.use(session.view().lang)
    row = next(found.rows[found.rows["segment"] == segment].itertuples(index=False))
    badges = [advice.badge(row.recommendation)]
    if isinstance(row.certainty, str):
        badges.append(certainty.badge(Certainty(row.certainty)))
    st.markdown(" ".join(badges))
    for line in reasons(found, row):
        st.markdown(line)
    view = scope.view.where(found.by, [segment_value(segment)])
    view = replace(view, stage=None, tab=None, lead=None, by=None)
    st.space("xsmall")
    if found.by != "campaign" and "campaign" in scope.generation.dimensions:
        navigation.link("sources", _("Its campaigns"), replace(view, by="campaign"))
    navigation.link("funnel", _("Its funnel"), view)
    navigation.link("bottlenecks", _("Where it loses customers"), view)
    navigation.link(
        "leads",
        _n("See its {n} lead", "See its {n} leads", int(row.leads)),
        replace(view, mode="cohort"),
    )


def reasons(found: Scoreboard, row: Any) -> list[str]:
    """Why the advice is what it is, a sentence each."""
    lines = []

    def money(amount: float) -> str:
        return formats.money(amount, found.currency)

    if pd.isna(row.cost):
        lines.append(_("What it costs is not known, so nothing is advised."))
    elif found.price is not None and pd.isna(row.cost_a_customer):
        lines.append(
            _(
                "No customer is expected: one would cost {low} at least; over all paid sources "
                "{all}.",
                low=money(row.cost_low),
                all=money(found.price),
            )
        )
    elif found.price is not None:
        about = {
            "cost": money(row.cost_a_customer),
            "low": money(row.cost_low),
            "all": money(found.price),
        }
        lines.append(
            _(
                "A customer costs {cost}, from {low} to {high}; over all paid sources {all}.",
                high=money(row.cost_high),
                **about,
            )
            if pd.notna(row.cost_high)
            else _("A customer costs {cost}, {low} at least; over all paid sources {all}.", **about)
        )
    if row.leads < FEW_LEADS and pd.notna(row.cost):
        lines.append(_("Fewer than {n} leads say too little.", n=formats.number(FEW_LEADS)))
    elif row.recommendation == TOO_FEW:
        lines.append(_("Fewer than {n} customers say too little.", n=formats.number(FEW_CUSTOMERS)))
    elif not row.is_ripe and pd.notna(row.cost):
        lines.append(_("Its leads take long: how many become customers is not known yet."))
    if pd.notna(row.revenue_disagrees) and row.revenue_disagrees:
        lines.append(_("What comes back for the money points the other way: so it is less sure."))
    if isinstance(row.turned_by, str):
        lines.append(
            _(
                "By another way of giving credit ({way}) the advice would be the opposite.",
                way=attribution_words.way(row.turned_by).lower(),
            )
        )
    return lines
