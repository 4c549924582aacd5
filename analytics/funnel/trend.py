"""The trend: the funnel, and one of its rates, by time of entry."""

from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.asked import Answer, Asked, of_leads, question
from analytics.funnel.companies import design_effects
from analytics.funnel.timed import with_timed_medians
from analytics.funnel.transition import Transition, transition
from analytics.scope import Scope
from analytics.stats.companies import PAIRS, Pairs, Sample, wilson


@question(lambda view: replace(of_leads(view), stage=None))
def trend(scope: Scope) -> Answer:
    """How many leads of each bucket of entry reached each step; in flow mode, of its moves.

    Columns: (one row per bucket and step, empty ones included, in order)
        bucket: the first day of a day, week or month, as the period's length asks for.
        stage: a group's or a stage's slug.
        reached: leads.
        of_first: a fraction, null for an empty bucket.
        median_seconds: from entry, of leads known with all their times; null without any.
    """
    view = scope.view
    unit = unit_for(*scope.days)
    asked = Asked(scope, "funnel/trend", parameters={"unit": unit, "flow": view.mode == "flow"})
    counts = with_timed_medians(asked, asked.rows(), ("bucket", "stage"))
    buckets = _buckets(scope, unit)
    slugs = {step.opened_by: step.slug for step in scope.steps}
    grid = pd.MultiIndex.from_product([buckets, list(slugs)], names=["bucket", "stage"])
    counts["bucket"] = pd.to_datetime(counts["bucket"])
    rows = counts.set_index(["bucket", "stage"]).reindex(grid).reset_index()
    rows["reached"] = rows["reached"].fillna(0).astype(int)
    entered = rows["reached"].where(rows["stage"] == scope.steps[0].opened_by)
    entered = entered.groupby(rows["bucket"]).transform("max")
    rows["of_first"] = (rows["reached"] / entered).where(entered > 0)
    rows["stage"] = rows["stage"].map(slugs)
    return Answer(rows[["bucket", "stage", "reached", "of_first", "median_seconds"]], asked)


def unit_for(first: date, last: date) -> str:
    """The bucket that cuts a period into a readable number of parts."""
    days = (last - first).days + 1
    if days <= 31:
        return "day"
    return "week" if days <= 190 else "month"


UNITS = ("day", "week", "month", "quarter")
"""The buckets of a trend of rates."""

COLUMNS = [
    "segment",
    "bucket",
    "stage",
    "entered",
    "reached",
    "rate",
    "low",
    "high",
    "mature",
    "immature",
    "horizon_seconds",
    "deff",
    "deff_most",
]


