"""Ranking: the bottlenecks, each of them once, by what they cost.

A bottleneck is one step of one segment that loses customers. A team, its people and its region at
one step are one bottleneck under three names; it stands under that of the clearest finding. See
docs/counting.md, Bottlenecks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from analytics import certainty
from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import Loss
from analytics.certainty import Certainty
from analytics.view.view import View

_HALF, _MOST = 1 / 2, 2 / 3
_ORDER = (Certainty.CERTAIN, Certainty.LIKELY, Certainty.UNCLEAR, Certainty.TOO_FEW)


@dataclass(frozen=True)
class Finding:
    """One bottleneck.

    loss       what it loses, and where
    certainty  how sure that is
    within     the losses of the same step of the segments that it is made of, such as the people of
               a team, whether they lose or not; most visits first
    """

    loss: Loss
    certainty: Certainty
    within: tuple[Loss, ...] = ()

    @property
    def customers(self) -> float:
        """How many customers it loses a quarter."""
        return self.loss.wins_lost or 0.0

    @property
    def value(self) -> float | None:
        """What they are worth, in the store's currency; None where no amounts are known."""
        return self.loss.value_lost

    @property
    def is_sure(self) -> bool:
        """Whether it may be said in a sentence: certain, or likely."""
        return self.certainty in (Certainty.CERTAIN, Certainty.LIKELY)

    def opened(self, view: View) -> View:
        """The view that opens it on the page about bottlenecks, from another view."""
        return replace(view, place=self.loss.place, tab=None)


@dataclass(frozen=True)
class Ranking:
    """The bottlenecks, and what they were found in.

    findings  those of CERTAIN, LIKELY and UNCLEAR losses: by money, where no amounts are known by
              customers, the most first
    found     the losses of all that was tested
    """

    findings: tuple[Finding, ...]
    found: Bottlenecks

    @cached_property
    def first(self) -> Finding | None:
        """What to speak of: the costliest of the certain ones, else of the likely ones; or nothing.

        The largest of all may be luck: it is ranked, but it is no headline.
        """
        return next(
            (
                each
                for wanted in (Certainty.CERTAIN, Certainty.LIKELY)
                for each in self.findings
                if each.certainty is wanted
            ),
            None,
        )

    @property
    def sure(self) -> tuple[Finding, ...]:
        """Those that may be said in a sentence, the certain ones first, each kind by money."""
        sure = [each for each in self.findings if each.is_sure]
        return tuple(sorted(sure, key=lambda each: _ORDER.index(each.certainty)))

    @property
    def has_money(self) -> bool:
        """Whether the losses are known in money."""
        return any(each.value is not None for each in self.findings)

    @property
    def looked_at(self) -> int:
        """How many steps of segments were tested, under whatever name."""
        return len(self.found.tested)

    def of(self, dimension: str | None) -> tuple[Finding, ...]:
        """The findings about segments of one dimension, or about all leads."""
        return tuple(each for each in self.findings if each.loss.dimension == dimension)


def ranked(found: Bottlenecks) -> Ranking:
    """Where customers are lost, each bottleneck once, by what it costs.

    Of what the view holds them against: a step without a target is not ranked among targets.
    Of those of one step that overlap, one being nearly all within the other, the clearest stays:
    the surest, then the one with the most customers lost at least. Where a smaller one is as sure
    and carries two thirds of it, that one is reported. One around it stays, too, where it loses
    more than twice as much.
    """
    findings = []
    asked = found.held_against
    for stage in dict.fromkeys(loss.stage for loss in found.losses):
        here = [loss for loss in found.losses if loss.stage == stage and loss.n]
        losing = [
            loss
            for loss in here
            if not loss.too_few and loss.loses_customers and loss.held_against == asked
        ]
        for each in _distinct(losing, found):
            within = [loss for loss in here if loss is not each and found.is_within(loss, each)]
            findings.append(
                Finding(each, of_loss(each), tuple(sorted(within, key=lambda loss: -loss.n)))
            )
    told = [each for each in findings if each.certainty is not Certainty.TOO_FEW]
    return Ranking(tuple(sorted(told, key=_cost)), found)


def of_loss(loss: Loss) -> Certainty:
    """How sure it is that a step of a segment loses.

    The tests are exact, so a loss may be sure on LEAST_VISITS already; whether one with less than
    certainty.FEW does not lose is not known by them.
    """
    if loss.too_few or loss.wins_lost is None:
        return Certainty.TOO_FEW
    found = certainty.of(loss.wins_lost_low, loss.wins_lost_high, q=loss.q_value)
    if found is Certainty.UNCLEAR and loss.n < certainty.FEW:
        return Certainty.TOO_FEW
    return found


def _distinct(losing: Sequence[Loss], found: Bottlenecks) -> list[Loss]:
    """The losses of one step without those that are one of the others under another name."""
    left = sorted(losing, key=_clearness)
    distinct = []
    while left:
        clearest = left[0]
        while carriers := [loss for loss in left if _carries(loss, clearest, found)]:
            clearest = min(carriers, key=_clearness)
        distinct.append(clearest)
        left = [
            loss
            for loss in left
            if loss is not clearest
            and not found.is_within(loss, clearest)
            and not (found.is_within(clearest, loss) and _share(clearest, loss) >= _HALF)
        ]
    return distinct


def _carries(loss: Loss, whole: Loss, found: Bottlenecks) -> bool:
    """Whether a smaller loss within a loss carries most of it, as sure as all of it."""
    return (
        loss.n < whole.n
        and _ORDER.index(of_loss(loss)) <= _ORDER.index(of_loss(whole))
        and _share(loss, whole) >= _MOST
        and found.is_within(loss, whole)
    )


def _share(loss: Loss, whole: Loss) -> float:
    """What of one loss another is; of none it is all."""
    return (loss.wins_lost or 0) / whole.wins_lost if whole.wins_lost else 1.0


def _clearness(loss: Loss) -> tuple[int, float]:
    return _ORDER.index(of_loss(loss)), -loss.at_least


def _cost(finding: Finding) -> tuple[float, float]:
    return -(finding.value or 0.0), -finding.customers
