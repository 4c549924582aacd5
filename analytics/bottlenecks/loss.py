"""Loss: the customers that one step × segment loses against its benchmark, and how sure that is.

Each function takes the losses as far as they are known and returns them with more: compared,
valued, tested, priced, and headlined. See docs/counting.md, Bottlenecks.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from analytics.bottlenecks.visits import QUARTER, Outcomes, Window, moved_on, moving_on
from analytics.stats import shrinkage
from analytics.stats.companies import (
    NO_PAIRS,
    NOT_ACROSS,
    Across,
    Pairs,
    Sample,
    lower,
    lower_than,
    newcombe,
    wilson,
)
from analytics.stats.significance import benjamini_hochberg
from analytics.stats.survival import Curve
from analytics.view.scenario import Scenario

LEAST_VISITS = 30
"""With fewer visits, now or in its own past, a rate is not tested: too little data."""

MOST_Q = 0.1
"""What is ranked has a q value below this: the expected share of false alarms among the ranked."""

_ROUNDING = 1e-9
_SLIGHT = 0.01  # the weight of one visit up to which a final share is read from the curve
_FEW_SEGMENTS = 3  # fewer segments have no best quartile


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What one step of one segment loses, in customers a quarter.

    transition                            'sal>sql': from `stage` to `next_stage` or any later one
    segment, dimension                    both None for all leads
    n, advanced, rate, low, high          visits to the stage that began now and were observed for
                                          the horizon; those that moved on within it; the rate with
                                          its 95 % Wilson interval, None without visits; all that
                                          is uncertain is as leads of one company leave it
    held_against                          'past' (its own year before), 'best' or 'target'
    benchmark                             the rate that it is held against, None if unknown
    benchmark_n, benchmark_advanced       the visits of that rate, 0 for 'best' and 'target'
    entered                               leads a quarter that reach the stage for the first time
    wins_lost                             customers a quarter fewer that result from these leads
                                          than at the benchmark; negative where it is better
    wins_lost_low, wins_lost_high         its limits: those of the difference of the rates (95 %,
                                          Newcombe; against a fixed rate Wilson); the rest of the
                                          chain and the number of leads are taken as they are
    value_lost                            the same in the store's currency, by the mean won amount;
                                          None where no amounts are known
    share                                 of the loss of all leads at the transition, None where
                                          they lose nothing
    later, benchmark_later                visits that moved on after the horizon, and so are not in
                                          the rates: where a stage became slow and not only leaky
                                          they are many, and part of the loss is merely late
    lasting                               what of wins_lost is not merely late: by the shares that
                                          have moved on as far as now is followed (Aalen–Johansen,
                                          before over the same time); only of a headline held
                                          against its past, and only in the table (see
                                          `Bottlenecks.rows`); without an interval
    too_few                               too few visits to be tested
    p_value, q_value                      of a rate so far below, and over all that were tested
    ranked                                significant, and the whole interval of the loss above zero
    headline                              the one of those ranked that overlap at the transition
    pairs, benchmark_pairs, across        the visits of one company: now, in the benchmark's, and of
                                          one in each; not in the table
    """

    transition: str
    segment: str | None
    n: int
    rate: float | None
    benchmark: float | None
    wins_lost: float | None = None
    wins_lost_low: float | None = None
    wins_lost_high: float | None = None
    q_value: float | None = None
    dimension: str | None
    stage: str
    next_stage: str
    advanced: int
    held_against: str
    benchmark_n: int
    benchmark_advanced: int
    p_value: float | None = None
    ranked: bool = False
    too_few: bool
    headline: bool = False
    share: float | None = None
    value_lost: float | None = None
    entered: float
    low: float | None
    high: float | None
    later: int
    benchmark_later: int
    lasting: float | None = None
    pairs: Pairs = NO_PAIRS
    benchmark_pairs: Pairs = NO_PAIRS
    across: Across = NOT_ACROSS

    @property
    def place(self) -> str:
        """The step of the segment as a view names it: `sal.team.Hanoi`, of all leads `sal`."""
        named = (self.stage, self.dimension, self.segment)
        return ".".join(part for part in named if part is not None)

    @property
    def now(self) -> Sample:
        """The visits of now, and those that moved on."""
        return Sample(self.advanced, self.n, self.pairs)

    @property
    def past(self) -> Sample:
        """The visits of the benchmark's rate, and those that moved on."""
        return Sample(self.benchmark_advanced, self.benchmark_n, self.benchmark_pairs)

    @property
    def is_of_all(self) -> bool:
        """Whether it is of all leads, not of a segment."""
        return self.dimension is None

    @property
    def loses_customers(self) -> bool:
        """Whether fewer leads become customers than at the benchmark, however sure that is."""
        return (self.wins_lost or 0.0) > 0

    @property
    def at_least(self) -> float:
        """The lower limit of the loss, below any other where it is unknown."""
        return -math.inf if self.wins_lost_low is None else self.wins_lost_low


