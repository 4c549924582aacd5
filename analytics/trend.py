"""The trend: the funnel by the time of entry."""

from datetime import date

import pandas as pd

from analytics.scope import Scope
from analytics.view import View
from data.store import Generation


def trend(view: View, generation: Generation) -> pd.DataFrame:
    """How many leads of each bucket of entry reached each step; in flow mode, of its moves.

    One row per bucket and step, empty ones included, in order. Columns: bucket (the first day of a
    day, week or month, as the period's length asks for), stage (group's or stage's slug), reached,
    of_first (fraction, null for an empty bucket), median_seconds (from entry, null when nobody).
    """
    scope = Scope(view, generation)
    unit = unit_for(*scope.days)
    counts = scope.ask("trend", unit=unit, flow=view.mode == "flow")
    first, last = scope.known_days
    buckets = pd.date_range(
        pd.Period(first, _PERIODS[unit]).start_time,
        pd.Timestamp(last),
        freq=_STARTS[unit],
        name="bucket",
    )
    slugs = {step.opened_by: step.slug for step in scope.steps}
    grid = pd.MultiIndex.from_product([buckets, list(slugs)], names=["bucket", "stage"])
    counts["bucket"] = pd.to_datetime(counts["bucket"])
    rows = counts.set_index(["bucket", "stage"]).reindex(grid).reset_index()
    rows["reached"] = rows["reached"].fillna(0).astype(int)
    entered = rows["reached"].where(rows["stage"] == scope.steps[0].opened_by)
    entered = entered.groupby(rows["bucket"]).transform("max")
    rows["of_first"] = (rows["reached"] / entered).where(entered > 0)
    rows["stage"] = rows["stage"].map(slugs)
    return rows[["bucket", "stage", "reached", "of_first", "median_seconds"]]


def unit_for(first: date, last: date) -> str:
    """The bucket that cuts a period into a readable number of parts."""
    days = (last - first).days + 1
    if days <= 31:
        return "day"
    return "week" if days <= 190 else "month"


_PERIODS = {"day": "D", "week": "W-SUN", "month": "M"}
_STARTS = {"day": "D", "week": "W-MON", "month": "MS"}
