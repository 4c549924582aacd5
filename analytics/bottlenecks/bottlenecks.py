"""Bottlenecks: where customers are lost against a benchmark, how many, and how sure that is.

The largest drop is always at the top of the funnel and says nothing. A transition of a segment is
held against what it was or could be, and the difference is told in customers a quarter, from the
chain with its loops (`metrics` § 8). Chance does not rank: see `bottlenecks`.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.asked import of_visits, question
from analytics.bottlenecks import visits as bottlenecks_visits
from analytics.bottlenecks.visits import QUARTER, Moves, Window, moving_on
from analytics.scope import Scope
from analytics.stats import change_point, shrinkage
from analytics.stats.change_point import Turn
from analytics.stats.intervals import newcombe, wilson
from analytics.stats.significance import benjamini_hochberg, lower, lower_than
from analytics.stats.survival import Curve
from analytics.time_in_stage.time_in_stage import stays
from analytics.view.scenario import Scenario
from analytics.view.view import View, segment_value
from analytics.view.vocabulary import values
from data.store import Generation

LEAST = 30
"""Under so many visits, now or in its own past, a rate is not tested: too little data."""

SURE = 0.1
"""What is ranked has a q value below this: the share of false alarms among as sure ones."""

DIMENSIONS = ("team", "channel", "region", "source", "owner")
"""Where losses are looked for unless the view breaks down by something."""

MOST_SEGMENTS = 60
"""A dimension with more values is left out unless it is asked for."""

COLUMNS = [
    "transition",
    "segment",
    "n",
    "rate",
    "benchmark",
    "wins_lost",
    "wins_lost_low",
    "wins_lost_high",
    "q_value",
    "dimension",
    "stage",
    "next_stage",
    "advanced",
    "held_against",
    "benchmark_n",
    "benchmark_advanced",
    "p_value",
    "ranked",
    "too_few",
    "headline",
    "share",
    "value_lost",
    "entered",
    "low",
    "high",
    "later",
    "benchmark_later",
    "lasting",
]
COURSE_COLUMNS = ["bucket", "n", "advanced", "rate", "low", "high", "mature"]

_ROUNDING = 1e-9
_SLIGHT = 0.01  # what one visit may speak for where the long run is told
_FEW_SEGMENTS = 3  # fewer segments have no best quartile
_FEW_AMOUNTS = 10  # fewer customers with an amount have no mean of their own
_COUNTS = ("n", "advanced", "later", "benchmark_n", "benchmark_advanced", "benchmark_later")
_FLAGS = ("ranked", "too_few", "headline")
_TEXTS = ("transition", "segment", "dimension", "stage", "next_stage", "held_against")
_TYPES = {
    name: "int64" if name in _COUNTS else "bool" if name in _FLAGS else "float64"
    for name in COLUMNS
    if name not in _TEXTS
}


@dataclass(frozen=True)
class Bottlenecks:
    """What is lost where, in customers a quarter.

    `rows`, one per transition and segment, those that are ranked first, the `headline` of each
    transition before what overlaps with it, by wins_lost_low. Columns (COLUMNS):

    transition ('sal>sql': from stage to next_stage or any later one); segment of dimension, both
    null for everybody; n, visits to the stage that began `now` and had the horizon; advanced of
    them moved on within it, at a rate with its 95 % Wilson interval (low, high); benchmark, what it
    is held against: held_against 'past' (its own, advanced of n before), 'best' or 'target'.

    wins_lost: customers a quarter that come of the entered (leads a quarter that are there for the
    first time) fewer than at the benchmark; negative where it is better. Its limits are those of
    the difference of the rates (Newcombe's 95 %, against a fixed rate Wilson's); the rest of the
    chain and the number of leads are taken as they are. value_lost: the same in `currency`, by the
    mean won amount; null where no amounts are known. share: of the loss of everybody at the
    transition, null where there is none.

    Who moved on after the horizon is not in the rate: later, and benchmark_later, count them. Where
    a stage became slow and not only leaky they are many, and part of the loss is merely late.
    lasting is what of wins_lost is not: the same from the shares that have moved on as far as
    now is followed (Aalen–Johansen, before over the same time); only of a headline held against its
    past, else null; without an interval.

    p_value: of a rate so far below; q_value over all that were tested; too_few: not tested.
    `windows`, by stage, says when the visits of now and before began.
    """

    rows: pd.DataFrame
    windows: tuple[Window, ...]
    moves: Moves
    currency: str

    @property
    def first_day(self) -> date:
        """The first day of now, of whichever stage."""
        return min(window.first_day for window in self.windows)

    @property
    def last_day(self) -> date:
        """The last day of now, of whichever stage."""
        return max(window.last_day for window in self.windows)

    @property
    def before_first_day(self) -> date:
        """The first day of before, of whichever stage."""
        return min(window.before_first_day for window in self.windows)

    @property
    def before_last_day(self) -> date:
        """The last day of before, of whichever stage."""
        return max(window.before_last_day for window in self.windows)

    @property
    def ranked(self) -> pd.DataFrame:
        """The ranking: one row per transition, the surest large loss first; may be empty."""
        return self.rows[self.rows["headline"]]

    def window(self, stage: str) -> Window:
        """When the visits to a stage began that its rows count."""
        return next(window for window in self.windows if window.stage == stage)


@dataclass(frozen=True)
class Course:
    """A rate over time, and since when it has been another.

    `rows`, one per month, or week when the data has under six months, empty ones included. Columns
    (COURSE_COLUMNS): bucket, its first day; n, visits that began in it and had the horizon (a
    visit of `stays` each); advanced within it; rate with its 95 % Wilson interval, null without
    visits; mature, whether all visits of the bucket had the horizon.

    `turn` is the likeliest moment of change, None where the data has none to offer: whether it is
    one says its `is_found`. `turned` is its bucket, None unless found. `unit`: 'month' or 'week'.
    """

    rows: pd.DataFrame
    unit: str
    turn: Turn | None

    @property
    def turned(self) -> date | None:
        """The first day of the bucket since which the rate is another."""
        if self.turn is None or not self.turn.is_found:
            return None
        found: date = self.rows["bucket"].iloc[self.turn.place]
        return found


def _decisive(view: View) -> View:
    """Of a scenario, losses only depend on what they are held against."""
    held = Scenario(benchmark=view.scenario.benchmark)
    if held.benchmark == "target":
        held = replace(held, targets=view.scenario.targets)
    return replace(of_visits(view), scenario=held)


@question(_decisive)
def bottlenecks(scope: Scope) -> Bottlenecks:
    """Which transitions of which segments lose customers against the view's benchmark.

    By stages, whatever the view's level; by visits to a stage (see `analytics.moves`), within the
    view's filters and up to its `as_of`. Tried are everybody and each segment of the view's
    breakdown, or of all of DIMENSIONS. The benchmark is that of the view's scenario: the `past`,
    the own rate of the year before; the `best` quartile of the segments of the dimension now, after
    shrinkage, where there are three; a `target` by stage. Where there is none it is the past.

    Ranked is what has LEAST visits (in its past as well), a q value below SURE over all that were
    tested, and a loss whose lower limit is above nothing.
    """
    view, generation = scope.view, scope.generation
    within = bottlenecks_visits.windows(scope)
    dimensions = _dimensions(scope)
    counted = bottlenecks_visits.cells(scope, dimensions, within)
    chain = bottlenecks_visits.chain_of(scope, within)
    candidates = [
        candidate
        for _, group in counted.groupby(["dimension", "stage"], dropna=False, sort=False)
        for candidate in _candidates(view, group)
    ]
    if candidates:
        _value(candidates, chain, {window.stage: window.days for window in within})
        _test(candidates)
        _price(candidates, _mean_amounts(scope, dimensions))
        _choose(candidates)
        for candidate in candidates:
            if candidate["headline"] and candidate["held_against"] == "past":
                candidate["lasting"] = _lasting(candidate, chain, view, generation, within)
    rows = pd.DataFrame(candidates, columns=COLUMNS).astype(_TYPES)
    for name in ("dimension", "segment"):
        rows[name] = rows[name].astype(object).where(rows[name].notna(), None)
    order = {stage: place for place, stage in enumerate(generation.pipeline.slugs)}
    rows = (
        rows.assign(behind=~rows["headline"], last=~rows["ranked"], place=rows["stage"].map(order))
        .sort_values(
            ["behind", "last", "wins_lost_low", "wins_lost", "place", "dimension", "segment"],
            ascending=[True, True, False, False, True, True, True],
            na_position="last",
            kind="stable",
            ignore_index=True,
        )
        .drop(columns=["behind", "last", "place"])
    )
    return Bottlenecks(rows, within, chain, generation.currency)


def visits(
    scope: Scope,
    window: Window,
    dimension: str | None = None,
    segment: str | None = None,
) -> pd.DataFrame:
    """The visits behind n: one row per visit, columns as in `analytics.stays.stays`."""
    view, generation = scope.view, scope.generation
    found = stays(Scope(view_of(view, window, dimension, segment), generation), window.stage).rows
    return found if window.days else found.iloc[:0]


def view_of(
    view: View, window: Window, dimension: str | None = None, segment: str | None = None
) -> View:
    """The view whose stays at the window's stage are those that a row counts as n.

    A window without days has no such view: that is of its first day.
    """
    own = _alone(view, dimension, segment).during(
        first=window.first_day, last=max(window.first_day, window.last_day)
    )
    return replace(own, mode="flow", clock="calendar", by=None, compare="none", stage=None)


@question(lambda view: replace(of_visits(view), by=None))
def course(
    scope: Scope,
    stage: str,
    dimension: str | None = None,
    segment: str | None = None,
) -> Course:
    """How the rate of moving on from a stage went over all of the data, of a segment or everybody.

    The horizon is that of `bottlenecks`. Raises ValueError for a stage that nobody can move on
    from.
    """
    view, generation = scope.view, scope.generation
    if stage not in generation.pipeline.slugs[:-1]:
        raise ValueError(f"From {stage!r} nobody moves on.")
    window = next(
        w for w in bottlenecks_visits.windows(Scope(view, generation)) if w.stage == stage
    )
    scope = bottlenecks_visits.everything(Scope(_alone(view, dimension, segment), generation))
    first, last = scope.known_days
    unit = "month" if (last - first).days >= QUARTER * 2 else "week"
    ripe = bottlenecks_visits.ripe_day(scope, window.horizon)
    found = scope.ask(
        "bottlenecks/visit_course",
        of="stays",
        stage=stage,
        unit=unit,
        horizon=window.horizon,
        ripe_end=bottlenecks_visits.day_ends(scope, ripe),
    )
    found["bucket"] = pd.to_datetime(found["bucket"])
    frequency, period = ("MS", "M") if unit == "month" else ("W-MON", "W-SUN")
    start = pd.Period(pd.Timestamp(first), period).start_time
    buckets = pd.date_range(start, pd.Timestamp(last), freq=frequency, name="bucket")
    rows = found.set_index("bucket").reindex(buckets).reset_index()
    counts = ["n", "advanced"]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    rows["rate"] = (rows["advanced"] / rows["n"]).where(rows["n"] > 0)
    pairs = zip(rows["advanced"], rows["n"], strict=True)
    limits = [wilson(advanced, n) if n else (math.nan, math.nan) for advanced, n in pairs]
    rows["low"] = [low for low, _ in limits]
    rows["high"] = [high for _, high in limits]
    ends = pd.PeriodIndex(rows["bucket"], freq=period).end_time.date
    rows["mature"] = [end <= ripe for end in ends]
    rows["bucket"] = rows["bucket"].dt.date  # a day of the store's calendar, no instant
    turn = change_point.find(rows["advanced"].to_numpy(), rows["n"].to_numpy())
    return Course(rows[COURSE_COLUMNS], unit, turn)


def _alone(view: View, dimension: str | None, segment: str | None) -> View:
    if dimension is None or segment is None:
        return view
    return view.where(dimension, [segment_value(segment)])


def _dimensions(scope: Scope) -> tuple[str, ...]:
    view, generation = scope.view, scope.generation
    if view.by is not None:
        return (view.by,)
    return tuple(
        name
        for name in DIMENSIONS
        if name in generation.dimensions
        and 2 <= len(values(generation, name)) <= MOST_SEGMENTS
        and len(view.values(name)) != 1  # one value is everybody once more
    )


def _candidates(view: View, group: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """What is held against what, of one stage and dimension: the group's rows."""
    scenario = view.scenario
    stage = group["stage"].iat[0]
    fixed: float | None = None
    if scenario.benchmark == "target":
        target = dict(scenario.targets).get(stage)
        fixed = None if target is None else target / 100
    elif scenario.benchmark == "best":
        fixed = _best(group)
    for cell in group.itertuples(index=False):
        n, advanced, before = int(cell.n), int(cell.advanced), int(cell.before_n)
        past = fixed is None
        whole = cell.dimension is None
        candidate: dict[str, Any] = dict.fromkeys(COLUMNS)
        candidate |= dict.fromkeys(_FLAGS, False)
        candidate |= {
            "segment": cell.segment,
            "dimension": None if whole else cell.dimension,
            "stage": stage,
            "n": n,
            "advanced": advanced,
            "entered": float(cell.entered),
            "held_against": "past" if past else scenario.benchmark,
            "benchmark_n": before if past else 0,
            "benchmark_advanced": int(cell.before_advanced) if past else 0,
            "later": int(cell.later),
            "benchmark_later": int(cell.before_later) if past else 0,
            "too_few": n < LEAST or (past and before < LEAST),
        }
        if n:
            candidate["rate"] = advanced / n
            candidate["low"], candidate["high"] = wilson(advanced, n)
        if past:
            candidate["benchmark"] = int(cell.before_advanced) / before if before else None
        else:
            candidate["benchmark"] = fixed
        yield candidate


