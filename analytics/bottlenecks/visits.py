"""Moves: how visits to each stage end, now and before, and the chain that they make.

What the losses, the change and the what-if rest on. The unit is a visit to a stage, also a second
one; moving on is to any later stage, within the stage's horizon: the time in which nine of ten of
those that moved on had, and a week at the least, as late by hours is not lost. Only visits that had
the horizon count, so nobody fails by being young. Time is that of the calendar, whatever the view's
clock.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.survival import Curve, curve
from analytics.view.view import segment_text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUARTER = 91
"""The days of a quarter: thirteen weeks, so that each has as many working days."""

LEAST_HORIZON = 7 * 86_400.0
"""In seconds."""

YEAR = 365
"""The days before that a rate's own past is made of."""

CELL_COLUMNS = [
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

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """When the visits to a stage began that are counted, now and before: days, both included.

    `horizon` in seconds: every visit of either had that long by `as_of`. Where the last day is
    before the first there is no such day.
    """

    stage: str
    horizon: float
    first_day: date
    last_day: date
    before_first_day: date
    before_last_day: date

    @property
    def days(self) -> int:
        """How many days `now` has; 0 when no visit of it had the horizon."""
        return max(0, (self.last_day - self.first_day).days + 1)


@dataclass(frozen=True, eq=False)
class Moves:
    """Where visits to each of `stages`, all but the `last` one, lead, all leads together.

    `chain`: won is the last stage, and whoever never left is counted with the lost. A stage that
    nobody visited is unknown (NaN). `ends`: by stage, how many visits were seen to end in each
    stage but the last, in the last one, and otherwise: what the error of the shares comes from.
    """

    stages: tuple[str, ...]
    last: str
    chain: Chain
    ends: Ints

    @property
    def advancing(self) -> Floats:
        """The share of each stage's visits that ever moves on, by whatever time."""
        later = np.triu(self.chain.moves, 1).sum(axis=-1)
        return np.asarray(later + self.chain.wins)


def everything(scope: Scope, dimensions: tuple[str, ...] | None = None) -> Scope:
    """The scope of all visits within the view's filters by its `as_of`, whatever its period."""
    view, generation = scope.view, scope.generation
    whole = replace(
        view.during("all"),
        level="stage",
        mode="flow",
        skipped="passed",
        window=None,
        clock="calendar",
        by=None,
        compare="none",
        stage=None,
    )
    return Scope(whole, generation, dimensions)


def windows(scope: Scope) -> tuple[Window, ...]:
    """When the visits began that count now and before, by stage but the last, in order.

    Now is the view's period, up to the last day that had the horizon; without a period the last
    QUARTER days that had. Before is the YEAR up to it.
    """
    view, generation = scope.view, scope.generation
    scope = everything(Scope(view, generation))
    known = scope.ask("bottlenecks/visit_horizons", of="stays")
    horizons = dict(zip(known["stage_rank"], known["horizon"], strict=True))
    asked = Scope(view, generation)
    first, last = asked.days
    found = []
    for rank, stage in enumerate(generation.pipeline.slugs[:-1]):
        # To the microsecond, as stays are: the one that it is the length of had that time.
        horizon = max(LEAST_HORIZON, round(float(horizons.get(rank, 0.0)), 6))
        ripe = ripe_day(scope, horizon)
        if asked.is_whole:
            first, last = ripe - (QUARTER - 1) * _DAY, ripe
        found.append(
            Window(
                stage=stage,
                horizon=horizon,
                first_day=first,
                last_day=min(last, ripe),
                before_first_day=first - YEAR * _DAY,
                before_last_day=min(first - _DAY, ripe),
            )
        )
    return tuple(found)


def ripe_day(scope: Scope, horizon: float) -> date:
    """The last day of the store of which every visit had `horizon` seconds by `as_of`."""
    instant = scope.as_of - timedelta(seconds=horizon)
    return instant.replace(tzinfo=UTC).astimezone(scope.zone).date() - _DAY


def day_ends(scope: Scope, day: date) -> datetime:
    """The instant a day of the store's calendar ends, naive UTC."""
    end: datetime = Scope(scope.view.during(first=day, last=day), scope.generation).parameters[
        "period_end"
    ]
    return end


def cells(
    scope: Scope,
    dimensions: tuple[str, ...],
    within: tuple[Window, ...],
) -> pd.DataFrame:
    """How many visits moved on in time, now and before, of everybody and of each segment.

    One row per dimension, segment and stage with any visit. Columns (CELL_COLUMNS): dimension and
    segment (`segment_text`), both null for everybody; stage; n, visits that began in `now`, and
    advanced of them in time, later after it; entered, leads that came to the stage for the first
    time in `now`; before_n, before_advanced and before_later, the same of `before`.
    """
    view, generation = scope.view, scope.generation
    scope = everything(Scope(view, generation), dimensions)
    now = [(window.first_day, window.last_day) for window in within]
    earlier = [(window.before_first_day, window.before_last_day) for window in within]
    bound: dict[str, Any] = {
        "horizons": [window.horizon for window in within],
        **_instants(scope, "now", now),
        **_instants(scope, "before", earlier),
    }
    found = of_parts(scope, "bottlenecks/visit_counts", of="stays", **bound)
    keys = ["place", "dimension", "segment", "stage_rank"]
    counted = ["n", "advanced", "later"]
    before = found.loc[~found["is_now"], [*keys, *counted]].rename(
        columns={name: f"before_{name}" for name in counted}
    )
    rows = found.loc[found["is_now"], [*keys, *counted, "entered"]]
    rows = rows.merge(before, on=keys, how="outer")
    counts = CELL_COLUMNS[3:]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    rows["stage"] = [generation.pipeline.slugs[rank] for rank in rows["stage_rank"]]
    rows = rows.sort_values(["place", "stage_rank", "segment"], kind="stable", ignore_index=True)
    rows[["dimension", "segment"]] = rows[["dimension", "segment"]].astype(object)
    nobody = rows["place"] == 0
    for name in ("dimension", "segment"):
        rows[name] = rows[name].where(~nobody, None)
    return rows[CELL_COLUMNS]


def curves(scope: Scope, window: Window) -> tuple[Curve, Curve]:
    """How the visits to a window's stage ended over time, of before and of now."""
    view, generation = scope.view, scope.generation
    scope = everything(Scope(view, generation))
    (now_start, now_end), (before_start, before_end) = (
        _bounds(scope, window.first_day, window.last_day),
        _bounds(scope, window.before_first_day, window.before_last_day),
    )
    found = scope.ask(
        "bottlenecks/visit_curves",
        of="stays",
        stage=window.stage,
        now_start=now_start,
        now_end=now_end,
        before_start=before_start,
        before_end=before_end,
    )
    before, now = (
        curve(rows["seconds"].to_numpy(), rows["outcome"].to_numpy(), rows["visits"].to_numpy())
        for rows in (found[~found["is_now"]], found[found["is_now"]])
    )
    return before, now


def of_parts(scope: Scope, question: str, *, of: str, **parameters: Any) -> pd.DataFrame:
    """The rows of a question that takes the scope's parts apart, with the names of what they are.

    Its columns place (0 for everybody, else which of the scope's dimensions) and segment become
    dimension and segment (`segment_text`), both null for everybody.
    """
    found = scope.ask(question, of=of, **parameters)
    places = found["place"].tolist()
    found["dimension"] = pd.Series(
        [None if place == 0 else (scope.dimensions or ())[place - 1] for place in places],
        dtype=object,
    )
    found["segment"] = pd.Series(
        [
            None if place == 0 else segment_text(value if isinstance(value, str) else None)
            for place, value in zip(places, found["segment"].astype(object), strict=True)
        ],
        dtype=object,
    )
    return found


def chain_of(scope: Scope, within: tuple[Window, ...]) -> Moves:
    """How the visits of `before` and `now` end, all segments together: Aalen–Johansen by where to.

    Visits that still last are censored. What has not ended where the follow-up does is lost.
    """
    view, generation = scope.view, scope.generation
    scope = everything(Scope(view, generation))
    days = [(window.before_first_day, window.last_day) for window in within]
    found = scope.ask("bottlenecks/visit_outcomes", of="stays", **_instants(scope, "", days))
    slugs = generation.pipeline.slugs
    stages = len(slugs) - 1
    shares = np.full((stages, stages + 1), np.nan)
    ends = np.zeros((stages, stages + 2), dtype=np.int64)
    for rank, rows in found.groupby("stage_rank"):
        cause = rows["next_stage"].astype(object).where(rows["next_stage"].notna(), "open")
        course = curve(rows["seconds"].to_numpy(), cause.to_numpy(), rows["visits"].to_numpy())
        for place, slug in enumerate(slugs):
            shares[rank, place] = course.incidence_of(slug)[-1]
            ends[rank, place] = rows.loc[cause == slug, "visits"].sum()
        ends[rank, -1] = rows.loc[cause != "open", "visits"].sum() - ends[rank, :-1].sum()
    # A sum of shares may come out a rounding above 1.
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return Moves(slugs[:-1], slugs[-1], Chain(shares[:, :-1], shares[:, -1]), ends)


def moving_on(chain: Chain, stage: int, rate: Floats) -> Chain:
    """The chain if a share `rate` of a stage's visits moved on, one scenario an entry of `rate`.

    The later stages keep their proportions (all to the next one, were there none), those who go
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


def _instants(scope: Scope, name: str, days: list[tuple[date, date]]) -> dict[str, Any]:
    """Days, both included, as parameters: the instants they begin, and end."""
    prefix = f"{name}_" if name else ""
    bounds = [_bounds(scope, first, last) for first, last in days]
    return {
        f"{prefix}starts": [start for start, _ in bounds],
        f"{prefix}ends": [end for _, end in bounds],
    }


def _bounds(scope: Scope, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants a run of days begins and ends; nothing where the last is before the first."""
    start = day_ends(scope, first - _DAY)
    return start, max(start, day_ends(scope, last))
