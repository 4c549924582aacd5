"""Visits: how visits to each stage end, now and before, and the chain that they make.

The ground of the losses and of what-if. The unit is a visit to a stage, also a second one; moving
on is to any later stage, within the stage's horizon: the time within which nine in ten of those
that moved on did so, and a week at least, since a delay of hours is not a loss. Only visits that
have been observed for the horizon count, so that no segment looks worse for being young. Time is
that of the calendar, whatever the view's clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_visits, question
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.arrays import Floats, Ints
from analytics.stats.companies import ACROSS, PAIRS, Pairs, Sample
from analytics.stats.survival import Curve, of_durations
from analytics.view.periods import DAY
from analytics.view.scenario import Scenario
from analytics.view.view import View, segment_text, segment_value

QUARTER = 91
"""The days of a quarter: thirteen weeks, so that each has as many working days."""

LEAST_HORIZON = 7 * 86_400.0
"""In seconds."""

YEAR = 365
"""The days before now that a segment's own past is made of."""

COUNT_COLUMNS = [
    "dimension",
    "segment",
    "stage",
    "n",
    "advanced",
    "later",
    "entered",
    "before_n",
    "before_advanced",
    "before_later",
]

Place = tuple[str | None, str | None]
"""A segment: its dimension, and its name as `segment_text`."""

Nesting = frozenset[tuple[str, Place, Place]]
"""By stage: a segment, and one of another dimension that it lies within."""

NEARLY_ALL = 0.9
"""The share of a segment's visits that are another's, from which on it lies within that one."""

_PAIRS = [*PAIRS, *(f"before_{name}" for name in PAIRS), *ACROSS]


@dataclass(frozen=True)
class Window:
    """When the visits to a stage began that are counted, now and before: days, both included.

    `horizon` is in seconds: every visit of either was observed that long by `as_of`. Where the
    last day is before the first there is no such day.
    """

    stage: str
    horizon: float
    first_day: date
    last_day: date
    before_first_day: date
    before_last_day: date

    @property
    def days(self) -> int:
        """How many days `now` has; 0 when no visit of it was observed for the horizon."""
        return max(0, (self.last_day - self.first_day).days + 1)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Where visits to each stage lead, all leads together.

    stages  all stages but the last, in order
    last    the last stage
    chain   the moves between `stages`, won being the last one; visits that never ended are counted
            with the lost, and a stage without visits is unknown (NaN)
    ends    by stage, how many visits were seen to end in each of `stages`, in the last one, and
            otherwise
    asked   the question behind them
    """

    stages: tuple[str, ...]
    last: str
    chain: Chain
    ends: Ints
    asked: Asked

    def following(self, stage: str) -> str:
        """The stage after one of `stages`."""
        return (*self.stages, self.last)[self.stages.index(stage) + 1]


def all_visits(
    scope: Scope,
    dimensions: tuple[str, ...] | None = None,
    *,
    within: Iterable[tuple[date, date]] = (),
) -> Scope:
    """The scope of all visits within the view's filters by its `as_of`, whatever its period.

    within: spans of days, both included, outside of which no visit is asked for.
    """
    view = scope.view.during("all")
    if spans := list(within):
        first = min(start for start, _ in spans)
        view = view.during(first=first, last=max(first, *(end for _, end in spans)))
    whole = replace(
        view,
        level="stage",
        mode="flow",
        skipped="passed",
        window=None,
        clock="calendar",
        by=None,
        compare="none",
        stage=None,
    )
    return Scope(whole, scope.generation, dimensions)


def of_segment(view: View, dimension: str | None, segment: str | None) -> View:
    """The view of one segment of a dimension; the view itself, that of all leads, without one."""
    if dimension is None or segment is None:
        return view
    return view.where(dimension, [segment_value(segment)])


def view_of(
    view: View, window: Window, dimension: str | None = None, segment: str | None = None
) -> View:
    """The view whose stays at the window's stage are the visits that are counted now.

    A window without days has no such view: this one is of its first day.
    """
    counted = of_segment(view, dimension, segment).during(
        first=window.first_day, last=max(window.first_day, window.last_day)
    )
    return replace(counted, mode="flow", clock="calendar", by=None, compare="none", stage=None)


def _of_all_visits(view: View) -> View:
    """All visits within a view's filters by its `as_of`, whatever its period."""
    return replace(of_visits(view).during("all"), scenario=Scenario(), by=None)


