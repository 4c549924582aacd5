"""Attribution: which sources deserve the credit for those who came to a milestone.

All models are answered side by side (`metrics` § 4); none of them says what caused what. The engine
adds up the touches (`analytics.touchpoints`), by groups of journeys where a band is asked for; only
such sums are worked on here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd

from analytics.asked import of_leads, question
from analytics.scope import Scope
from analytics.sources.spend import spend
from analytics.sources.touchpoints import (
    BUCKETS,
    OTHERS,
    OTHERS_ID,
    UNNAMED_ID,
    Touchpoints,
    touchpoints,
)
from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.removal_effect import LOST, WON, Moves, Removal, removal
from analytics.stats.shapley import MOST_EXACT, Game, members, rate_game, sum_game
from analytics.view.attribution_rules import MODELS, POSITIONS, Credit
from analytics.view.view import View, segment_text

COLUMNS = [
    "model",
    "source",
    "credit",
    "value",
    "spend",
    "cost_per_credit",
    "roi",
    "low",
    "high",
    "rank",
    "error",
]
FEW = 200
"""With fewer conversions than this the models say little."""

OF_ALL_JOURNEYS = ("markov", "shapley_rate")
"""The models that look at the journeys of those too who did not come to the milestone."""

RESAMPLES = 500
FEWER_RESAMPLES = 50
"""Where one answer takes long (several touches remembered, sampled orders of many sources), a band
is that of a normal distribution, its spread told by so many resamples."""

PERMUTATIONS, FEWER_PERMUTATIONS = 500, 50
"""Sampled orders of an answer, and of each of its resamples, where there are many sources."""

_ROLES = ("of_first", "of_created", "of_opportunity", "of_last", "of_rest")
_SINGLE = {
    "first": (100.0, 0.0, 0.0, 0.0, 0.0),
    "last": (0.0, 0.0, 0.0, 100.0, 0.0),
    "linear": (0.0, 0.0, 0.0, 0.0, 100.0),
}
_IDS = OTHERS_ID + 1
_Z95 = 1.959963984540054

_DENSE = 4_000_000
"""A matrix of more numbers than this is not made to resample at one go."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """The credit of each source under each model, and what it is the credit for.

    `rows`: one row per model and source, and one per model whose source is null: what no source can
    be credited with. Columns (COLUMNS): credit, in conversions; value, in `currency`; spend of the
    scope's days, null when unknown; cost_per_credit = spend / credit; roi = (value × margin −
    spend) / spend; low and high, the 95 % band of the asked model by the asked measure, null for
    the others; rank by that measure, 1 for the most; error, the standard error of credit that
    sampling left. A model's credit adds up to `conversions`, its value to `value`.

    `own`: conversions credited to the lead's own source, no touch of it being known.
    `unattributed`: conversions without a touch that names a source. `without_amount`: those of
    unknown value, which counts as 0. `grouped`: how many sources go together as OTHERS. `few`:
    whether there are fewer conversions than FEW. `chance`: which share of the journeys with a
    touch came to the milestone; null without any, or where no model asks for those that did not.
    `left_out`: the models that what is known does not suffice for.
    """

    rows: pd.DataFrame
    conversions: float
    value: float
    own: float
    unattributed: float
    without_amount: float
    grouped: int
    currency: str | None
    few: bool
    chance: float | None
    left_out: tuple[str, ...] = ()


def _decisive(view: View) -> View:
    """The model that it is held against is no part of the answer."""
    credit = replace(view.credit, versus=Credit().versus)
    return replace(of_leads(view), credit=credit)


@question(_decisive)
def attribution(scope: Scope, models: Sequence[str] = MODELS) -> Attribution:
    """The credit for the leads of a view that came to its milestone, by the view's rules.

    See `touchpoints` for which leads and touches those are; conversions are as many as `leads` of
    the milestone. Only the `models` named are answered. Where the view filters, spend is unknown:
    it was for other leads too.
    """
    view = scope.view
    losing = any(model in OF_ALL_JOURNEYS for model in models)
    with touchpoints(scope, losing=losing) as found:
        # The leads of a filter are some of those that the money was spent on, whatever the filter.
        spent = {} if view.filters else spend(scope)
        grouped = found.members.loc[found.members["source_id"] == OTHERS_ID, "source"]
        amounts = [spent.get(segment_text(source)) for source in grouped]
        known = [amount for amount in amounts if amount is not None]
        spent[OTHERS] = sum(known) if len(known) == len(amounts) else None
        return shared(found, view.credit, spent, models)


def shared(
    found: Touchpoints,
    credit: Credit,
    spent: Mapping[str, float | None] | None = None,
    models: Sequence[str] = MODELS,
) -> Attribution:
    """The credit for the touchpoints found; `spent` by the source's name."""
    left_out = () if found.has_times else tuple(m for m in models if _needs_times(m, credit))
    answered = tuple(model for model in MODELS if model in models and model not in left_out)
    asks_losses = any(model in OF_ALL_JOURNEYS for model in answered)
    work = _Work(found, credit, answered)
    totals = work.totals
    answers = {model: work.answer(model) for model in answered}
    touched = totals["conversions"].sum() - totals["bare_conversions"].sum()
    journeys = touched + totals["losses"].sum() - totals["bare_losses"].sum()
    return Attribution(
        rows=_rows(found, credit, answers, spent or {}),
        conversions=float(totals["conversions"].sum()),
        value=float(totals["value"].sum()),
        own=float(totals["own"].sum()),
        unattributed=float(totals["unattributed"].sum()),
        without_amount=float(totals["without_amount"].sum()),
        grouped=found.grouped,
        currency=found.currency,
        few=bool(totals["conversions"].sum() < FEW),
        chance=float(touched / journeys) if journeys and asks_losses else None,
        left_out=left_out,
    )