def _best(group: pd.DataFrame) -> float | None:
    """The best quartile of the shrunk rates of the segments that are tested."""
    tried = group[group["n"] >= LEAST]
    if group["dimension"].iat[0] is None or len(tried) < _FEW_SEGMENTS:
        return None
    rates = shrinkage.shrunk(tried["advanced"].tolist(), tried["n"].tolist())
    return float(np.quantile(rates, 0.75))


def _value(candidates: Iterable[dict[str, Any]], chain: Moves, days: dict[str, int]) -> None:
    """Adds the transition, the leads a quarter and what is lost of them."""
    for place, stage in enumerate(chain.stages):
        here = [candidate for candidate in candidates if candidate["stage"] == stage]
        following = (*chain.stages, chain.last)[place + 1]
        for candidate in here:
            candidate["transition"] = f"{stage}>{following}"
            candidate["next_stage"] = following
            candidate["entered"] *= QUARTER / days[stage] if days[stage] else 0.0
        known = [c for c in here if c["n"] and c["benchmark"] is not None]
        if not known:
            continue
        pairs = np.array([_rates(candidate) for candidate in known])
        won = moving_on(chain.chain, place, pairs.ravel()).win[:, place]
        lost = won.reshape(pairs.shape)
        for candidate, (at, now, at_low, now_high, at_high, now_low) in zip(
            known, lost, strict=True
        ):
            candidate["wins_lost"] = candidate["entered"] * (at - now)
            candidate["wins_lost_low"] = candidate["entered"] * (at_low - now_high)
            candidate["wins_lost_high"] = candidate["entered"] * (at_high - now_low)


