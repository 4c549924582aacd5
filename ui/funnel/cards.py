"""The cards that pages are made of: each asks one question and draws its answer."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, charts, navigation
from ui.funnel import findings
from ui.language import formats, quantities
from ui.language.messages import _, _n
from ui.page import card, provenance, steps


def funnel(scope: Scope, *, with_table: bool = False, naive: bool = False) -> None:
    """The funnel of the view; clicking a bar, or choosing its step below, selects its leads.

    `naive` shows how far the rates so far are off what they come to.
    """
    rows = answers.funnel(scope).rows
    title = findings.funnel(scope, rows)
    days = formats.days_between(*scope.days)
    if scope.view.mode == "flow":
        subtitle = _(
            "Moves in {days}. Those above are not those below, so a rate can exceed 100%.",
            days=days,
        )
    else:
        subtitle = _(
            "How far the leads of {days} came, in % of the step before. Pale: still open, they can "
            "move on. In brackets: {brackets}.",
            days=days,
            brackets=_("points that the rate so far is off") if naive else _("95% interval"),
        )
    how = provenance.how_by_hand(scope, "funnel", provenance.funnel(scope), rows, "funnel/funnel")
    with card.card(title, subtitle, how=how):
        figure = charts.funnel(
            steps.labelled(scope, rows), card.look(), selected=scope.view.stage, naive=naive
        )
        card.chart(figure, "funnel", alt=title, on_click=lambda slug: steps.choose(scope, slug))
        if with_table:
            card.table(_readable(scope, rows))
        _selection(scope, rows)


def _selection(scope: Scope, rows: pd.DataFrame) -> None:
    """The selected step by keyboard, and the way to its leads."""
    with st.container(horizontal=True, vertical_alignment="center"):
        steps.picker(scope, "funnel")
        if scope.view.stage:
            reached = int(rows.loc[rows["stage"] == scope.view.stage, "reached"].iat[0])
            navigation.link("leads", _n("See the {n} lead", "See the {n} leads", reached))


def _readable(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """The funnel's rows as a table to read, one row per step."""
    return pd.DataFrame(
        {
            _("Step"): [steps.label(scope, slug) for slug in rows["stage"]],
            _("Reached"): rows["reached"].map(formats.number),
            _("% of first"): rows["of_first"].map(formats.percent),
            _("% of previous"): rows["of_previous"].map(formats.percent),
            _("95% interval"): [
                formats.interval(low, high)
                for low, high in zip(rows["of_previous_low"], rows["of_previous_high"], strict=True)
            ],
            _("In the end"): [_in_the_end(row) for row in rows.itertuples(index=False)],
            _("Still open"): rows["open"].map(formats.number),
            _("Lost"): rows["lost"].map(formats.number),
            _("Median time"): rows["median_seconds"].map(quantities.duration),
        }
    )


def _in_the_end(row: Any) -> str:
    if pd.isna(row.eventual):
        return formats.NOTHING
    if not row.eventual_is_final:
        return "≥ " + formats.percent(row.eventual_at_least)
    interval = formats.interval(row.eventual_low, row.eventual_high)
    return f"{formats.percent(row.eventual)} ({interval})"