def _needs_times(model: str, credit: Credit) -> bool:
    """Whether a model asks when a touch was, or when the lead or its opportunity was made."""
    if model in POSITIONS:
        _first, created, opportunity, _last, _rest = credit.weights_of(model)
        return created > 0 or opportunity > 0
    return model == "decay"


@dataclass(frozen=True, eq=False)
class _Answer:
    """What a model says by source_id: credit in conversions and in money, sampling error.

    Of the model asked about also the ends of the band of the asked measure.
    """

    credit: Floats
    value: Floats
    error: Floats
    low: Floats | None = None
    high: Floats | None = None


@dataclass(frozen=True, eq=False)
class _Work:
    """Touchpoints and the rules to share their credit by; what several models need, asked once."""

    found: Touchpoints
    credit: Credit
    models: tuple[str, ...]

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The rows of `journey_totals.sql`."""
        return self.found.ask("journey_totals").astype(float)

    @cached_property
    def bare(self) -> dict[str, Floats]:
        """What journeys without a touch came to, by bucket."""
        bucket = self.totals["bucket"].to_numpy(np.int64)
        return {
            measure: np.bincount(bucket, self.totals[column], BUCKETS).astype(np.float64)
            for measure, column in (("count", "bare_conversions"), ("value", "bare_value"))
        }

    @cached_property
    def credits(self) -> pd.DataFrame:
        """The rows of `touch_credits.sql`."""
        weights = {**_SINGLE, **dict(zip(POSITIONS, self.credit.weights, strict=True))}
        rows = [(model, *map(float, of)) for model, of in weights.items() if model in self.models]
        table = pd.DataFrame(rows, columns=["model", *_ROLES])
        types = {"model": "str"} | dict.fromkeys(_ROLES, "float64")
        self.found.session.put("position_weights", table.astype(types))
        half_life = self.credit.half_life if "decay" in self.models else None
        found = self.found.ask("touch_credits", half_life=half_life)
        self.found.session.drop("position_weights")
        return found

    @cached_property
    def sets(self) -> pd.DataFrame:
        """The rows of `touch_sets.sql`, by bucket where the asked model is made of them."""
        asked = self.credit.model in ("linear_source", "shapley", "shapley_rate")
        return self.found.ask("touch_sets", by_bucket=asked and self.has_band)

    @property
    def has_band(self) -> bool:
        """Whether the journeys can be resampled: those of a file are already added up."""
        return self.found.has_times

    def answer(self, model: str) -> _Answer:
        """What a model says."""
        if model == "markov":
            return self._markov()
        if model == "shapley_rate":
            return self._rate_game()
        by_bucket = self._sum_game if model in ("linear_source", "shapley") else self._credited
        sums = {measure: by_bucket(model, measure) for measure in ("count", "value")}
        band: tuple[Floats, Floats] | tuple[()] = ()
        if self._is_asked(model):
            band = _percentiles(_resamples(RESAMPLES) @ sums[self.credit.measure])
        count, value = sums["count"].sum(axis=0), sums["value"].sum(axis=0)
        return _Answer(count, value, np.zeros(_IDS), *band)

    def _credited(self, model: str, measure: str) -> Floats:
        """The credit by bucket and source of a model that weighs touches."""
        rows = self.credits[self.credits["model"] == model]
        weights = rows["credit" if measure == "count" else "value"]
        sums = _by_bucket(rows["bucket"], rows["source_id"], weights)
        sums[:, UNNAMED_ID] += self.bare[measure]
        return sums

    def _sum_game(self, _model: str, measure: str) -> Floats:
        """Equal shares of the distinct sources, by bucket and source: Shapley's of the sum game."""
        sums = np.zeros((BUCKETS, _IDS))
        for bucket, rows in self.sets.groupby("bucket"):
            who = members(rows["sources"].to_numpy(np.int64), _IDS)
            won = rows["conversions" if measure == "count" else "value"].to_numpy(np.float64)
            sums[bucket] = sum_game(who, won).values
        sums[:, UNNAMED_ID] += self.bare[measure]
        return sums

    def _rate_game(self) -> _Answer:
        rows, found = self.sets, {}
        codes, place = np.unique(rows["sources"].to_numpy(np.int64), return_inverse=True)
        who = members(codes, _IDS)
        columns = {name: rows[name].to_numpy(np.float64) for name in ("conversions", "value")}
        journeys = (rows["conversions"] + rows["losses"]).to_numpy(np.float64)

        def summed(weights: Floats) -> Floats:
            return np.bincount(place, weights, len(codes)).astype(np.float64)

        for measure, name in (("count", "conversions"), ("value", "value")):
            won = columns[name]
            game = _game(who, summed(won), summed(journeys)) if len(codes) else None
            values, errors = (game.values, game.errors) if game else (np.zeros(_IDS),) * 2
            total = np.float64(won.sum())
            scale = total / values.sum() if values.sum() > 0 else 0.0
            found[measure] = values * scale + self._bare(measure), errors * abs(scale)

        band: tuple[Floats, Floats] | tuple[()] = ()
        if self._is_asked("shapley_rate") and len(codes):
            measure = self.credit.measure
            won = columns["conversions" if measure == "count" else "value"]
            is_exact = int(who.any(axis=0).sum()) <= MOST_EXACT
            times = _resamples(RESAMPLES if is_exact else FEWER_RESAMPLES)
            bucket = rows["bucket"].to_numpy(np.int64)
            wins, all_of = (
                _summed(weights, place, len(codes), bucket, times) for weights in (won, journeys)
            )
            values = rate_game(who, wins, all_of, permutations=FEWER_PERMUTATIONS).values
            credits = _in_proportion(wins.sum(axis=1), values)
            credits[:, UNNAMED_ID] += self._bare_again(len(times))
            band = _percentiles(credits) if is_exact else _normal(found[measure][0], credits)
        return _Answer(found["count"][0], found["value"][0], found["count"][1], *band)

    def _markov(self) -> _Answer:
        asked = self._is_asked("markov")
        order = self.credit.order
        chain = _Chain.of(self.found.ask("touch_moves", remembered=order, by_bucket=asked))
        once = np.ones(BUCKETS)
        answers = {
            measure: chain.credit(once, measure) + self._bare(measure)
            for measure in ("count", "value")
        }
        band: tuple[Floats, Floats] | tuple[()] = ()
        if asked:
            measure = self.credit.measure
            number = RESAMPLES if order == 1 else FEWER_RESAMPLES
            credits = chain.credit(_resamples(number), measure)
            credits[:, UNNAMED_ID] += self._bare_again(number)
            band = _percentiles(credits) if order == 1 else _normal(answers[measure], credits)
        return _Answer(answers["count"], answers["value"], np.zeros(_IDS), *band)

    def _is_asked(self, model: str) -> bool:
        return model == self.credit.model and self.has_band

    def _bare(self, measure: str) -> Floats:
        """The credit that nobody gets, by source_id."""
        credit = np.zeros(_IDS)
        credit[UNNAMED_ID] = self.bare[measure].sum()
        return credit

    def _bare_again(self, number: int) -> Floats:
        """What journeys without a touch come to in each resample."""
        return np.asarray(_resamples(number) @ self.bare[self.credit.measure])


