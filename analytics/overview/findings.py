"""The findings: up to three things that are worth doing, by the money that they are about."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics import certainty
from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.certainty import Certainty

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


def leak_of(found: Bottlenecks) -> Leak | None:
    """The step that loses the most money of those that lose any for sure; else of the likely ones.

    None where no step loses customers beyond chance.
    """
    leaks = [
        Leak(
            stage=loss.stage,
            next_stage=loss.next_stage,
            dimension=loss.dimension,
            segment=loss.segment,
            rate=loss.rate or 0.0,
            benchmark=loss.benchmark or 0.0,
            held_against=loss.held_against,
            customers=loss.wins_lost or 0.0,
            money=loss.value_lost,
            certainty=certainty.of(
                loss.wins_lost_low, loss.wins_lost_high, q=loss.q_value, n=loss.n
            ),
        )
        for loss in found.headlines
    ]
    said = [each for each in leaks if each.certainty in (Certainty.CERTAIN, Certainty.LIKELY)]
    return min(
        said,
        key=lambda leak: (
            leak.certainty is not Certainty.CERTAIN,
            -(leak.money or 0.0),
            -leak.customers,
        ),
        default=None,
    )
