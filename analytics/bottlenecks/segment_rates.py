"""Segment rates: who moves on at a stage in time, by segment, and which of them differ.

The rates are those of the bottlenecks, so that no page says another one: visits of the latest
mature days, within the horizon of their stage. Here each segment is held against the rest of its
dimension, and not against its own past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics import certainty
from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import Loss
from analytics.certainty import Certainty
from analytics.stats.companies import NOT_ACROSS, against_rest
from analytics.stats.significance import benjamini_hochberg

LEAST_VISITS = 100
"""With fewer visits a segment is shown, but not compared."""


@dataclass(frozen=True)
class SegmentRate:
    """The rate of one step of one segment, and how it differs from that of the rest.

    stage, next_stage: the slugs; moving on is to `next_stage` or any later one.
    segment: as in an answer.
    n, rate, low, high: visits, and the share that moved on in time, with its 95% interval.
    difference, difference_low, difference_high: from the rest of the dimension, with its 95%
        interval; None where it is not compared, as are the two that follow.
    p_value, q_value: of the difference, q over all segments and steps that are compared.
    certainty: whether it differs beyond chance.
    place: 'lowest' or 'highest' of the step, among those compared; '' for any other.
    """

    stage: str
    next_stage: str
    segment: str
    n: int
    rate: float
    low: float
    high: float
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    certainty: Certainty = Certainty.TOO_FEW
    place: str = ""


@dataclass(frozen=True)
class SegmentRates:
    """The rates of all steps by one dimension.

    rates: one per step and segment with visits, steps in order.
    overall: by stage, the rate of all leads.
    """

    rates: tuple[SegmentRate, ...]
    overall: Mapping[str, float]

    def of(self, stage: str) -> tuple[SegmentRate, ...]:
        """The rates of one step."""
        return tuple(each for each in self.rates if each.stage == stage)

    def surest(self, stage: str | None = None) -> SegmentRate | None:
        """The segment that differs from the rest most significantly, at one step or at any.

        A lower rate comes before a higher one; None where none is certain to differ.
        """
        sure = [
            each
            for each in self.rates
            if each.certainty is Certainty.CERTAIN and stage in (None, each.stage)
        ]
        return min(sure, key=_doubt, default=None)


def segment_rates(found: Bottlenecks, dimension: str) -> SegmentRates:
    """The rates of all steps by a dimension that the bottlenecks were looked for in.

    Each segment with LEAST_VISITS at a step is compared with all others there, and q corrected for
    all segments and all steps: which of them is looked at is the reader's choice.

    Source:
        docs/counting.md, "Step rates by segment".
    """
    here = [loss for loss in found.losses if loss.dimension == dimension and loss.n]
    compared = [
        each
        for stage in found.outcomes.stages
        for each in _of_step([loss for loss in here if loss.stage == stage])
    ]
    tried = [each.p_value for each in compared if each.p_value is not None]
    q_values = iter(benjamini_hochberg(tried))
    rates = [each if each.p_value is None else _judged(each, next(q_values)) for each in compared]
    overall = {loss.stage: loss.rate for loss in found.losses if loss.is_of_all and loss.rate}
    return SegmentRates(tuple(rates), overall)


def _of_step(losses: Sequence[Loss]) -> list[SegmentRate]:
    """The segments of a step, those with enough visits compared."""
    rests = against_rest([loss.now for loss in losses], [NOT_ACROSS] * len(losses))
    rates = [_rate(loss) for loss in losses]
    enough = [each.rate for each in rates if each.n >= LEAST_VISITS]
    found = []
    for each, rest in zip(rates, rests, strict=True):
        if rest is None or each.n < LEAST_VISITS:
            found.append(each)
            continue
        place = "lowest" if each.rate == min(enough) else ""
        place = "highest" if each.rate == max(enough) else place
        found.append(
            replace(
                each,
                difference=rest.difference,
                difference_low=rest.low,
                difference_high=rest.high,
                p_value=rest.p_value,
                place=place if min(enough) < max(enough) else "",
            )
        )
    return found


def _rate(loss: Loss) -> SegmentRate:
    rate, low, high = (float(each or 0.0) for each in (loss.rate, loss.low, loss.high))
    return SegmentRate(loss.stage, loss.next_stage, loss.segment or "", loss.n, rate, low, high)


def _judged(rate: SegmentRate, q_value: float) -> SegmentRate:
    sure = certainty.of(rate.difference_low, rate.difference_high, q=q_value, n=rate.n)
    return replace(rate, q_value=q_value, certainty=sure)


def _doubt(rate: SegmentRate) -> tuple[bool, float, float]:
    difference = rate.difference or 0.0
    return difference > 0, rate.p_value or 0.0, -abs(difference)
