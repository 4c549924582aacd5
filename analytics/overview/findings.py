"""The findings: up to three things that are worth doing, by the money that they are about."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analytics.bottlenecks.ranking import Ranking
from analytics.bottlenecks.visits import QUARTER
from analytics.certainty import Certainty
from analytics.leads import to_do
from analytics.listing import Listing
from analytics.sources import reallocation
from analytics.sources.rule import INCREASE
from analytics.sources.scoreboard import Scoreboard

MOST = 3
"""So many things to do are said at once."""


@dataclass(frozen=True)
class Leak:
    """A step that loses customers, of all leads or of those of one segment.

    stage, next_stage  slugs; dimension, segment: both None for all leads
    rate, benchmark    the share that moves on, and that which it is held against
    held_against       'past', 'best' or 'target'
    customers          lost a quarter; money: what they are worth, None where that is not known
    certainty          that it loses any
    """

    stage: str
    next_stage: str
    dimension: str | None
    segment: str | None
    rate: float
    benchmark: float
    held_against: str
    customers: float
    money: float | None
    certainty: Certainty


@dataclass(frozen=True)
class Overdue:
    """Open leads that have waited too long and can still be saved: a plain count.

    money: what they are worth by their chances; None where that is not known.
    """

    leads: int
    money: float | None
    certainty: None = None


@dataclass(frozen=True)
class PaidSource:
    """A source, channel or campaign whose customers cost less than those of all that is paid for.

    by, segment   the dimension, and its value
    cost, price   what a customer of it costs, and one of all paid sources
    money         what its customers of a quarter would have cost more at that price
    certainty     that more money should go there
    """

    by: str
    segment: str
    cost: float
    price: float
    money: float
    certainty: Certainty


Finding = Leak | Overdue | PaidSource
"""Something worth doing; one without a `certainty` is a count, of which nothing is unsure."""

_ALLOWED = (None, Certainty.CERTAIN, Certainty.LIKELY)


def ranked(candidates: Iterable[Finding | None]) -> tuple[Finding, ...]:
    """The things to do, those about the most money first; where it is unknown, in their order.

    None of them is uncertain. What is only likely never comes first.
    """
    said = [each for each in candidates if each is not None and each.certainty in _ALLOWED]
    said.sort(key=lambda each: (each.money is None, -(each.money or 0.0)))
    first = next((each for each in said if each.certainty is not Certainty.LIKELY), None)
    if first is None:
        return ()
    return (first, *(each for each in said if each is not first))[:MOST]


def leak_of(ranking: Ranking) -> Leak | None:
    """The step to speak of: the costliest of those that certainly lose, else of the likely ones.

    None where no step loses customers beyond chance.
    """
    first = ranking.first
    if first is None or first.loss.rate is None or first.loss.benchmark is None:
        return None
    return Leak(
        stage=first.loss.stage,
        next_stage=first.loss.next_stage,
        dimension=first.loss.dimension,
        segment=first.loss.segment,
        rate=first.loss.rate,
        benchmark=first.loss.benchmark,
        held_against=first.loss.held_against,
        customers=first.customers,
        money=first.value,
        certainty=first.certainty,
    )


def overdue_of(listing: Listing) -> Overdue | None:
    """The overdue leads of a work list that can still be saved, and what they are worth.

    That is their value by their chance, of those of which both are known; None without any lead.
    """
    (row,) = to_do.overdue(listing).summed("overview/overdue").itertuples(index=False)
    money = None if pd.isna(row.worth) else float(row.worth)
    return Overdue(int(row.leads), money) if row.leads else None


def source_of(board: Scoreboard, days: int) -> PaidSource | None:
    """The source to give more money to first, as the page about sources names it.

    Of those that are to have more it is the one with the cheapest customers on which enough was
    spent to say so. Its money: what its customers of a quarter would have cost more at the price of
    all; `days` are those of the board. None where no source is to have more.
    """
    amount = reallocation.next_money(board)
    if amount is None or board.price is None:
        return None
    rows = reallocation.can_take(board, amount)
    best = rows[rows["recommendation"] == INCREASE].head(1)
    if best.empty:
        return None
    (row,) = best.itertuples(index=False)
    return PaidSource(
        by=board.by,
        segment=row.segment,
        cost=row.cost_a_customer,
        price=board.price,
        money=(board.price - row.cost_a_customer) * row.expected * QUARTER / days,
        certainty=Certainty(row.certainty),
    )