def _rates(candidate: dict[str, Any]) -> tuple[float, ...]:
    """The benchmark and the rate: as they are, with the least loss, and with the largest."""
    benchmark, rate = candidate["benchmark"], candidate["rate"]
    if candidate["held_against"] == "past":
        low, high = newcombe(
            candidate["advanced"],
            candidate["n"],
            candidate["benchmark_advanced"],
            candidate["benchmark_n"],
        )
        now_low, now_high = (min(1.0, max(0.0, benchmark + limit)) for limit in (low, high))
    else:
        now_low, now_high = candidate["low"], candidate["high"]
    return benchmark, rate, benchmark, now_high, benchmark, now_low


def _test(candidates: Iterable[dict[str, Any]]) -> None:
    """Adds p and q of those with enough visits, and whether they are ranked."""
    tried = [candidate for candidate in candidates if not candidate["too_few"]]
    for candidate in tried:
        n, advanced = candidate["n"], candidate["advanced"]
        if candidate["held_against"] == "past":
            candidate["p_value"] = lower(
                advanced, n, candidate["benchmark_advanced"], candidate["benchmark_n"]
            )
        else:
            candidate["p_value"] = lower_than(advanced, n, candidate["benchmark"])
    q_values = benjamini_hochberg([candidate["p_value"] for candidate in tried])
    for candidate, q_value in zip(tried, q_values, strict=True):
        candidate["q_value"] = q_value
        candidate["ranked"] = q_value < SURE and candidate["wins_lost_low"] > 0