@dataclass(frozen=True, eq=False)
class _Chain:
    """The moves of journeys, and what each group of journeys adds to their weights.

    `ids`: the source_id of each source of `moves`. `rows`: those of `touch_moves.sql`, journeys
    that end being two moves, to WON and to LOST; `place` and `state`: the move that each adds to,
    and the state that it leaves.
    """

    moves: Moves
    ids: Ints
    place: Ints
    state: Ints
    rows: pd.DataFrame

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "_Chain":
        """The chain of the rows of `touch_moves.sql`."""
        ends = rows["next_state"].isna()
        # A journey of a file may both have won and have lost: its end is a move to each.
        inner = rows[~ends].assign(goal=lambda part: part["next_state"])
        won = rows[ends & (rows["conversions"] > 0)].assign(goal=WON, losses=0.0)
        lost = rows[ends & (rows["losses"] > 0)].assign(goal=LOST, conversions=0.0, value=0.0)
        for name in ("conversions", "value"):
            lost[f"started_{name}"] = 0.0
        won["started_losses"] = 0.0
        every = pd.concat([inner, won, lost], ignore_index=True)
        state, goal = every["state"].to_numpy(np.int64), every["goal"].to_numpy(np.int64)
        states = np.unique(state)
        ids, source = np.unique((states & 63) - 1, return_inverse=True)
        before = np.searchsorted(states, state)
        after = np.where(goal < 0, goal, np.searchsorted(states, goal))
        pairs, place = np.unique(before * (len(states) + 2) + after + 2, return_inverse=True)
        moves = Moves(
            pairs // (len(states) + 2), pairs % (len(states) + 2) - 2, source.astype(np.int64)
        )
        return cls(moves, ids, place, before, every)

    def credit(self, times: Floats, measure: str) -> Floats:
        """The credit by source_id, each bucket's journeys counting so many `times`; or by row.

        By value a conversion weighs what it is worth over what one is worth on average, so that it
        is still held against the losses, which are worth nothing but count.
        """
        if not len(self.ids):
            return np.zeros((*times.shape[:-1], _IDS))
        rows = np.atleast_2d(times)
        moves, states = len(self.moves.before), len(self.moves.source)
        won = self.moves.after == WON
        wins = self._summed("conversions", self.place, moves, rows)
        lost = self._summed("losses", self.place, moves, rows)
        started = self._summed("started_conversions", self.state, states, rows)
        totals = wins[:, won].sum(axis=1)
        if measure == "value":
            conversions = totals
            wins = self._summed("value", self.place, moves, rows)
            started = self._summed("started_value", self.state, states, rows)
            totals = wins[:, won].sum(axis=1)
            scale = np.divide(conversions, totals, out=np.zeros_like(totals), where=totals > 0)
            wins, started = wins * scale[:, None], started * scale[:, None]
        starts = started + self._summed("started_losses", self.state, states, rows)
        solved: Removal = removal(self.moves, wins + lost, starts)
        credit = np.zeros((len(rows), _IDS))
        credit[:, self.ids] = solved.credit(totals)
        return credit if times.ndim == 2 else credit[0]

    def _summed(self, name: str, at: Ints, places: int, times: Floats) -> Floats:
        """A column's sums by place, once for each row of times."""
        return _summed(self._columns[name], at, places, self._bucket, times)

    @cached_property
    def _columns(self) -> dict[str, Floats]:
        names = ("conversions", "losses", "value")
        return {
            name: self.rows[name].to_numpy(np.float64)
            for name in (*names, *(f"started_{each}" for each in names))
        }

    @cached_property
    def _bucket(self) -> Ints:
        return np.asarray(self.rows["bucket"], dtype=np.int64)


