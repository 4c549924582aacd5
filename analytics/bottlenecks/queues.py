"""Queues: how many wait at each stage, whether they become more, what slowness costs in days."""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.asked import of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.visits import QUARTER, YEAR
from analytics.scope import Scope
from analytics.stats.intervals import poisson
from analytics.stats.survival import Curve, curve, quantile

WEEKS = 8
"""Arrivals and exits are those of so many complete weeks."""

STATES = ("growing", "steady", "shrinking")

COLUMNS = [
    "segment",
    "stage",
    "open",
    "arrivals",
    "exits",
    "weeks_of_backlog",
    "growth",
    "growth_low",
    "growth_high",
    "state",
    "little_residual",
    "median_seconds",
    "before_seconds",
    "lead_days_lost",
    "mean_seconds",
    "stays",
]

_DAY = timedelta(days=1)
_DAY_SECONDS = 86_400
_WEEK_SECONDS = 7 * _DAY_SECONDS
_TYPES = {
    name: "int64" if name in ("open", "stays") else "float64"
    for name in COLUMNS
    if name not in ("segment", "stage", "state")
}


@dataclass(frozen=True)
class Queues:
    """Who waits at each stage but the last, by calendar time, and how that goes.

    One row per segment and stage, segments by how many wait. Columns (COLUMNS): segment as in
    `funnel`; stage; open, leads there at `as_of`; arrivals and exits a week, over the `weeks`
    complete ones from `first_day` to `last_day` (null without any); weeks_of_backlog, open by exits
    a week (null without exits); growth, arrivals less exits a week, with its 95 % interval, the two
    being Poisson counts; state, one of STATES: steady where the interval has 0 in it.

    median_seconds: of the stays of the last QUARTER, still open ones included (Kaplan–Meier), and
    before_seconds, of the YEAR before; null where not reached; lead_days_lost: open times what the
    median is longer now. little_residual: open less what Little's law makes of the arrivals a week
    and mean_seconds, the mean of the stays of the last QUARTER and YEAR as far as they were
    followed (restricted: the area under Kaplan–Meier's curve); stays, how many. Far above 0 more
    wait than the law says: the queue is no steady one.
    """

    rows: pd.DataFrame
    weeks: int
    first_day: date
    last_day: date


@question(lambda view: of_visits(view).during("all"))
def queues(scope: Scope) -> Queues:
    """How many wait at each stage, whether they become more, and what slowness costs.

    Within the view's filters, by its breakdown, at its `as_of`, whatever its period and mode: a
    queue is of all who wait. open is that of `waiting.bands` over all of the data.
    """
    view, generation = scope.view, scope.generation
    whole = visits.everything(Scope(view, generation))
    scope = Scope(replace(whole.view, by=view.by), generation)
    first, last, weeks = _weeks(scope)
    _, today = scope.days
    counted = scope.ask(
        "bottlenecks/queues",
        of="stays",
        now_start=visits.day_ends(scope, today - QUARTER * _DAY),
        before_start=visits.day_ends(scope, today - (QUARTER + YEAR) * _DAY),
        weeks_start=visits.day_ends(scope, first - _DAY),
        weeks_end=visits.day_ends(scope, last),
    )
    by_place = {
        (segment if isinstance(segment, str) else None, int(rank)): rows
        for (segment, rank), rows in counted.groupby(["segment", "stage_rank"], dropna=False)
    }
    waiting: dict[str | None, int] = {} if view.by is not None else {None: 0}
    for (segment, _), rows in by_place.items():
        waiting[segment] = waiting.get(segment, 0) + _sum(rows[rows["is_open"]], "visits")
    stages = generation.pipeline.slugs[:-1]
    nothing = counted.iloc[:0]
    rows = [
        {"segment": segment, "stage": stage, **_row(by_place.get((segment, rank), nothing), weeks)}
        for segment in sorted(waiting, key=lambda name: (-waiting[name], name or ""))
        for rank, stage in enumerate(stages)
    ]
    return Queues(pd.DataFrame(rows, columns=COLUMNS).astype(_TYPES), weeks, first, last)


def _weeks(scope: Scope) -> tuple[date, date, int]:
    """The first and last day of the weeks that are counted, and how many they are.

    Weeks from Monday to Sunday that had begun when the data did, and were over at `as_of`.
    """
    first, today = scope.known_days
    end = today - today.weekday() * _DAY  # the Monday of the week that is not over
    begins = first + (-first.weekday() % 7) * _DAY
    weeks = max(0, min(WEEKS, (end - begins).days // 7))
    return end - 7 * weeks * _DAY, end - _DAY, weeks


def _row(rows: pd.DataFrame, weeks: int) -> dict[str, Any]:
    waits = _sum(rows[rows["is_open"]], "visits")
    arrived, gone = _sum(rows, "arrived"), _sum(rows, "gone")
    row: dict[str, Any] = {"open": waits, "state": "steady"}
    if weeks:
        low, high = _difference(arrived, gone)
        row |= {
            "arrivals": arrived / weeks,
            "exits": gone / weeks,
            "weeks_of_backlog": waits * weeks / gone if gone else None,
            "growth": (arrived - gone) / weeks,
            "growth_low": low / weeks,
            "growth_high": high / weeks,
            "state": "growing" if low > 0 else "shrinking" if high < 0 else "steady",
        }
    recent = _curve(rows[rows["part"] != "older"])
    row["stays"] = recent.leads
    if recent.leads:
        row["mean_seconds"] = _mean(recent)
        if weeks:
            row["little_residual"] = waits - arrived / weeks * row["mean_seconds"] / _WEEK_SECONDS
    now, before = (quantile(_curve(rows[rows["part"] == p]), 0.5)[0] for p in ("now", "before"))
    row |= {"median_seconds": now, "before_seconds": before}
    if now is not None and before is not None:
        row["lead_days_lost"] = waits * max(0.0, now - before) / _DAY_SECONDS
    return row


def _difference(count: int, other: int) -> tuple[float, float]:
    """The 95 % interval of a Poisson count's mean less that of another: squares added (MOVER)."""
    (low, high), (other_low, other_high) = poisson(count), poisson(other)
    middle = count - other
    return (
        middle - math.hypot(count - low, other_high - other),
        middle + math.hypot(high - count, other - other_low),
    )


def _curve(rows: pd.DataFrame) -> Curve:
    cause = np.where(rows["is_open"].to_numpy(dtype=bool), "open", "left")
    return curve(rows["seconds"].to_numpy(dtype=float), cause, rows["visits"].to_numpy())


def _mean(course: Curve) -> float:
    """The mean stay, as far as it was followed: the area under the curve up to the last time."""
    starts = np.concatenate(([0.0], course.times[:-1]))
    before = np.concatenate(([1.0], course.survival[:-1]))
    return float((before * (course.times - starts)).sum())


def _sum(rows: pd.DataFrame, name: str) -> int:
    return int(rows[name].sum())