def _price(
    candidates: Iterable[dict[str, Any]], means: dict[tuple[str | None, str | None], float]
) -> None:
    """Adds what the loss is worth, by the segment's own mean amount or everybody's."""
    for candidate in candidates:
        mean = means.get((candidate["dimension"], candidate["segment"]), means.get((None, None)))
        if mean is not None and candidate["wins_lost"] is not None:
            candidate["value_lost"] = candidate["wins_lost"] * mean


def _mean_amounts(
    scope: Scope, dimensions: tuple[str, ...]
) -> dict[tuple[str | None, str | None], float]:
    """The mean won amount of everybody and of the segments that have enough, by dimension."""
    generation = scope.generation
    found = bottlenecks_visits.of_parts(
        bottlenecks_visits.everything(scope, dimensions),
        "bottlenecks/won_amounts",
        of="reaches",
        currency=generation.currency,
    )
    return {
        (row.dimension, row.segment): row.value / row.amounts
        for row in found.itertuples(index=False)
        if row.dimension is None or row.amounts >= _FEW_AMOUNTS
    }


def _choose(candidates: list[dict[str, Any]]) -> None:
    """Adds the share of everybody's loss, and which of those that overlap is the headline."""
    for stage in {candidate["stage"] for candidate in candidates}:
        here = [candidate for candidate in candidates if candidate["stage"] == stage]
        whole = next(candidate for candidate in here if candidate["dimension"] is None)
        all_lost = whole["wins_lost"]
        if all_lost is not None and all_lost > 0:
            for candidate in here:
                if candidate["wins_lost"] is not None:
                    candidate["share"] = candidate["wins_lost"] / all_lost
        ranked = [candidate for candidate in here if candidate["ranked"]]
        if not ranked:
            continue
        chosen = max(ranked, key=_sure_loss)
        if chosen is whole:
            carriers = [c for c in ranked if c is not whole and 2 * c["wins_lost"] >= all_lost]
            chosen = max(carriers, key=_sure_loss, default=whole)
        chosen["headline"] = True


