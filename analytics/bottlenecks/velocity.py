"""Velocity: what the pipeline brings a day, and which of its levers changed it.

V = open deals × win rate × mean won value ÷ cycle (docs/counting.md, Pipeline velocity), each by
the same rules in both periods, so that the levers are comparable.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks.periods import latest, with_earlier
from analytics.scope import Scope
from analytics.stats import decomposition
from analytics.stats.survival import Curve, of_durations
from analytics.view.periods import DAY_SECONDS

LEVERS = ("open", "win", "amount", "days")
"""The levers, as in `decomposition.Factors`."""

COLUMNS = ["lever", "before", "after", "log_part", "points", "weight"]


@dataclass(frozen=True)
class Levers:
    """The levers of one period, all of the same deals. A deal is a lead at the qualified step.

    open    deals that were neither won nor out at the end of the period, or at its `as_of` when
            that is sooner, whenever they began; all others are of the deals that began in it
    deals   how many
    won     those won by `as_of`
    valued  of them, those whose value is known
    win     the share won within `horizon` seconds, lost being a competing risk and open ones
            right-censored (Aalen–Johansen); None without deals
    amount  the mean known value of those won, in the store's currency; None where none is known
    days    the mean time to won or lost restricted to the horizon (the area under Kaplan–Meier);
            None without deals
    """

    open: int
    deals: int
    won: int
    valued: int
    win: float | None
    amount: float | None
    days: float | None

    @property
    def per_day(self) -> float | None:
        """What the pipeline brings a day, in the store's currency; None where a lever is unknown.

        A period without open deals, or in which none is won, brings nothing.
        """
        if self.open == 0 or self.win == 0:
            return 0.0
        known = self.factors
        return None if known is None else known.per_day

    @property
    def factors(self) -> decomposition.Factors | None:
        """The levers as factors; None where one is unknown, or the cycle no time at all."""
        if self.win is None or self.amount is None or not self.days:
            return None
        return decomposition.Factors(self.open, self.win, self.amount, self.days)


@dataclass(frozen=True)
class Velocity:
    """What the pipeline brought a day in two periods of one length and age, and why it changed.

    `qualified` is the step at which a lead is a deal, `milestone` the one at which it is won. The
    periods, from first_before to last_before and from first to last (days of the store's calendar,
    of qualifying), are followed for the same `horizon` in seconds, beyond which nothing is counted
    in either: a longer follow-up alone would make more wins and a longer cycle. `asked_before` and
    `asked`: the deals of each.

    Columns of `rows`, one per lever of LEVERS; the last three are null where velocity is unknown
    or zero in one of the periods:
        lever
        before, after  open deals, a fraction, the store's currency, days
        log_part       ln(after / before), for days its negative: they sum to ln of the ratio
        points         the same in currency a day, which sum to the change
        weight         the log over the sum of their sizes
    """

    qualified: str
    milestone: str
    currency: str
    horizon: float
    first: date
    last: date
    first_before: date
    last_before: date
    before: Levers
    after: Levers
    rows: pd.DataFrame
    asked_before: Asked
    asked: Asked

    @property
    def ratio(self) -> float | None:
        """After over before; None where either is unknown, or there was nothing before."""
        old, new = self.before.per_day, self.after.per_day
        return None if not old or new is None else new / old


@question(
    lambda view: replace(of_visits(view), skipped=view.skipped, compare=view.compare, by=None)
)
def velocity(scope: Scope) -> Velocity:
    """The velocity of the view's period and of the one before, within the view's filters.

    A lead is a deal from the last group before the customers on (in the default pipeline from
    opportunity on), stages where a pipeline has one group only. The periods are the view's and the
    one it compares with, the previous one by default, seen when it was as old; of all
    of the data the `latest` days and as many before. Deals count by when they began, whatever the
    view's mode, window, level and breakdown.

    Raises:
        ValueError: for a pipeline of one step.
    """
    earlier, later = _periods(scope)
    steps = later.steps
    if len(steps) < 2:
        raise ValueError("A deal leads from a step to a later one.")
    qualified, milestone = steps[-2], steps[-1]
    horizon = min(
        (scope.as_of - scope.parameters["period_start"]) / timedelta(seconds=1)
        for scope in (earlier, later)
    )
    asked_before, asked = (
        _deals(each, qualified.opened_by, milestone.opened_by) for each in (earlier, later)
    )
    before, after = (
        _levers(each, deals, horizon) for each, deals in ((earlier, asked_before), (later, asked))
    )
    return Velocity(
        qualified=qualified.slug,
        milestone=milestone.slug,
        currency=scope.generation.currency,
        horizon=horizon,
        first=later.days[0],
        last=later.days[1],
        first_before=earlier.days[0],
        last_before=earlier.days[1],
        before=before,
        after=after,
        rows=_rows(before, after),
        asked_before=asked_before,
        asked=asked,
    )


def _periods(scope: Scope) -> tuple[Scope, Scope]:
    """The scopes of the two periods, the earlier one first."""
    view, generation = scope.view, scope.generation
    level = "group" if len(generation.pipeline.steps("group")) > 1 else "stage"
    plain = replace(
        view, level=level, mode="flow", window=None, by=None, stage=None, compare="none"
    )
    scope = scope.at(plain)
    if scope.is_whole:
        return latest(scope, *scope.days)
    return with_earlier(scope, view.compare)


def _deals(period: Scope, qualified: str, won: str) -> Asked:
    """The deals by the `as_of` of a period, whenever they began; those that began in it are shown.

    Deals that began before the period are open in it too.
    """
    return Asked(
        period.at(period.view.during("all")),
        "bottlenecks/velocity",
        of="timed",
        parameters={
            "qualified_stage": qualified,
            "won_stage": won,
            "shown_start": period.parameters["period_start"],
            "shown_end": period.parameters["period_end"],
        },
    )


def _levers(period: Scope, deals: Asked, horizon: float) -> Levers:
    groups = deals.rows()
    own = groups[groups["is_shown"].astype(bool)]
    course = of_durations(own["seconds"], own["outcome"])
    at_end = deals.scope.at(replace(deals.scope.view, as_of=period.days[1]))
    if at_end.as_of < period.as_of:
        groups = replace(deals, scope=at_end).rows()
    valued = int(own["valued"].sum())
    return Levers(
        open=int(groups.loc[groups["outcome"] == "open", "deals"].sum()),
        deals=course.leads,
        won=int(own.loc[own["outcome"] == "advanced", "deals"].sum()),
        valued=valued,
        win=_won_by(course, horizon),
        amount=float(own["value"].sum()) / valued if valued else None,
        days=_mean_days(course, horizon),
    )


def _won_by(course: Curve, horizon: float) -> float | None:
    """The share of deals won within a time."""
    if not course.leads:
        return None
    index = int(np.searchsorted(course.times, horizon, side="right"))
    return float(np.append(0.0, course.incidence_of("advanced"))[index])


def _mean_days(course: Curve, horizon: float) -> float | None:
    """The mean days a deal lasts, restricted to a time: the area under the curve."""
    if not course.leads:
        return None
    counted = course.times < horizon
    edges = np.concatenate(([0.0], course.times[counted], [horizon]))
    there = np.concatenate(([1.0], course.survival[counted]))
    return float(np.diff(edges) @ there) / DAY_SECONDS


def _rows(before: Levers, after: Levers) -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"lever": lever, "before": getattr(before, lever), "after": getattr(after, lever)}
        for lever in LEVERS
    ]
    old, new = before.factors, after.factors
    if old is not None and new is not None and old.per_day > 0 and new.per_day > 0:
        found = decomposition.velocity(old, new)
        for row, log, points, weight in zip(
            rows, found.logs, found.points, found.weights, strict=True
        ):
            row |= {"log_part": log, "points": points, "weight": weight}
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[1:], float))
