"""The models of attribution: how the credit for conversions is shared among touches.

The engine adds up the touches (`touchpoints`), by groups of journeys where a band is asked for;
only such sums are worked on here.

Source: `docs/counting.md`, Attribution.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from analytics.sources.touchpoints import BUCKETS, OTHERS_ID, UNNAMED_ID, Touchpoints
from analytics.stats import student
from analytics.stats.arrays import Floats, Ints
from analytics.stats.intervals import Z95
from analytics.stats.removal_effect import LOST, WON, Moves, Removal, removal
from analytics.stats.shapley import MOST_EXACT, members, rate_game, sum_game
from analytics.view.attribution_rules import POSITIONS, Credit

RESAMPLES = 500
FEWER_RESAMPLES = 50
"""Where one answer takes long (several touches remembered, sampled orders of many sources), the
band is that of a normal distribution, its spread estimated from so many resamples."""

PERMUTATIONS, FEWER_PERMUTATIONS = 500, 50
"""Sampled orders of an answer, and of each of its resamples, where there are many sources."""

_ROLES = ("of_first", "of_created", "of_opportunity", "of_last", "of_rest")
_SINGLE = {
    "first": (100.0, 0.0, 0.0, 0.0, 0.0),
    "last": (0.0, 0.0, 0.0, 100.0, 0.0),
    "linear": (0.0, 0.0, 0.0, 0.0, 100.0),
}
_IDS = OTHERS_ID + 1

_DENSE = 4_000_000
"""A matrix of more numbers than this is not made: resamples are then summed one by one."""


@dataclass(frozen=True, eq=False)
class ModelCredit:
    """The credit that one model gives, as arrays by source_id.

    Columns:
        credit, in conversions; value, in money
        error, the standard error of credit that sampling left
        low, high: the 95 % band of the asked measure; None unless the view asks for this model
    """

    credit: Floats
    value: Floats
    error: Floats
    low: Floats | None = None
    high: Floats | None = None


@dataclass(frozen=True, eq=False)
class Models:
    """The models over one set of touchpoints, by one set of rules.

    `names`: the models that will be asked for; what several of them need is asked for once.
    """

    touchpoints: Touchpoints
    rules: Credit
    names: tuple[str, ...]

    @cached_property
    def bare(self) -> dict[str, Floats]:
        """What journeys without a touch brought, by bucket."""
        bucket = self.touchpoints.totals["bucket"].to_numpy(np.int64)
        return {
            measure: np.bincount(bucket, self.touchpoints.totals[column], BUCKETS).astype(
                np.float64
            )
            for measure, column in (("count", "bare_conversions"), ("value", "bare_value"))
        }

    @cached_property
    def credits(self) -> pd.DataFrame:
        """The rows of `touch_credits.sql`."""
        weights = {**_SINGLE, **dict(zip(POSITIONS, self.rules.weights, strict=True))}
        rows = [
            (model, *map(float, each)) for model, each in weights.items() if model in self.names
        ]
        table = pd.DataFrame(rows, columns=["model", *_ROLES])
        types = {"model": "str"} | dict.fromkeys(_ROLES, "float64")
        self.touchpoints.session.put("position_weights", table.astype(types))
        half_life = self.rules.half_life if "decay" in self.names else None
        credits = self.touchpoints.ask("touch_credits", half_life=half_life)
        self.touchpoints.session.drop("position_weights")
        return credits

    @cached_property
    def sets(self) -> pd.DataFrame:
        """The rows of `touch_sets.sql`, by bucket where a band is made of them."""
        has_band = any(map(self._has_band, ("linear_source", "shapley", "shapley_rate")))
        return self.touchpoints.ask("touch_sets", by_bucket=has_band)

    def credit_of(self, model: str) -> ModelCredit:
        """The credit that a model gives, with a band where the rules ask for this model."""
        if model == "markov":
            return self._markov()
        if model == "shapley_rate":
            return self._rate_game()
        by_bucket = self._sum_game if model in ("linear_source", "shapley") else self._credited
        sums = {measure: by_bucket(model, measure) for measure in ("count", "value")}
        band: tuple[Floats, Floats] | tuple[()] = ()
        if self._has_band(model):
            band = band_of(sums[self.rules.measure], by_company=self.touchpoints.by_company)
        count, value = sums["count"].sum(axis=0), sums["value"].sum(axis=0)
        return ModelCredit(count, value, np.zeros(_IDS), *band)

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

    def _rate_game(self) -> ModelCredit:
        rows, credit = self.sets, {}
        codes, index = np.unique(rows["sources"].to_numpy(np.int64), return_inverse=True)
        who = members(codes, _IDS)
        columns = {name: rows[name].to_numpy(np.float64) for name in ("conversions", "value")}
        journeys = (rows["conversions"] + rows["losses"]).to_numpy(np.float64)

        def summed(weights: Floats) -> Floats:
            return np.bincount(index, weights, len(codes)).astype(np.float64)

        for measure, name in (("count", "conversions"), ("value", "value")):
            won = columns[name]
            values, errors = np.zeros(_IDS), np.zeros(_IDS)
            if len(codes):
                game = rate_game(who, summed(won), summed(journeys), permutations=PERMUTATIONS)
                values, errors = game.values, game.errors
            total = np.float64(won.sum())
            scale = total / values.sum() if values.sum() > 0 else 0.0
            credit[measure] = values * scale + self._bare(measure), errors * abs(scale)

        band: tuple[Floats, Floats] | tuple[()] = ()
        if self._has_band("shapley_rate") and len(codes):
            measure = self.rules.measure
            won = columns["conversions" if measure == "count" else "value"]
            is_exact = int(who.any(axis=0).sum()) <= MOST_EXACT
            times = _resamples(RESAMPLES if is_exact else FEWER_RESAMPLES)
            bucket = rows["bucket"].to_numpy(np.int64)
            wins, all_of = (
                _summed(weights, index, len(codes), bucket, times) for weights in (won, journeys)
            )
            values = rate_game(who, wins, all_of, permutations=FEWER_PERMUTATIONS).values
            credits = _in_proportion(wins.sum(axis=1), values)
            credits[:, UNNAMED_ID] += self._bare_again(len(times))
            band = self._band(credit[measure][0], credits, is_exact)
        return ModelCredit(credit["count"][0], credit["value"][0], credit["count"][1], *band)

    def _markov(self) -> ModelCredit:
        has_band, order = self._has_band("markov"), self.rules.order
        chain = _Chain.of(self.touchpoints.moves(remembered=order, by_bucket=has_band))
        once = np.ones(BUCKETS)
        credit = {
            measure: chain.credit(once, measure) + self._bare(measure)
            for measure in ("count", "value")
        }
        band: tuple[Floats, Floats] | tuple[()] = ()
        if has_band:
            measure = self.rules.measure
            number = RESAMPLES if order == 1 else FEWER_RESAMPLES
            credits = chain.credit(_resamples(number), measure)
            credits[:, UNNAMED_ID] += self._bare_again(number)
            band = self._band(credit[measure], credits, order == 1)
        return ModelCredit(credit["count"], credit["value"], np.zeros(_IDS), *band)

    def _has_band(self, model: str) -> bool:
        """Whether the model is the one the rules ask for, and the journeys can be resampled.

        Those of a file cannot: they are already added up.
        """
        return model == self.rules.model and self.touchpoints.has_times

    def _band(self, credit: Floats, again: Floats, many: bool) -> tuple[Floats, Floats]:
        """The band of credit that is no sum over buckets, from many resamples or a few."""
        band = _percentiles(again) if many else _normal(credit, again)
        if not self.touchpoints.by_company:
            return band
        column = "conversions" if self.rules.measure == "count" else "value"
        return _widened(credit, band, self.touchpoints.totals[[column]].to_numpy(np.float64))

    def _bare(self, measure: str) -> Floats:
        """The credit of journeys without a touch, which no source gets, by source_id."""
        credit = np.zeros(_IDS)
        credit[UNNAMED_ID] = self.bare[measure].sum()
        return credit

    def _bare_again(self, number: int) -> Floats:
        """What journeys without a touch bring in each resample."""
        return np.asarray(_resamples(number) @ self.bare[self.rules.measure])


@dataclass(frozen=True, eq=False)
class _Chain:
    """The moves of journeys, and what each group of journeys adds to their weights.

    `ids`: the source_id of each source of `moves`. `rows`: those of `touch_moves.sql`, the end of a
    journey being two moves, to WON and to LOST; `move` and `state`: the indices of the move that a
    row adds to, and of the state that it leaves.
    """

    moves: Moves
    ids: Ints
    move: Ints
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
        pairs, move = np.unique(before * (len(states) + 2) + after + 2, return_inverse=True)
        moves = Moves(
            pairs // (len(states) + 2), pairs % (len(states) + 2) - 2, source.astype(np.int64)
        )
        return cls(moves, ids, move, before, every)

    def credit(self, times: Floats, measure: str) -> Floats:
        """The credit by source_id, each bucket's journeys counting so many `times`; 2-d by row.

        By value a conversion weighs what it is worth over what one is worth on average, so that it
        is still held against the losses, which are worth nothing but count.
        """
        if not len(self.ids):
            return np.zeros((*times.shape[:-1], _IDS))
        rows = np.atleast_2d(times)
        moves, states = len(self.moves.before), len(self.moves.source)
        won = self.moves.after == WON
        wins = self._summed("conversions", self.move, moves, rows)
        lost = self._summed("losses", self.move, moves, rows)
        started = self._summed("started_conversions", self.state, states, rows)
        totals = wins[:, won].sum(axis=1)
        if measure == "value":
            conversions = totals
            wins = self._summed("value", self.move, moves, rows)
            started = self._summed("started_value", self.state, states, rows)
            totals = wins[:, won].sum(axis=1)
            scale = np.divide(conversions, totals, out=np.zeros_like(totals), where=totals > 0)
            wins, started = wins * scale[:, None], started * scale[:, None]
        starts = started + self._summed("started_losses", self.state, states, rows)
        solved: Removal = removal(self.moves, wins + lost, starts)
        credit = np.zeros((len(rows), _IDS))
        credit[:, self.ids] = solved.credit(totals)
        return credit if times.ndim == 2 else credit[0]

    def _summed(self, name: str, index: Ints, size: int, times: Floats) -> Floats:
        """A column's sums by index, once for each row of times."""
        return _summed(self._columns[name], index, size, self._bucket, times)

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