@question(_of_all_visits, kept=128)
def horizons(scope: Scope) -> dict[int, float]:
    """How long moving on takes at each stage that any lead moved on from, in seconds, by rank.

    The time within which nine in ten of those that moved on did so.
    """
    known = all_visits(scope).ask("bottlenecks/visit_horizons", of="stays")
    return dict(zip(known["stage_rank"].tolist(), known["horizon"].tolist(), strict=True))


def windows(scope: Scope) -> tuple[Window, ...]:
    """When the visits began that count now and before, by stage but the last, in order.

    Now is the view's period, up to the last mature day; without a period the last QUARTER days
    up to it. Before is the YEAR up to now.
    """
    visits, known = all_visits(scope), horizons(scope)
    first, last = scope.days
    found = []
    for rank, stage in enumerate(scope.generation.pipeline.slugs[:-1]):
        # To the microsecond, as stays are: the one whose length it is was observed that long.
        horizon = max(LEAST_HORIZON, round(float(known.get(rank, 0.0)), 6))
        mature = mature_day(visits, horizon)
        if scope.is_whole:
            first, last = mature - (QUARTER - 1) * DAY, mature
        found.append(
            Window(
                stage=stage,
                horizon=horizon,
                first_day=first,
                last_day=min(last, mature),
                before_first_day=first - YEAR * DAY,
                before_last_day=min(first - DAY, mature),
            )
        )
    return tuple(found)


def mature_day(scope: Scope, horizon: float) -> date:
    """The last day of the store all of whose visits were observed for `horizon` seconds."""
    instant = scope.as_of - timedelta(seconds=horizon)
    return instant.replace(tzinfo=UTC).astimezone(scope.zone).date() - DAY


def day_ends(scope: Scope, day: date) -> datetime:
    """The instant a day of the store's calendar ends, naive UTC."""
    of_day = Scope(scope.view.during(first=day, last=day), scope.generation)
    end: datetime = of_day.parameters["period_end"]
    return end


def counts(scope: Scope, dimensions: tuple[str, ...], windows: tuple[Window, ...]) -> Answer:
    """How many visits moved on in time, now and before, of all leads and of each segment.

    One row per dimension, segment and stage of the windows with any visit.

    Columns:
        dimension, segment                       as `segment_text`; both null for all leads
        stage                                    a slug
        n, advanced, later                       visits that began now; those of them that moved
                                                 on within the horizon, and after it
        entered                                  leads that reached the stage now for the first time
        before_n, before_advanced, before_later  the same of the visits that began before
        pairs…, before_pairs…, across…           the pairs of visits of one company: see `companies`
                                                 in analytics/stats, whose columns these are; of
                                                 now, of before, and of one of each
    """
    now = [(each.first_day, each.last_day) for each in windows]
    past = [(each.before_first_day, each.before_last_day) for each in windows]
    bound = {
        "ranks": _ranks(scope, windows),
        "horizons": [window.horizon for window in windows],
        **_bounds(scope, "now_", now),
        **_bounds(scope, "before_", past),
    }
    asked = Asked(
        all_visits(scope, dimensions, within=[*now, *past]),
        "bottlenecks/visit_counts",
        "stays",
        bound,
    )
    found = segmented(asked)
    keys = ["dimension_number", "dimension", "segment", "stage_rank"]
    counted = ["n", "advanced", "later"]
    before = found.loc[~found["is_now"], [*keys, *counted, *PAIRS]].rename(
        columns={name: f"before_{name}" for name in (*counted, *PAIRS)}
    )
    rows = found.loc[found["is_now"], [*keys, *counted, "entered", *PAIRS, *ACROSS]]
    rows = rows.merge(before, on=keys, how="outer")
    rows[_PAIRS] = rows[_PAIRS].astype(float).fillna(0.0)
    numbers = COUNT_COLUMNS[3:]
    rows[numbers] = rows[numbers].fillna(0).astype("int64")
    rows["stage"] = [scope.generation.pipeline.slugs[rank] for rank in rows["stage_rank"]]
    rows = rows.sort_values(
        ["dimension_number", "stage_rank", "segment"], kind="stable", ignore_index=True
    )
    rows[["dimension", "segment"]] = rows[["dimension", "segment"]].astype(object)
    is_whole = rows["dimension_number"] == 0
    for name in ("dimension", "segment"):
        rows[name] = rows[name].where(~is_whole, None)
    return Answer(rows[[*COUNT_COLUMNS, *_PAIRS]], asked)