_UNSEEN = ("pairs", "benchmark_pairs", "across")
COLUMNS = [each.name for each in fields(Loss) if each.name not in _UNSEEN]
"""Of the rows of losses, as in Loss: integers, fractions and flags; None is null."""

_COUNTS = ("n", "advanced", "later", "benchmark_n", "benchmark_advanced", "benchmark_later")
_FLAGS = ("ranked", "too_few", "headline")
_TEXTS = ("transition", "segment", "dimension", "stage", "next_stage", "held_against")
_TYPES = {
    name: "int64" if name in _COUNTS else "bool" if name in _FLAGS else "float64"
    for name in COLUMNS
    if name not in _TEXTS
}


def rows(losses: Sequence[Loss]) -> pd.DataFrame:
    """The losses as a table, one row each in their order; columns as COLUMNS."""
    found = pd.DataFrame([vars(loss) for loss in losses], columns=COLUMNS).astype(_TYPES)
    for name in ("dimension", "segment"):
        found[name] = found[name].astype(object).where(found[name].notna(), None)
    return found


def in_order(losses: Sequence[Loss], stages: Sequence[str]) -> tuple[Loss, ...]:
    """The losses, headlines first, then all that are ranked, each by the lower limit."""

    def key(loss: Loss) -> tuple[object, ...]:
        return (
            not loss.headline,
            not loss.ranked,
            -loss.at_least,
            math.inf if loss.wins_lost is None else -loss.wins_lost,
            stages.index(loss.stage),
            (loss.dimension is None, loss.dimension or ""),
            (loss.segment is None, loss.segment or ""),
        )

    return tuple(sorted(losses, key=key))


def compared(
    counts: pd.DataFrame, scenario: Scenario, outcomes: Outcomes, windows: Sequence[Window]
) -> Iterator[Loss]:
    """What is held against what: a loss for each row of `visits.counts`, in their order."""
    days = {window.stage: window.days for window in windows}
    rows = counts.itertuples(index=False)
    for (_dimension, stage), of_stage in groupby(rows, attrgetter("dimension", "stage")):
        group = list(of_stage)
        fixed = _fixed(scenario, stage, group)
        following = outcomes.following(stage)
        quarters = QUARTER / days[stage] if days[stage] else 0.0
        for row in group:
            now, past = moved_on(row), moved_on(row, before=True)
            is_past = fixed is None
            low, high = wilson(now) if now.n else (None, None)
            yield Loss(
                transition=f"{stage}>{following}",
                segment=row.segment,
                dimension=row.dimension,
                stage=stage,
                next_stage=following,
                n=now.n,
                advanced=now.successes,
                rate=now.rate if now.n else None,
                low=low,
                high=high,
                entered=float(row.entered) * quarters,
                held_against="past" if is_past else scenario.benchmark,
                benchmark=fixed if not is_past else past.rate if past.n else None,
                benchmark_n=past.n if is_past else 0,
                benchmark_advanced=past.successes if is_past else 0,
                later=int(row.later),
                benchmark_later=int(row.before_later) if is_past else 0,
                too_few=now.n < LEAST_VISITS or (is_past and past.n < LEAST_VISITS),
                pairs=now.pairs,
                benchmark_pairs=past.pairs if is_past else NO_PAIRS,
                across=Across.of(row) if is_past else NOT_ACROSS,
            )


def valued(losses: Sequence[Loss], outcomes: Outcomes) -> list[Loss]:
    """The losses with what is lost, in customers a quarter."""
    found = []
    for index, stage in enumerate(outcomes.stages):
        here = [loss for loss in losses if loss.stage == stage]
        known = [loss for loss in here if loss.n and loss.benchmark is not None]
        found += [loss for loss in here if not (loss.n and loss.benchmark is not None)]
        if not known:
            continue
        rates = np.array([_rates(loss) for loss in known])
        won = moving_on(outcomes.chain, index, rates.ravel()).win[:, index].reshape(rates.shape)
        for loss, (at_benchmark, now, now_low, now_high) in zip(known, won, strict=True):
            found.append(
                replace(
                    loss,
                    wins_lost=_known(loss.entered * (at_benchmark - now)),
                    wins_lost_low=_known(loss.entered * (at_benchmark - now_high)),
                    wins_lost_high=_known(loss.entered * (at_benchmark - now_low)),
                )
            )
    return found


def tested(losses: Sequence[Loss]) -> list[Loss]:
    """The losses with p and q where there are enough visits, and whether they are ranked."""
    tried = [loss for loss in losses if not loss.too_few]
    p_values = [_p_value(loss) for loss in tried]
    q_values = benjamini_hochberg(p_values)
    found = [loss for loss in losses if loss.too_few]
    for loss, p_value, q_value in zip(tried, p_values, q_values, strict=True):
        ranked = bool(q_value < MOST_Q and loss.at_least > 0)
        found.append(replace(loss, p_value=p_value, q_value=q_value, ranked=ranked))
    return found