def _summed(column: Floats, index: Ints, size: int, bucket: Ints, times: Floats) -> Floats:
    """The sums of a column by index, once for each row of `times`: how often a bucket counts."""
    if len(times) == 1 or BUCKETS * size > _DENSE:
        return np.array([np.bincount(index, column * row[bucket], size) for row in times])
    by_bucket = np.bincount(bucket * size + index, column, BUCKETS * size)
    return np.asarray(times @ by_bucket.reshape(BUCKETS, size))


@cache
def _resamples(number: int) -> Floats:
    """How often each group of journeys is drawn in each resample, always the same."""
    random = np.random.default_rng(20_240_101)
    drawn = random.multinomial(BUCKETS, np.full(BUCKETS, 1 / BUCKETS), size=number)
    return drawn.astype(np.float64)


def band_of(sums: Floats, *, by_company: bool) -> tuple[Floats, Floats]:
    """The 95 % band of credit that is a sum over buckets, one row each; columns are sources.

    `by_company`: whether buckets hold companies, so that a credit may be of few of them.
    """
    band = _percentiles(_resamples(RESAMPLES) @ sums)
    return _widened(sums.sum(axis=0), band, sums) if by_company else band


def _widened(credit: Floats, band: tuple[Floats, Floats], sums: Floats) -> tuple[Floats, Floats]:
    """A band as much wider as t is than z, where few buckets bring the credit.

    The degrees of freedom are the effective number of buckets (Kish), less one. A band of what is
    never negative stays so.
    """
    total, squares = sums.sum(axis=0), (sums**2).sum(axis=0)
    buckets = np.divide(total**2, squares, out=np.full(total.shape, np.inf), where=squares > 0)
    wider = np.array([student.t95(max(1.0, each - 1)) / Z95 for each in np.atleast_1d(buckets)])
    low, high = band
    least = np.minimum(low, 0.0)
    return np.maximum(credit - (credit - low) * wider, least), credit + (high - credit) * wider


def _percentiles(credits: Floats) -> tuple[Floats, Floats]:
    low, high = np.percentile(credits, (2.5, 97.5), axis=0)
    return low, high


def _normal(credit: Floats, again: Floats) -> tuple[Floats, Floats]:
    half = Z95 * again.std(axis=0, ddof=1)
    return credit - half, credit + half


def _in_proportion(totals: Floats, values: Floats) -> Floats:
    """Each row's total shared out in proportion to its values, which may be negative."""
    sums = values.sum(axis=1, keepdims=True)
    scale = np.divide(totals[:, None], sums, out=np.zeros_like(sums), where=sums > 0)
    return np.asarray(values * scale)


def _by_bucket(bucket: pd.Series, source_id: pd.Series, weights: pd.Series) -> Floats:
    index = bucket.to_numpy(np.int64) * _IDS + source_id.to_numpy(np.int64)
    sums = np.bincount(index, weights.to_numpy(np.float64), BUCKETS * _IDS)
    return sums.reshape(BUCKETS, _IDS).astype(np.float64)