def _game(who: Flags, won: Floats, journeys: Floats) -> Game:
    return rate_game(who, won, journeys, permutations=PERMUTATIONS)


def _summed(column: Floats, at: Ints, places: int, bucket: Ints, times: Floats) -> Floats:
    """The sums of a column by place, once for each row of `times`: how often a bucket counts."""
    if len(times) == 1 or BUCKETS * places > _DENSE:
        return np.array([np.bincount(at, column * row[bucket], places) for row in times])
    by_bucket = np.bincount(bucket * places + at, column, BUCKETS * places)
    return np.asarray(times @ by_bucket.reshape(BUCKETS, places))


@cache
def _resamples(number: int) -> Floats:
    """How often each group of journeys is drawn in each resample, always the same."""
    random = np.random.default_rng(20_240_101)
    drawn = random.multinomial(BUCKETS, np.full(BUCKETS, 1 / BUCKETS), size=number)
    return drawn.astype(np.float64)


def _percentiles(credits: Floats) -> tuple[Floats, Floats]:
    low, high = np.percentile(credits, (2.5, 97.5), axis=0)
    return low, high


def _normal(credit: Floats, again: Floats) -> tuple[Floats, Floats]:
    half = _Z95 * again.std(axis=0, ddof=1)
    return credit - half, credit + half


