"""What if: the customers a quarter if other shares moved on, leads were faster, or more came.

What is tried out is the scenario of the view. It is held against what the leads of a quarter
result in as things are (docs/counting.md, What if); how to get there is not answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.asked import Asked
from analytics.bottlenecks import visits
from analytics.bottlenecks.baseline import Baseline, Sources, baseline
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.arrays import Floats
from analytics.stats.companies import wilson
from analytics.stats.final_rate import SLIGHT
from analytics.view.scenario import Scenario
from analytics.view.view import segment_value

COLUMNS = [
    "stage",
    "rate_now",
    "rate_low",
    "rate_high",
    "rate_tried",
    "benchmark",
    "held_against",
    "n",
    "median_days",
    "cut_days",
    "one_off",
    "reached_now",
    "reached_tried",
]
SOURCE_COLUMNS = [
    "source",
    "leads",
    "factor",
    "leads_tried",
    "share",
    "customers",
    "customers_tried",
    "own",
    "is_final",
]

_SEED = 5
_TEXTS = ("stage", "held_against")


@dataclass(frozen=True)
class WhatIf:
    """Customers a quarter (of visits.QUARTER days) as things are, and in a scenario.

    A customer is a lead that reaches the last stage, however long it takes.

    base         as things are
    customers    in the scenario
    gain         the difference
    …_low, …_high
                 the 95 % intervals, of the rates' error alone: rates that are tried are taken as
                 given, and leads as they came
    one_off      what comes sooner in the first quarter because stays are shorter, beside
                 `customers`: speed wins no lead that would not have been won
    is_final     whether the leads of nearly all sources were observed long enough; where not,
                 `base` is a lower limit
    first, last  the days on which the leads entered, scaled to a quarter
    mean_amount  what a customer is worth, None where no amounts are known
    currency     that of mean_amount
    asked        how many leads of each source reached each stage

    Columns of `rows`, one per stage, in order; null at the last stage, which no lead leaves, and
    where no visit is known (COLUMNS):
        stage
        rate_now, rate_low, rate_high  the share of the `n` visits that moved on in time (as in
                                       `bottlenecks`), with its 95 % Wilson interval
        rate_tried
        benchmark, held_against        what the scenario holds it against: the 'past' year, or a
                                       'target'
        median_days                    the median stay, open ones censored
        cut_days                       by how much shorter it is tried, at most by all of it and by
                                       a quarter
        one_off                        customers, by stage
        reached_now, reached_tried     the leads a quarter that reach the stage

    Columns of `sources`, one per source, most leads first (SOURCE_COLUMNS):
        source
        leads, factor, leads_tried     a quarter, and how many times as many are tried
        share                          the final share that become customers (Aalen–Johansen from
                                       entry, lost being a competing risk)
        own                            whether it is by the source's leads, or by all leads
        customers, customers_tried     a quarter; tried are the other leads as well as the rates
        is_final                       as above, of the source
    """

    base: float
    base_low: float
    base_high: float
    customers: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    one_off: float
    is_final: bool
    first: date
    last: date
    mean_amount: float | None
    currency: str
    rows: pd.DataFrame
    sources: pd.DataFrame
    asked: Asked

    @property
    def gain_value(self) -> float | None:
        """What the further customers are worth; None where no amounts are known."""
        return None if self.mean_amount is None else self.gain * self.mean_amount


def what_if(scope: Scope) -> WhatIf:
    """What the leads of a quarter result in, as things are and in the view's scenario.

    The leads are those of the view's period, of all of the data the last quarter's; the shares by
    source are of all leads within the view's filters, by stages and with those that skipped some.
    Rates change the chain of moves between stages, with loops (see `visits`; every stage at the
    rate of now), and as many times more leads reach a stage as in that chain. Volumes multiply the
    leads of a source. A stay at a stage that is shorter by d days brings d / visits.QUARTER of the
    quarter's customers who pass that stage into the first quarter, once. What the scenario says of
    stages and sources that are not there changes nothing.
    """
    return tried(baseline(scope), scope.view.scenario)


def tried(given: Baseline, scenario: Scenario) -> WhatIf:
    """What the leads of a quarter result in if this is tried (see `what_if`), without the store."""
    random = np.random.default_rng(_SEED)
    stages, begin, sources = given.stages, given.begin, given.sources
    shares = {index: np.asarray(rate.share) for index, rate in enumerate(given.rates) if rate.n}
    draws = {index: rate.draws(random) for index, rate in enumerate(given.rates) if rate.n}
    wanted = {
        stages.index(stage): np.asarray(percent / 100)
        for stage, percent in scenario.rates
        if stage in stages[:-1]
    }
    now, then = _at(given.chain, shares), _at(given.chain, shares | wanted)
    reach_now, reach_then = _reach(now, begin), _reach(then, begin)
    factors = _factors(sources, scenario)
    coming = (sources.leads[:, None] * sources.shares).sum(axis=0)
    more = ((sources.leads * factors)[:, None] * sources.shares).sum(axis=0)
    reached = _scaled(more, reach_then, reach_now)
    base, customers = float(coming[-1]), float(reached[-1])
    base_draws, customer_draws = (
        _scaled(leads[-1], _reach(_at(given.chain, draws | changed), begin)[..., -1], reach_now[-1])
        for leads, changed in ((coming, {}), (more, wanted))
    )
    cuts = _cuts(given, scenario, then, customers)
    base_low, base_high = _limits(base_draws)
    low, high = _limits(customer_draws)
    gain_low, gain_high = _limits(customer_draws - base_draws)
    unsure = float(sources.leads[~sources.is_final].sum())
    return WhatIf(
        base=base,
        base_low=base_low,
        base_high=base_high,
        customers=customers,
        low=low,
        high=high,
        gain=customers - base,
        gain_low=gain_low,
        gain_high=gain_high,
        one_off=min(float(cuts["one_off"].sum()), customers),
        is_final=unsure <= SLIGHT * float(sources.leads.sum()),
        first=given.first,
        last=given.last,
        mean_amount=given.mean_amount,
        currency=given.currency,
        rows=_rows(given, scenario, wanted, cuts, coming, reached),
        sources=_source_rows(sources, factors, _scaled(np.ones(()), reach_then[-1], reach_now[-1])),
        asked=given.asked,
    )


def _at(chain: Chain, rates: Mapping[int, Floats]) -> Chain:
    """The chain with these rates of moving on, by the index of the stage."""
    for stage in sorted(rates):
        chain = visits.moving_on(chain, stage, rates[stage])
    return chain


def _reach(chain: Chain, begin: Floats) -> Floats:
    """The share of leads that reach each stage or a later one, the last stage among them."""
    shares = [np.ones(chain.wins.shape[:-1])]
    for stage in range(1, len(begin)):
        # A lead that gets so far has arrived: what happens after that does not count.
        beyond = chain.moves[..., :stage, stage:].sum(axis=-1) + chain.wins[..., :stage]
        arriving = Chain(chain.moves[..., :stage, :stage], beyond.clip(max=1.0)).win
        shares.append(arriving @ begin[:stage] + begin[stage:].sum())
    return np.stack(shares, axis=-1)


def _scaled(leads: Floats, new: Floats, now: Floats) -> Floats:
    """As many times more leads as in the new chain; none where none get there as things are."""
    return np.asarray(leads * np.divide(new, now, out=np.zeros(np.shape(new)), where=now > 0))


def _limits(draws: Floats) -> tuple[float, float]:
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)


def _factors(sources: Sources, scenario: Scenario) -> Floats:
    """How many times more leads of each source are tried."""
    wanted = dict(scenario.volumes)
    values = [segment_value(name) for name in sources.names]
    return np.array([1.0 if value is None else wanted.get(value, 1.0) for value in values])


def _cuts(given: Baseline, scenario: Scenario, chain: Chain, customers: float) -> pd.DataFrame:
    """What shorter stays bring once, by stage but the last: median_days, cut_days, one_off."""
    wanted = dict(scenario.cuts)
    cuts = np.array(
        [
            min(wanted.get(stage, 0.0), visits.QUARTER, np.inf if median is None else median)
            for stage, median in zip(given.stages, given.median_days, strict=False)
        ]
    )
    # A lead visits a stage with the visits that the stage gets, over those of one who is there.
    own = np.diagonal(chain.visits)
    expected = chain.passes(given.begin[:-1])
    visiting = np.divide(expected, own, out=np.zeros_like(own), where=np.isfinite(expected))
    won = _reach(chain, given.begin)[-1]
    passing = visiting * chain.win / won if won > 0 else np.zeros_like(own)
    return pd.DataFrame(
        {
            "median_days": pd.Series(given.median_days, dtype=float),
            "cut_days": cuts,
            "one_off": customers * passing * cuts / visits.QUARTER,
        }
    )


def _rows(
    given: Baseline,
    scenario: Scenario,
    wanted: Mapping[int, Floats],
    cuts: pd.DataFrame,
    coming: Floats,
    reached: Floats,
) -> pd.DataFrame:
    aims = dict(scenario.targets) if scenario.benchmark == "target" else {}
    rows: list[dict[str, object]] = []
    for index, stage in enumerate(given.stages):
        row: dict[str, object] = {
            "stage": stage,
            "reached_now": coming[index],
            "reached_tried": reached[index],
        }
        if index < len(given.rates):
            rate, aim = given.rates[index], aims.get(stage)
            row |= {"n": rate.n, "rate_now": rate.share, "rate_tried": rate.share}
            row["benchmark"] = rate.past if aim is None else aim / 100
            row["held_against"] = "past" if aim is None else "target"
            if rate.n:
                row["rate_low"], row["rate_high"] = wilson(rate.visits)
            if index in wanted:
                row["rate_tried"] = float(wanted[index])
            row |= cuts.loc[index].to_dict()
        rows.append(row)
    types = {name: "float64" for name in COLUMNS if name not in _TEXTS} | {"n": "Int64"}
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)


def _source_rows(sources: Sources, factors: Floats, rates: Floats) -> pd.DataFrame:
    """The rows by source; `rates` is how many times more customers the rates alone make."""
    share, leads = sources.shares[:, -1], sources.leads * factors
    return pd.DataFrame(
        {
            "source": pd.Series(sources.names, dtype=object),
            "leads": sources.leads,
            "factor": factors,
            "leads_tried": leads,
            "share": share,
            "customers": sources.leads * share,
            "customers_tried": leads * share * rates,
            "own": sources.own,
            "is_final": sources.is_final,
        },
        columns=SOURCE_COLUMNS,
    )
