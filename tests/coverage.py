"""How often each interval covers the truth, on made-up leads all of whose truth is known.

The leads of a company have one fate: nothing makes them depend on each other more. Rates differ
from run to run. The functions that answers are made of are asked, without a store.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.bottlenecks import loss, visits
from analytics.sources.attribution_models import band_of
from analytics.sources.touchpoints import BUCKETS
from analytics.stats import companies, decomposition
from analytics.stats.absorbing_chain import Chain
from analytics.stats.arrays import Floats, Ints
from analytics.stats.companies import ACROSS, NOT_ACROSS, PAIRS, Across, Pairs, Sample
from analytics.stats.decomposition import Company
from analytics.view.scenario import Scenario

SEGMENTS = 3
_WINDOW = visits.Window(
    "a", 7 * 86_400, date(2024, 1, 1), date(2024, 3, 31), date(2023, 1, 1), date(2023, 12, 31)
)
_CHAIN = Chain(np.array([[0.0, 0.5], [0.05, 0.0]]), np.array([0.0, 0.3]))


def sizes(random: np.random.Generator, leads: int, a_company: float) -> Ints:
    """How many leads each company has, so many leads in all: one, and a Poisson number more."""
    drawn = 1 + random.poisson(a_company - 1, leads)
    number = int(np.searchsorted(drawn.cumsum(), leads)) + 1
    found = drawn[:number]
    found[-1] -= found.sum() - leads
    return np.asarray(found)


@dataclass(frozen=True)
class World:
    """Where a run's leads come from."""

    random: np.random.Generator
    a_company: float
    leads: int
    rates: tuple[float, float]

    def rate(self) -> float:
        """Any true rate."""
        return float(self.random.uniform(*self.rates))

    def group(self, rate: float, groups: int = 1) -> tuple[Floats, Floats]:
        """The leads of each company of so many groups of leads, and those that succeed."""
        of_each = sizes(self.random, groups * self.leads, self.a_company).astype(np.float64)
        return of_each, of_each * (self.random.random(len(of_each)) < rate)

    def spread(self, rate: float, groups: int) -> tuple[Floats, Floats]:
        """The same with the leads of each company dealt out to the groups: companies × groups."""
        of_each, won = self.group(rate, groups)
        shares = np.full(groups, 1 / groups)
        leads = self.random.multinomial(of_each.astype(np.int64), shares).astype(np.float64)
        return leads, leads * (won > 0)[:, None]

    def customers(self, rate: float) -> Floats:
        """Those of each company, of which a Poisson number comes: so many leads in the mean."""
        number = int(self.random.poisson(self.leads / self.a_company))
        of_each = 1.0 + self.random.poisson(self.a_company - 1, number)
        return np.asarray(of_each * (self.random.random(number) < rate))


def sample(leads: Floats, successes: Floats) -> Sample:
    """The leads of companies as a sample."""
    return Sample(int(successes.sum()), int(leads.sum()), Pairs.among(leads, successes))


def across(leads: Floats, won: Floats, others: Floats, others_won: Floats) -> Across:
    """The pairs of leads of the same companies in two groups."""
    return Across(
        float(leads @ others),
        float(won @ others),
        float(leads @ others_won),
        float(won @ others_won),
    )


def _rate(world: World) -> bool:
    truth = world.rate()
    of_each, won = world.group(truth)
    return _covers(companies.wilson(sample(of_each, won)), truth)


def _segments(world: World) -> bool:
    truths = [world.rate() for _ in range(SEGMENTS)]
    drawn = [world.group(truth) for truth in truths]
    samples = [sample(*each) for each in drawn]
    found = companies.against_rest(samples, [NOT_ACROSS] * SEGMENTS)[0]
    rest = float(np.mean(truths[1:]))
    return found is not None and _covers((found.low, found.high), truths[0] - rest)


def _spread_segments(world: World) -> bool:
    leads, won = world.spread(world.rate(), SEGMENTS)
    others, others_won = leads.sum(axis=1), won.sum(axis=1)
    found = companies.against_rest(
        [sample(leads[:, i], won[:, i]) for i in range(SEGMENTS)],
        [
            across(leads[:, i], won[:, i], others - leads[:, i], others_won - won[:, i])
            for i in range(SEGMENTS)
        ],
    )[0]
    return found is not None and _covers((found.low, found.high), 0.0)


def _periods(world: World) -> bool:
    truths = world.rate(), world.rate()
    now, then = (sample(*world.group(each)) for each in truths)
    return _covers(companies.newcombe(now, then), truths[0] - truths[1])