def _in_proportion(totals: Floats, values: Floats) -> Floats:
    """Each row's total shared out in proportion to its values, which may be negative."""
    sums = values.sum(axis=1, keepdims=True)
    scale = np.divide(totals[:, None], sums, out=np.zeros_like(sums), where=sums > 0)
    return np.asarray(values * scale)


def _by_bucket(bucket: pd.Series, source_id: pd.Series, weights: pd.Series) -> Floats:
    at = bucket.to_numpy(np.int64) * _IDS + source_id.to_numpy(np.int64)
    sums = np.bincount(at, weights.to_numpy(np.float64), BUCKETS * _IDS)
    return sums.reshape(BUCKETS, _IDS).astype(np.float64)


def _rows(
    found: Touchpoints,
    credit: Credit,
    answers: Mapping[str, _Answer],
    spent: Mapping[str, float | None],
) -> pd.DataFrame:
    """The rows of an answer: by model, the sources with most credit of the asked model first."""
    names = found.names
    by_value = credit.measure == "value"
    first = answers.get(credit.model) or next(iter(answers.values()))
    most = first.value if by_value else first.credit
    named = sorted(
        (number for number, name in names.items() if name is not None),
        key=lambda number: (-most[number], names[number]),
    )
    order = [*named, UNNAMED_ID]
    frames = []
    for model, answer in answers.items():
        part = pd.DataFrame({"model": model, "source": [names[number] for number in order]})
        part["credit"], part["value"] = answer.credit[order], answer.value[order]
        part["error"] = answer.error[order]
        part["low"] = np.nan if answer.low is None else answer.low[order]
        part["high"] = np.nan if answer.high is None else answer.high[order]
        ranked = part["value" if by_value else "credit"].where(part["source"].notna())
        part["rank"] = ranked.rank(ascending=False, method="min").astype("Int64")
        frames.append(part)
    rows = pd.concat(frames, ignore_index=True)
    rows["spend"] = [spent.get(name) if isinstance(name, str) else None for name in rows["source"]]
    rows["spend"] = rows["spend"].astype(float)
    rows["cost_per_credit"] = (rows["spend"] / rows["credit"]).where(rows["credit"] > 0)
    gained = rows["value"] * credit.margin / 100
    rows["roi"] = ((gained - rows["spend"]) / rows["spend"]).where(rows["spend"] > 0)
    return rows[COLUMNS]
