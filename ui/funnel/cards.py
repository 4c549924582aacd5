"""The cards that pages are made of: each asks one question and draws its answer."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, charts, navigation
from ui.funnel import findings
from ui.language import formats, quantities
from ui.language.messages import _, _n
from ui.page import card, notes, provenance, steps, table
from ui.page.table import Column


def funnel(scope: Scope, *, with_table: bool = False, naive: bool = False) -> None:
    """The funnel of the view; clicking a bar, or choosing its step below, selects its leads.

    `naive` shows how far the rates to date are off the final ones.
    """
    found = answers.funnel(scope)
    rows = found.rows
    title = findings.funnel(scope, rows)
    if scope.view.mode == "flow":
        subtitle = _("Moves in the period: other people at each step, so it can exceed 100%.")
    elif naive:
        subtitle = _("% of the step before. In brackets: by how many points it is off so far.")
    else:
        subtitle = _("% of the step before. Hatched: still open, can move on.")
    how = provenance.how("funnel", lambda: provenance.funnel(scope), found)
    with card.card(title, subtitle, how=how):
        figure = charts.funnel(
            steps.labelled(scope, rows), card.look(), selected=scope.view.stage, naive=naive
        )
        card.chart(
            figure,
            "funnel",
            alt=title,
            fills=True,
            on_click=lambda slug: steps.choose(scope, slug),
            axis=notes.of_steps(scope, rows["stage"].tolist()),
        )
        if with_table:
            table.show(_columns(scope, rows))
        _selection(scope, rows)


def _selection(scope: Scope, rows: pd.DataFrame) -> None:
    """The selected step by keyboard, and the way to its leads, for who may see them."""
    if not navigation.is_open("leads"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        steps.picker(scope, "funnel", asks=_("List the leads of a step"))
        if scope.view.stage:
            reached = int(rows.loc[rows["stage"] == scope.view.stage, "reached"].iat[0])
            label = _n("See the {n} lead", "See the {n} leads", reached)
            navigation.link("leads", label, scope.view)


def _columns(scope: Scope, rows: pd.DataFrame) -> list[Column]:
    """The funnel as a table, one row per step."""
    limits = zip(rows["of_previous_low"], rows["of_previous_high"], strict=True)
    final = rows["eventual_is_final"].fillna(True).astype(bool)
    return [
        Column(_("Step"), [steps.label(scope, slug) for slug in rows["stage"]]),
        Column(_("Reached"), rows["reached"], formats.number),
        Column(_("% of first"), rows["of_first"], formats.percent),
        Column(_("% of previous"), rows["of_previous"], formats.percent),
        Column(
            _("95% interval"),
            rows["of_previous_low"],
            [formats.interval(low, high) for low, high in limits],
        ),
        Column(
            _("Expected"),
            rows["eventual"].where(final, rows["eventual_at_least"]),
            [_eventual(row) for row in rows.itertuples(index=False)],
        ),
        Column(_("Still open"), rows["open"], formats.number),
        Column(_("Lost"), rows["lost"], formats.number),
        Column(_("Median time"), rows["median_seconds"], quantities.duration),
    ]


def _eventual(row: Any) -> str:
    """The final rate with its interval, or what it is at least."""
    if pd.isna(row.eventual):
        return formats.NOTHING
    if not row.eventual_is_final:
        return "≥ " + formats.percent(row.eventual_at_least)
    interval = formats.interval(row.eventual_low, row.eventual_high)
    return f"{formats.percent(row.eventual)} ({interval})"
