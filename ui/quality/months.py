"""The card of the trend: the share of usable leads, month by month."""

import streamlit as st

from analytics.scope import Scope
from ui import answers, charts
from ui.language import formats
from ui.language.messages import _
from ui.page import card

_LEAST = 3


def show(scope: Scope) -> None:
    """A line with its interval; nothing of fewer than three months."""
    rows = answers.quality_months(scope)
    title = _("Share of usable leads by month")
    with card.card(title, _("Of the leads that entered in the month and were screened.")):
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
        card.chart(charts.trend(points, card.look()), "quality_months", alt=title)
