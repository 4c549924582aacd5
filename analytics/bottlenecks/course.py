"""Course: the rate of moving on from a stage over time, and since when it has been different."""

import math
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.visits import QUARTER
from analytics.scope import Scope
from analytics.stats import change_point
from analytics.stats.change_point import Turn
from analytics.stats.companies import Pairs, Sample, wilson

COLUMNS = ["bucket", "n", "advanced", "rate", "low", "high", "mature"]

_PERIODS = {"month": "M", "week": "W-SUN"}
_STARTS = {"month": "MS", "week": "W-MON"}


@dataclass(frozen=True)
class Course:
    """A rate over time, and since when it has been different.

    `rows`, one per bucket, empty ones included. `unit`: 'month', or 'week' when the data has under
    six months. `turn`: the likeliest moment of change, None where the data has none to offer;
    `turn.is_found` says whether it is significant.

    Columns:
        bucket           its first day
        n, advanced      visits that began in it and were observed for the horizon, and those of
                         them that moved on within it
        rate, low, high  a fraction with its 95 % Wilson interval, null without visits
        mature           whether all visits of the bucket were observed for the horizon
    """

    rows: pd.DataFrame
    unit: str
    turn: Turn | None
    asked: Asked

    @property
    def turned(self) -> date | None:
        """The first day of the bucket since which the rate is different; None unless found."""
        if self.turn is None or not self.turn.is_found:
            return None
        found: date = self.rows["bucket"].iloc[self.turn.place]
        return found


@question(lambda view: replace(of_visits(view), by=None))
def course(
    scope: Scope,
    stage: str,
    dimension: str | None = None,
    segment: str | None = None,
) -> Course:
    """How the rate of moving on from a stage went over all of the data, of a segment or all leads.

    The horizon is that of `bottlenecks`.

    Raises:
        ValueError: for a stage that no lead can move on from.
    """
    if stage not in scope.generation.pipeline.slugs[:-1]:
        raise ValueError(f"From {stage!r} nobody moves on.")
    window = next(each for each in visits.windows(scope) if each.stage == stage)
    scope = visits.all_visits(scope.at(visits.of_segment(scope.view, dimension, segment)))
    first, last = scope.known_days
    unit = "month" if (last - first).days >= QUARTER * 2 else "week"
    mature = visits.mature_day(scope, window.horizon)
    asked = Asked(
        scope,
        "bottlenecks/visit_course",
        "stays",
        {
            "stage": stage,
            "unit": unit,
            "horizon": window.horizon,
            "mature_end": visits.day_ends(scope, mature),
        },
    )
    rows = _every_bucket(asked.rows(), unit, first, last)
    rows["rate"] = (rows["advanced"] / rows["n"]).where(rows["n"] > 0)
    samples = [Sample(row.advanced, row.n, Pairs.of(row)) for row in rows.itertuples(index=False)]
    limits = [wilson(sample) if sample.n else (math.nan, math.nan) for sample in samples]
    rows["low"] = [low for low, _ in limits]
    rows["high"] = [high for _, high in limits]
    ends = pd.PeriodIndex(rows["bucket"], freq=_PERIODS[unit]).end_time.date
    rows["mature"] = [end <= mature for end in ends]
    rows["bucket"] = rows["bucket"].dt.date  # a day of the store's calendar, no instant
    turn = change_point.find(rows["advanced"].to_numpy(), rows["n"].to_numpy())
    return Course(rows[COLUMNS], unit, turn, asked)


def _every_bucket(found: pd.DataFrame, unit: str, first: date, last: date) -> pd.DataFrame:
    """The rows of the SQL with one for every bucket of the days, at 0 where it has none."""
    found["bucket"] = pd.to_datetime(found["bucket"])
    start = pd.Period(pd.Timestamp(first), _PERIODS[unit]).start_time
    buckets = pd.date_range(start, pd.Timestamp(last), freq=_STARTS[unit], name="bucket")
    rows = found.set_index("bucket").reindex(buckets).reset_index()
    counts = ["n", "advanced"]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    return rows