@question(of_leads)
def conversions(
    scope: Scope,
    *,
    unit: str | None = None,
    since: str | None = None,
    to: str | None = None,
) -> Answer:
    """At what rate the leads of each time of entry converted from one step to another.

    The horizon is the view's window, else the time in which nine of ten leads that ever reached the
    step by `as_of` did, whenever they entered. In flow mode the two counts are moves made in the
    bucket, by different leads: no interval, no maturity.

    Columns: (COLUMNS; one row per segment and bucket, empty buckets included, segments by size)
        segment: as in the funnel.
        bucket: the first day of a week, month or quarter, as the period's length asks for unless
            `unit` says otherwise.
        stage: the step led to.
        entered, reached: leads of the bucket that reached the one step and the other.
        rate, low, high: a fraction with its 95% Wilson interval, null without leads; as wide as
            leads of one company make it.
        mature: the share of all leads of the bucket observed for the horizon by `as_of`.
        immature: whether that is not all of them, so that the rate can still rise.
        deff, deff_most: the design effect of leads of one company, of the rate over all buckets and
            segments, and the largest there can be; 1 without any.
        horizon_seconds: null, and every bucket immature, where no lead reached the step.

    Raises:
        ValueError: for an unknown unit, or steps that make no transition; see `transition`.

    Source:
        docs/counting.md, "Trends, cohorts and periods".
    """
    view = scope.view
    if unit is not None and unit not in UNITS:
        raise ValueError(f"There is no unit {unit!r}: the units are {', '.join(UNITS)}.")
    step = transition(scope, since, to)
    unit = unit or rate_unit_for(*scope.known_days)
    asked = _asked(scope, step, unit)
    counts = asked.rows()
    counts["bucket"] = pd.to_datetime(counts["bucket"])
    horizon = counts["horizon_seconds"].max()
    rows = _on_grid(counts, _buckets(scope, unit), by=view.by)
    rows["bucket"] = rows["bucket"].dt.date  # a day of the store's calendar, no instant
    rows["stage"] = step.end.slug
    rows["deff"], rows["deff_most"] = design_effects(scope, step)
    rows["rate"] = (rows["reached"] / rows["entered"]).where(rows["entered"] > 0)
    if view.mode == "flow":
        rows = rows.assign(
            low=None, high=None, mature=None, immature=False, horizon_seconds=None
        ).astype(_TYPES)
        return Answer(rows[COLUMNS], asked)
    limits = [
        wilson(Sample(row.reached, row.entered, Pairs.of(row))) if row.entered else (None, None)
        for row in rows.itertuples(index=False)
    ]
    rows["low"] = [low for low, _high in limits]
    rows["high"] = [high for _low, high in limits]
    rows["immature"] = rows["mature"] < rows["entrants"]
    rows["mature"] = (rows["mature"] / rows["entrants"]).where(rows["entrants"] > 0)
    rows["horizon_seconds"] = horizon
    return Answer(rows[COLUMNS].astype(_TYPES), asked)


def _asked(scope: Scope, step: Transition, unit: str) -> Asked:
    """The question of `conversions`.

    A horizon that is not the window is that of all of the data: of a recent period only quick
    conversions are known. The period then only says which buckets are shown.
    """
    flow = scope.view.mode == "flow"
    parameters = step.parameters | {
        "shown_start": scope.parameters["period_start"],
        "shown_end": scope.parameters["period_end"],
        "unit": unit,
        "flow": flow,
    }
    if not flow and scope.view.window is None:
        scope = scope.at(scope.view.during("all"))
    return Asked(scope, "funnel/conversions", parameters=parameters)


def days_of(bucket: date, unit: str) -> tuple[date, date]:
    """The first and last day of a bucket, given its first."""
    return bucket, pd.Period(bucket, _PERIODS[unit]).end_time.date()


def rate_unit_for(first: date, last: date) -> str:
    """The bucket that gives rates enough leads each, and a period a readable number of them."""
    days = (last - first).days + 1
    if days <= 190:
        return "week"
    return "month" if days <= 3 * 366 else "quarter"


def _on_grid(counts: pd.DataFrame, buckets: pd.DatetimeIndex, *, by: str | None) -> pd.DataFrame:
    """The counts of every segment, by size, in every bucket: 0 without leads."""
    counts["segment"] = counts["segment"].astype(object)
    if by is None:
        segments = [None]
        counts["segment"] = ""
    else:
        sizes = counts.groupby("segment")["entrants"].sum()
        segments = sorted(sizes.index, key=lambda segment: (-sizes[segment], segment))
    names = [segment or "" for segment in segments]
    grid = pd.MultiIndex.from_product([names, buckets], names=["segment", "bucket"])
    numbers = ["entrants", "mature", "entered", "reached"]
    rows = counts.set_index(["segment", "bucket"])[[*numbers, *PAIRS]].reindex(grid, fill_value=0)
    rows = rows.astype(dict.fromkeys(numbers, int)).reset_index()
    return rows if by is not None else rows.assign(segment=None)


def _buckets(scope: Scope, unit: str) -> pd.DatetimeIndex:
    """The first days of all buckets that data of the period can be in."""
    first, last = scope.known_days
    start = pd.Period(pd.Timestamp(first), _PERIODS[unit]).start_time
    return pd.date_range(start, pd.Timestamp(last), freq=_STARTS[unit], name="bucket")


_PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q"}
_STARTS = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS"}
_TYPES = dict.fromkeys(("rate", "low", "high", "mature", "horizon_seconds"), float)
