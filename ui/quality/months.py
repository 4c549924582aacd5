"""The card of the trend: the share of usable leads, month by month."""

import math

import pandas as pd
import streamlit as st

from analytics.scope import Scope
from ui import answers, charts
from ui.language import formats
from ui.language.messages import _
from ui.page import card, notes, provenance
from ui.page.provenance import Sentences

_LEAST = 3


def show(scope: Scope) -> None:
    """A line with its interval; nothing of fewer than three months."""
    found = answers.quality_months(scope)
    rows = found.rows
    how = provenance.how("quality_months", _sentences, found)
    title = _("Share of usable leads by month")
    if len(rows) >= _LEAST:
        title = _(
            "{month}: {share} of leads are usable",
            month=formats.month(rows["month"].iat[-1].date()),
            share=formats.percent(rows["rate"].iat[-1], 0),
        )
    least = _least(rows) if len(rows) >= _LEAST else 0.0
    subtitle = _("Of the leads that entered in the month and were screened.")
    if least:
        subtitle = _(
            "Of the leads screened of each month; the axis begins at {least}.",
            least=formats.percent(least, 0),
        )
    with card.card(title, subtitle, how=how):
        if len(rows) < _LEAST:
            st.markdown(_("A trend takes three months at least: choose a longer period."))
            return
        days = [day.date() for day in rows["month"]]
        points = rows.assign(
            label=[formats.month(day) for day in days],
            tick=[formats.month(day, year=False) for day in days],
            year=[str(day.year) if not at or day.month == 1 else "" for at, day in enumerate(days)],
            n=rows["screened"],
            mature=1.0,
            immature=False,
        )
        card.chart(
            charts.trend(points, card.look(), least=least),
            "quality_months",
            alt=title,
            fills=True,
            axis=notes.of_days(days, "month"),
        )


def _least(points: pd.DataFrame) -> float:
    """Where the axis begins: a tenth below all of the rates, which are seldom near zero."""
    lowest = points["low"].fillna(points["rate"]).min()
    return 0.0 if pd.isna(lowest) else max(0.0, math.floor(lowest * 10 - 0.5) / 10)


def _sentences() -> Sentences:
    return [
        (
            _("Share:"),
            _(
                "usable leads of those that entered in the month and were screened, with its 95% "
                "interval (Wilson's method)."
            ),
        ),
        (
            _("Later months:"),
            _("a lead is screened when it is loaded, so its verdict needs no time to mature."),
        ),
    ]
