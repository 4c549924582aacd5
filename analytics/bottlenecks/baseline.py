"""What a scenario starts from: the leads of a quarter, and how they move on as things are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks import visits
from analytics.bottlenecks.amounts import mean_amounts
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.arrays import Flags, Floats
from analytics.stats.companies import Sample
from analytics.stats.final_rate import final_share
from analytics.stats.survival import ascending, of_durations
from analytics.time_in_stage.waiting import usual
from analytics.view.periods import DAY_SECONDS

ENOUGH = 100
"""A source with as many leads has shares of its own, else those of all leads."""

DRAWS = 500
"""How many times the rates are drawn for the intervals."""


@dataclass(frozen=True, eq=False)
class Sources:
    """By source, most leads first: the leads a quarter, and the share that reaches each stage."""

    names: list[str]
    leads: Floats
    shares: Floats
    own: Flags
    is_final: Flags


@dataclass(frozen=True)
class Rate:
    """The visits to a stage, those that moved on in time, and the rate of the year before."""

    visits: Sample
    past: float | None

    @property
    def n(self) -> int:
        """The visits."""
        return self.visits.n

    @property
    def share(self) -> float | None:
        """The share that moves on; None where no visit is known."""
        return self.visits.rate if self.n else None

    def draws(self, random: np.random.Generator) -> Floats:
        """DRAWS draws of the true share, from its beta posterior under Jeffreys' prior.

        Visits of one company count for as many as they say.
        """
        advanced, n = self.visits.effective
        return np.asarray(random.beta(advanced + 0.5, n - advanced + 0.5, DRAWS))


@dataclass(frozen=True, eq=False)
class Baseline:
    """What scenarios of a view stand on, whatever is tried: all that the store is asked for.

    begin        the share of leads first seen at each stage
    rates        by stage but the last
    chain        the moves between stages, all leads together
    median_days  the median stay by stage but the last, None where it is not known
    mean_amount  the mean amount of won leads, in `currency`; None where none are known
    asked        how many leads of each source reached each stage
    """

    stages: tuple[str, ...]
    first: date
    last: date
    sources: Sources
    begin: Floats
    rates: list[Rate]
    chain: Chain
    median_days: list[float | None]
    mean_amount: float | None
    currency: str
    asked: Asked


@question(lambda view: replace(of_visits(view), by=None))
def baseline(scope: Scope) -> Baseline:
    """What `what_if` stands on: the same for every scenario of a view."""
    entered = _entered(scope)
    entries = entered.ask("bottlenecks/what_if_entries")
    first, last = entered.known_days
    asked = Asked(entered.at(entered.view.during("all")), "bottlenecks/what_if_shares")
    rates, chain = _rates(scope)
    stages = scope.generation.pipeline.slugs
    return Baseline(
        stages=stages,
        first=first,
        last=last,
        sources=_sources(asked, entries, visits.QUARTER / ((last - first).days + 1)),
        begin=_begin(entries, len(stages)),
        rates=rates,
        chain=chain,
        median_days=_median_days(scope),
        mean_amount=mean_amounts(scope).get((None, None)),
        currency=scope.generation.currency,
        asked=asked,
    )


def _entered(scope: Scope) -> Scope:
    """The leads that entered in the period, of all of the data the last quarter's, by source."""
    view = replace(
        scope.view,
        level="stage",
        mode="cohort",
        skipped="passed",
        window=None,
        by="source",
        compare="none",
        stage=None,
    )
    if view.period == "all":
        view = view.during(f"last-{visits.QUARTER}d")
    return scope.at(view)


def _begin(entries: pd.DataFrame, stages: int) -> Floats:
    """The share of leads that were first seen at each stage; all at the first one without leads."""
    leads = np.zeros(stages)
    np.add.at(leads, entries["stage_rank"].to_numpy(dtype=np.int64), entries["leads"].to_numpy())
    if not leads.any():
        leads[0] = 1
    return np.asarray(leads / leads.sum())


def _sources(asked: Asked, entries: pd.DataFrame, quarter: float) -> Sources:
    """The sources of a quarter's leads, most leads first."""
    counts = entries.groupby("segment")["leads"].sum()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    rows = asked.rows()
    for name in ("reached", "observed"):
        rows[name] = [ascending(run) for run in rows[name]]
    stages = asked.scope.generation.pipeline.slugs
    first = rows[rows["stage"] == stages[0]]
    known = first["reached"].map(len).groupby(first["segment"]).sum()
    own = [int(known.get(name, 0)) >= ENOUGH for name in names]
    parts = dict(list(rows.groupby("segment")))
    # Those of all leads take as long as those of all sources, and are rarely asked for.
    of_all = None if all(own) else _final_shares(rows, stages)
    found = [
        _final_shares(parts[name], stages) if of_all is None or has_own else of_all
        for name, has_own in zip(names, own, strict=True)
    ]
    return Sources(
        names=names,
        leads=np.array([counts[name] for name in names], dtype=np.float64) * quarter,
        shares=np.array([shares for shares, _ in found]).reshape(len(names), len(stages)),
        own=np.array(own, dtype=bool),
        is_final=np.array([is_final for _, is_final in found], dtype=bool),
    )


def _final_shares(rows: pd.DataFrame, stages: Sequence[str]) -> tuple[Floats, bool]:
    """The final share of leads that reach each stage, and whether the leads were observed for it.

    `rows` are those of `what_if_shares.sql`, of any segments.
    """
    rank = rows["stage"].map({stage: index for index, stage in enumerate(stages)})
    shares, is_final = np.zeros(len(stages)), True
    shares[0] = 1
    for index in range(1, len(stages)):
        came, other = rows[rank == index], rows[(rank < index) & (rows["outcome"] != "advanced")]
        course = of_durations(
            [*came["reached"], *other["observed"]], ["reached"] * len(came) + [*other["outcome"]]
        )
        share, is_final = final_share(course, "reached")
        # Each stage is estimated by itself; no more leads reach it than the one before.
        shares[index] = min(share, shares[index - 1])
    return shares, is_final


def _rates(scope: Scope) -> tuple[list[Rate], Chain]:
    """How visits to each stage but the last move on now, and the chain of all their moves.

    Where no visit of now was observed for the horizon, those of the year before stand in.
    """
    windows = visits.windows(scope)
    counted = {
        row.stage: (visits.moved_on(row), visits.moved_on(row, before=True))
        for row in visits.counts(scope, (), windows).rows.itertuples(index=False)
    }
    chain = visits.outcomes(scope, windows).chain
    rates = []
    for window in windows:
        now, then = counted.get(window.stage, (Sample(0, 0), Sample(0, 0)))
        rates.append(Rate(now if now.n else then, then.rate if then.n else None))
    # A stage without visits leads nowhere, until a rate is tried for it.
    return rates, Chain(np.nan_to_num(chain.moves), np.nan_to_num(chain.wins))


def _median_days(scope: Scope) -> list[float | None]:
    """The median stay, open ones censored, by stage but the last: as in `time_in_stage`."""
    medians = [stays.median for stays in usual(scope).values()]
    return [None if median is None else median / DAY_SECONDS for median in medians]