def moved_on(row: Any, *, before: bool = False) -> Sample:
    """The visits of a row of `counts`, of now or of before, that moved on within the horizon."""
    prefix = "before_" if before else ""
    n, advanced = int(getattr(row, f"{prefix}n")), int(getattr(row, f"{prefix}advanced"))
    return Sample(advanced, n, Pairs.of(row, prefix))


def nesting(scope: Scope, dimensions: tuple[str, ...], windows: tuple[Window, ...]) -> Nesting:
    """Which segments lie within segments of another dimension: NEARLY_ALL of their visits now do.

    Two that are the same lie within each other. That all lie within all leads is not said.
    """
    if len(dimensions) < 2:
        return frozenset()
    spans = [(window.first_day, window.last_day) for window in windows]
    bound = {"ranks": _ranks(scope, windows), "share": NEARLY_ALL}
    asked = Asked(
        all_visits(scope, dimensions, within=spans),
        "bottlenecks/visit_nesting",
        "stays",
        bound | _bounds(scope, "now_", spans),
    )
    rows = asked.rows()
    slugs = scope.generation.pipeline.slugs
    own, around = (
        [
            (dimensions[number - 1], segment_text(value if isinstance(value, str) else None))
            for number, value in zip(rows[numbers], rows[values].astype(object), strict=True)
        ]
        for numbers, values in (("dimension_number", "segment"), ("other_number", "other_segment"))
    )
    return frozenset(zip([slugs[rank] for rank in rows["stage_rank"]], own, around, strict=True))


def curves(scope: Scope, window: Window) -> tuple[Curve, Curve]:
    """How the visits to a window's stage ended over time, of before and of now."""
    now_days = window.first_day, window.last_day
    before_days = window.before_first_day, window.before_last_day
    now_start, now_end = _span(scope, *now_days)
    before_start, before_end = _span(scope, *before_days)
    found = all_visits(scope, within=[now_days, before_days]).ask(
        "bottlenecks/visit_curves",
        of="stays",
        stage=window.stage,
        now_start=now_start,
        now_end=now_end,
        before_start=before_start,
        before_end=before_end,
    )
    before, now = (
        of_durations(rows["seconds"], rows["outcome"])
        for rows in (found[~found["is_now"]], found[found["is_now"]])
    )
    return before, now