def _lasting(
    candidate: dict[str, Any],
    chain: Moves,
    view: View,
    generation: Generation,
    within: tuple[Window, ...],
) -> float:
    """What of the loss is not merely late."""
    place = chain.stages.index(candidate["stage"])
    own = _alone(view, candidate["dimension"], candidate["segment"])
    rates = _in_the_end(*bottlenecks_visits.curves(Scope(own, generation), within[place]))
    before, now = moving_on(chain.chain, place, np.clip(rates, 0, 1)).win[:, place]
    return float(candidate["entered"] * (before - now))


def _in_the_end(before: Curve, now: Curve) -> tuple[float, float]:
    """The shares that have moved on as far as now is followed well, and of before as long on.

    That is until one more visit would move the curve by more than _SLIGHT (or than two visits do).
    """
    bearable = max(_SLIGHT, 2 / now.leads) + _ROUNDING
    end = int(np.searchsorted(now.weight, bearable, side="right")) - 1
    place = int(np.searchsorted(before.times, now.times[end], side="right")) - 1
    earlier = float(before.incidence_of("advanced")[place]) if place >= 0 else 0.0
    return earlier, float(now.incidence_of("advanced")[end])


def _sure_loss(candidate: dict[str, Any]) -> float:
    return float(candidate["wins_lost_low"])