def priced(
    losses: Sequence[Loss], means: Mapping[tuple[str | None, str | None], float]
) -> list[Loss]:
    """The losses with their worth, by the mean amount of the segment or else of all leads.

    `means` are by dimension and segment, both None for all leads.
    """
    found = []
    for loss in losses:
        mean = means.get((loss.dimension, loss.segment), means.get((None, None)))
        worth = None if mean is None or loss.wins_lost is None else loss.wins_lost * mean
        found.append(replace(loss, value_lost=worth))
    return found


def headlined(losses: Sequence[Loss]) -> list[Loss]:
    """The losses with their share of that of all leads, and one headline a transition at most.

    Of the ranked it is the largest by its lower limit. That of all leads only where no segment
    carries half of it: else the segment is what to look at.
    """
    found = []
    for stage in dict.fromkeys(loss.stage for loss in losses):
        here = [loss for loss in losses if loss.stage == stage]
        whole = next(loss for loss in here if loss.is_of_all)
        ranked = [loss for loss in here if loss.ranked]
        headline = max(ranked, key=lambda loss: loss.at_least, default=None)
        if headline is whole:
            carriers = [
                loss
                for loss in ranked
                if not loss.is_of_all and 2 * (loss.wins_lost or 0) >= (whole.wins_lost or 0)
            ]
            headline = max(carriers, key=lambda loss: loss.at_least, default=whole)
        for loss in here:
            share = None
            if whole.wins_lost is not None and whole.wins_lost > 0 and loss.wins_lost is not None:
                share = loss.wins_lost / whole.wins_lost
            found.append(replace(loss, share=share, headline=loss is headline))
    return found


def lasting(loss: Loss, outcomes: Outcomes, before: Curve, now: Curve) -> float:
    """What of a loss is not merely late, by the curves of its visits before and now."""
    index = outcomes.stages.index(loss.stage)
    rates = np.clip(_followed(before, now), 0, 1)
    at_benchmark, at_rate = moving_on(outcomes.chain, index, rates).win[:, index]
    return float(loss.entered * (at_benchmark - at_rate))


def _fixed(scenario: Scenario, stage: str, group: Sequence[Any]) -> float | None:
    """The fixed rate that a stage's segments are held against; None is each one's own past."""
    if scenario.benchmark == "target":
        target = dict(scenario.targets).get(stage)
        return None if target is None else target / 100
    return _best(group) if scenario.benchmark == "best" else None


def _best(group: Sequence[Any]) -> float | None:
    """The best quartile of the shrunk rates of the segments that are tested."""
    tried = [row for row in group if row.n >= LEAST_VISITS]
    if group[0].dimension is None or len(tried) < _FEW_SEGMENTS:
        return None
    # As leads apart: else segments would seem to differ by more than chance, and the best be luck.
    samples = [moved_on(row) for row in tried]
    apart = [sample.thinned(sample.deff) for sample in samples]
    rates = shrinkage.shrunk([successes for successes, _ in apart], [n for _, n in apart])
    return float(np.quantile(rates, 0.75))


def _rates(loss: Loss) -> tuple[float, float, float, float]:
    """The benchmark and the rate, then the rate at its worst and at its best."""
    benchmark, rate = loss.benchmark, loss.advanced / loss.n
    assert benchmark is not None, "Losses without a benchmark are not valued."
    if loss.held_against == "past":
        limits = newcombe(loss.now, loss.past, loss.across)
        low, high = (min(1.0, max(0.0, benchmark + limit)) for limit in limits)
    else:
        low, high = wilson(loss.now)
    return benchmark, rate, low, high


def _known(value: float) -> float | None:
    """The value, None where the chain is unknown."""
    return None if math.isnan(value) else float(value)


def _p_value(loss: Loss) -> float:
    if loss.held_against == "past":
        return lower(loss.now, loss.past, loss.across)
    assert loss.benchmark is not None, "A fixed rate is a rate."
    return lower_than(loss.now, loss.benchmark)


def _followed(before: Curve, now: Curve) -> tuple[float, float]:
    """The shares that have moved on as far as now is followed well, and of before as long on.

    That is until one more visit would move the curve by more than _SLIGHT (or than two visits do).
    """
    bearable = max(_SLIGHT, 2 / now.leads) + _ROUNDING
    end = int(np.searchsorted(now.weight, bearable, side="right")) - 1
    last = int(np.searchsorted(before.times, now.times[end], side="right")) - 1
    earlier = float(before.incidence_of("advanced")[last]) if last >= 0 else 0.0
    return earlier, float(now.incidence_of("advanced")[end])