def outcomes(scope: Scope, windows: tuple[Window, ...]) -> Outcomes:
    """Where the visits of before and now lead, all segments together: Aalen–Johansen by next stage.

    Open visits are censored. Those that have not ended by the end of the follow-up are lost.
    """
    spans = [(window.before_first_day, window.last_day) for window in windows]
    bound = {"ranks": _ranks(scope, windows), **_bounds(scope, "", spans)}
    asked = Asked(all_visits(scope, within=spans), "bottlenecks/visit_outcomes", "stays", bound)
    slugs = scope.generation.pipeline.slugs
    stages = len(slugs) - 1
    shares = np.full((stages, stages + 1), np.nan)
    ends = np.zeros((stages, stages + 2), dtype=np.int64)
    for rank, rows in asked.rows().groupby("stage_rank"):
        cause = rows["next_stage"].astype(object).where(rows["next_stage"].notna(), "open")
        course = of_durations(rows["seconds"], cause)
        visits_by_cause = rows["seconds"].map(len).groupby(cause).sum()
        for index, slug in enumerate(slugs):
            shares[rank, index] = course.incidence_of(slug)[-1]
            ends[rank, index] = visits_by_cause.get(slug, 0)
        ends[rank, -1] = course.left_any.sum() - ends[rank, :-1].sum()
    # A sum of shares may exceed 1 by rounding.
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    chain = Chain(shares[:, :-1], shares[:, -1])
    return Outcomes(slugs[:-1], slugs[-1], chain, ends, asked)


def moving_on(chain: Chain, stage: int, rate: Floats) -> Chain:
    """The chain if a share `rate` of a stage's visits moved on, one scenario an entry of `rate`.

    The later stages keep their proportions (all to the next one, if there were none), those who go
    back stay as many, and the lost are the rest: fewer go back only where nothing else is left.
    `rate` is spread over the chain's own axes in front (resamples), or becomes one.
    """
    whole = np.concatenate((chain.moves, chain.wins[..., None]), axis=-1)
    stages = chain.moves.shape[-1]
    front = np.broadcast_shapes(whole.shape[:-2], rate.shape)
    whole = np.array(np.broadcast_to(whole, (*front, stages, stages + 1)))
    row = whole[..., stage, :]
    on, back = row.copy(), row.copy()
    on[..., : stage + 1], back[..., stage + 1 :] = 0.0, 0.0
    nobody = on.sum(axis=-1) == 0
    on[nobody, stage + 1] = 1.0
    on *= (rate / on.sum(axis=-1))[..., None]
    returning = back.sum(axis=-1)
    rest = np.where(returning > 1 - rate, 1 - rate, returning)
    back *= np.divide(rest, returning, out=np.zeros_like(rest), where=returning > 0)[..., None]
    whole[..., stage, :] = on + back
    return Chain(whole[..., :-1], whole[..., -1])


def segmented(asked: Asked) -> pd.DataFrame:
    """The rows of a question about all leads and each segment of the scope's dimensions.

    Columns: those of its SQL, with
        dimension_number    0 for all leads, else which of the scope's dimensions, from 1
        dimension, segment  its name, and the segment as `segment_text`; both null for all leads
    """
    found = asked.rows()
    names = (None, *(asked.scope.dimensions or ()))
    numbers = found["dimension_number"].tolist()
    found["dimension"] = pd.Series([names[number] for number in numbers], dtype=object)
    found["segment"] = pd.Series(
        [
            None if number == 0 else segment_text(value if isinstance(value, str) else None)
            for number, value in zip(numbers, found["segment"].astype(object), strict=True)
        ],
        dtype=object,
    )
    return found


def _ranks(scope: Scope, windows: Iterable[Window]) -> list[int]:
    """The ranks of the stages of windows, as a parameter of SQL."""
    return [scope.generation.pipeline.slugs.index(window.stage) for window in windows]


def _bounds(scope: Scope, prefix: str, spans: list[tuple[date, date]]) -> dict[str, list[datetime]]:
    """Spans of days as parameters of SQL: the instants at which they begin and end."""
    bounds = [_span(scope, first, last) for first, last in spans]
    return {
        f"{prefix}starts": [start for start, _ in bounds],
        f"{prefix}ends": [end for _, end in bounds],
    }


def _span(scope: Scope, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants at which days, both included, begin and end; empty if the last is earlier."""
    start = day_ends(scope, first - DAY)
    return start, max(start, day_ends(scope, last))
