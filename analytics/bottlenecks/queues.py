"""Queues: how many wait at each stage, whether they grow, and what slowness costs in days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.visits import QUARTER, YEAR
from analytics.scope import Scope
from analytics.stats.intervals import poisson
from analytics.stats.survival import Curve, ascending, of_durations, quantile_alone
from analytics.view.periods import DAY, DAY_SECONDS

WEEKS = 8
"""The complete weeks that arrivals and exits are of."""

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

_WEEK_SECONDS = 7 * DAY_SECONDS
_TYPES = {
    name: "int64" if name in ("open", "stays") else "float64"
    for name in COLUMNS
    if name not in ("segment", "stage", "state")
}


@dataclass(frozen=True)
class Queues:
    """How many wait at each stage but the last, by calendar time, and whether they grow.

    `rows`, one per segment and stage, segments by how many wait. Arrivals and exits are those of
    the `weeks` complete weeks from `first_day` to `last_day`.

    Columns:
        segment, stage            as in `funnel`
        open                      leads there at `as_of`
        arrivals, exits           leads a week, null without a complete week
        weeks_of_backlog          open ÷ exits, null without exits
        growth, growth_low, growth_high
                                  arrivals − exits a week, with the 95 % interval of the difference
                                  of two Poisson counts
        state                     one of STATES: steady where the interval includes 0
        median_seconds            of the stays of the last QUARTER, open ones censored
                                  (Kaplan–Meier), null where not reached
        before_seconds            the same of the YEAR before
        lead_days_lost            open × the increase of the median, in days
        mean_seconds, stays       the mean stay of the last QUARTER and YEAR restricted to the
                                  follow-up (the area under Kaplan–Meier's curve), and how many
        little_residual           the excess over Little's law: open − arrivals a week × mean stay
                                  in weeks; far above 0 the queue is not in a steady state
    """

    rows: pd.DataFrame
    weeks: int
    first_day: date
    last_day: date
    asked: Asked


class _Visits(NamedTuple):
    """A row of `queues.sql` of one segment and stage."""

    part: str
    is_open: bool
    visits: int
    arrived: int
    gone: int
    seconds: NDArray[Any]


@question(lambda view: of_visits(view).during("all"))
def queues(scope: Scope) -> Queues:
    """How many wait at each stage, whether they grow, and what slowness costs.

    Within the view's filters, by its breakdown, at its `as_of`, whatever its period and mode: a
    queue is of all who wait. open is that of `waiting.bands` over all of the data.
    """
    by = scope.view.by
    scope = scope.at(replace(visits.all_visits(scope).view, by=by))
    first, last, weeks = _weeks(scope)
    _, today = scope.days
    asked = Asked(
        scope,
        "bottlenecks/queues",
        "stays",
        {
            "now_start": visits.day_ends(scope, today - QUARTER * DAY),
            "before_start": visits.day_ends(scope, today - (QUARTER + YEAR) * DAY),
            "weeks_start": visits.day_ends(scope, first - DAY),
            "weeks_end": visits.day_ends(scope, last),
        },
    )
    by_queue: dict[tuple[str | None, int], list[_Visits]] = {}
    for segment, rank, *counted in asked.rows().itertuples(index=False):
        named = segment if isinstance(segment, str) else None
        visits_of_part = _Visits(*counted)
        if visits_of_part.part != "older":
            # In order once, for the two curves that each length is part of.
            visits_of_part = visits_of_part._replace(seconds=ascending(visits_of_part.seconds))
        by_queue.setdefault((named, rank), []).append(visits_of_part)
    waiting: dict[str | None, int] = {} if by is not None else {None: 0}
    for (segment, _), found in by_queue.items():
        waiting[segment] = waiting.get(segment, 0) + _open(found)
    stages = scope.generation.pipeline.slugs[:-1]
    rows = [
        {"segment": segment, "stage": stage, **_row(by_queue.get((segment, rank), []), weeks)}
        for segment in sorted(waiting, key=lambda name: (-waiting[name], name or ""))
        for rank, stage in enumerate(stages)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS).astype(_TYPES)
    return Queues(table, weeks, first, last, asked)


def _weeks(scope: Scope) -> tuple[date, date, int]:
    """The first and last day of the weeks that are counted, and how many they are.

    Weeks from Monday to Sunday that the data covers whole, and that were over at `as_of`.
    """
    first, today = scope.known_days
    end = today - today.weekday() * DAY  # the Monday of the week that is not over
    begins = first + (-first.weekday() % 7) * DAY
    weeks = max(0, min(WEEKS, (end - begins).days // 7))
    return end - 7 * weeks * DAY, end - DAY, weeks


def _row(found: Sequence[_Visits], weeks: int) -> dict[str, Any]:
    open_leads = _open(found)
    arrived, gone = sum(each.arrived for each in found), sum(each.gone for each in found)
    row: dict[str, Any] = {"open": open_leads, "state": "steady"}
    if weeks:
        low, high = _difference(arrived, gone)
        row |= {
            "arrivals": arrived / weeks,
            "exits": gone / weeks,
            "weeks_of_backlog": open_leads * weeks / gone if gone else None,
            "growth": (arrived - gone) / weeks,
            "growth_low": low / weeks,
            "growth_high": high / weeks,
            "state": "growing" if low > 0 else "shrinking" if high < 0 else "steady",
        }
    recent = _curve(found, "now", "before")
    row["stays"] = recent.leads
    if recent.leads:
        row["mean_seconds"] = _mean(recent)
        if weeks:
            row["little_residual"] = (
                open_leads - arrived / weeks * row["mean_seconds"] / _WEEK_SECONDS
            )
    now, before = (quantile_alone(_curve(found, part), 0.5) for part in ("now", "before"))
    row |= {"median_seconds": now, "before_seconds": before}
    if now is not None and before is not None:
        row["lead_days_lost"] = open_leads * max(0.0, now - before) / DAY_SECONDS
    return row


def _difference(count: int, other: int) -> tuple[float, float]:
    """The 95 % interval of a Poisson count's mean less that of another (MOVER)."""
    (low, high), (other_low, other_high) = poisson(count), poisson(other)
    middle = count - other
    return (
        middle - math.hypot(count - low, other_high - other),
        middle + math.hypot(high - count, other - other_low),
    )


def _curve(found: Sequence[_Visits], *parts: str) -> Curve:
    chosen = [each for each in found if each.part in parts]
    return of_durations(
        [each.seconds for each in chosen], ["open" if each.is_open else "left" for each in chosen]
    )


def _mean(course: Curve) -> float:
    """The mean stay, restricted to the follow-up: the area under the curve to its last time."""
    starts = np.concatenate(([0.0], course.times[:-1]))
    before = np.concatenate(([1.0], course.survival[:-1]))
    return float((before * (course.times - starts)).sum())


def _open(found: Sequence[_Visits]) -> int:
    return sum(each.visits for each in found if each.is_open)