def _spread_periods(world: World) -> bool:
    leads, won = world.spread(world.rate(), 2)
    now, then = (sample(leads[:, i], won[:, i]) for i in range(2))
    met = across(leads[:, 0], won[:, 0], leads[:, 1], won[:, 1])
    return _covers(companies.newcombe(now, then, met), 0.0)


def _rate_effect(world: World) -> bool:
    before, after = (np.zeros((SEGMENTS, 2)) for _ in range(2))
    rows: list[tuple[Floats, Floats]] = []
    for segment in range(SEGMENTS):
        leads, won = world.spread(world.rate(), 2)
        for period, table in enumerate((before, after)):
            table[segment] = leads[:, period].sum(), won[:, period].sum()
        rows.append((leads, won))
    number = np.cumsum([0] + [len(leads) for leads, _ in rows])
    periods = []
    for period in range(2):
        periods.append(
            Company(
                company=np.arange(number[-1]),
                segment=np.repeat(np.arange(SEGMENTS), np.diff(number)),
                leads=np.concatenate([leads[:, period] for leads, _ in rows]),
                successes=np.concatenate([won[:, period] for _, won in rows]),
            )
        )
    found = decomposition.split(
        before[:, 0], before[:, 1], after[:, 0], after[:, 1], (periods[0], periods[1])
    )
    return _covers(found.rate_interval, 0.0)


def _cost(world: World) -> bool:
    truth = world.rate()
    customers = world.customers(truth)
    pairs = Pairs.among(customers, customers)
    low, high = companies.poisson(int(customers.sum()), pairs.both)
    return _covers((low, high), truth * world.leads)


def _credit(world: World) -> bool:
    truth = world.rate()
    customers = world.customers(truth)
    credit = np.zeros((BUCKETS, SEGMENTS))
    bucket = world.random.integers(0, BUCKETS, len(customers))
    source = world.random.integers(0, SEGMENTS, len(customers))
    np.add.at(credit, (bucket, source), customers)
    low, high = band_of(credit, by_company=world.a_company > 1)
    return _covers((float(low[0]), float(high[0])), truth * world.leads / SEGMENTS)


def _losses(world: World, runs: int) -> float:
    """All runs at once: each is a segment of one question."""
    rows, truths = [], []
    for run in range(runs):
        truth = world.rate(), world.rate()
        now, before = (sample(*world.group(each)) for each in truth)
        row: dict[str, object] = {"dimension": "team", "segment": str(run), "stage": "a"}
        row |= {"entered": world.leads, "later": 0, "before_later": 0}
        for prefix, each in (("", now), ("before_", before)):
            row |= {f"{prefix}n": each.n, f"{prefix}advanced": each.successes}
            pairs = each.pairs
            values = (pairs.all, pairs.first, pairs.both, pairs.fourths)
            row |= {prefix + name: value for name, value in zip(PAIRS, values, strict=True)}
        rows.append(row | dict.fromkeys(ACROSS, 0.0))
        truths.append(truth)
    outcomes = visits.Outcomes(("a", "b"), "won", _CHAIN, np.zeros((2, 4), np.int64), None)  # type: ignore[arg-type]
    found = loss.valued(
        list(loss.compared(pd.DataFrame(rows), Scenario(), outcomes, (_WINDOW,))), outcomes
    )
    won = visits.moving_on(_CHAIN, 0, np.array(truths).ravel()).win[:, 0].reshape(-1, 2)
    by_segment = {each.segment: each for each in found}
    covered = 0
    for run in range(runs):
        lost = by_segment[str(run)]
        low, high = lost.wins_lost_low, lost.wins_lost_high
        assert low is not None
        assert high is not None
        covered += _covers((low, high), lost.entered * float(won[run, 1] - won[run, 0]))
    return covered / runs


INTERVALS: dict[str, Callable[[World], bool]] = {
    "rate": _rate,
    "difference of segments": _segments,
    "difference of segments that share companies": _spread_segments,
    "change of periods": _periods,
    "change of periods that share companies": _spread_periods,
    "rate effect of a change": _rate_effect,
    "cost per customer": _cost,
    "attribution band": _credit,
}
LOSS = "loss of a bottleneck"


def of_intervals(
    a_company: float, runs: int, leads: int, rates: tuple[float, float]
) -> Iterator[tuple[str, float]]:
    """The share of runs in which each interval covers the truth."""
    for number, (name, covers) in enumerate(INTERVALS.items()):
        world = World(np.random.default_rng([7, number]), a_company, leads, rates)
        yield name, sum(covers(world) for _ in range(runs)) / runs
    yield LOSS, _losses(World(np.random.default_rng(8), a_company, leads, rates), runs)


def _covers(interval: tuple[float, float], truth: float) -> bool:
    return interval[0] <= truth <= interval[1]
