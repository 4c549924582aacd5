"""Step rate, 91 mature days: the share of a segment's visits to a stage that moved on in time.

The one rate of a step that pages quote about a segment: that of its bottlenecks.
"""

from dataclasses import dataclass

from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.loss import Loss


@dataclass(frozen=True)
class StepRate:
    """How often visits to a stage moved on in time, as fractions.

    n, now     the segment's visits, and its rate with the limits low and high (Wilson, 95 %)
    before     its rate of the year before; None where it is held against something else
    everybody  the rate of all leads
    others     that of all leads but the segment's; None where there are no others
    """

    stage: str
    next_stage: str
    n: int
    now: float
    low: float
    high: float
    before: float | None
    everybody: float
    others: float | None


def step_rate(
    found: Bottlenecks, stage: str, dimension: str | None = None, segment: str | None = None
) -> StepRate | None:
    """The rate of moving on from a stage, of a segment or of all leads; None without visits."""
    here = {(loss.dimension, loss.segment): loss for loss in found.losses if loss.stage == stage}
    own, all_leads = here.get((dimension, segment)), here.get((None, None))
    if own is None or all_leads is None or own.rate is None or all_leads.rate is None:
        return None
    return StepRate(
        stage=stage,
        next_stage=own.next_stage,
        n=own.n,
        now=own.rate,
        low=own.low or 0.0,
        high=1.0 if own.high is None else own.high,
        before=own.benchmark if own.held_against == "past" else None,
        everybody=all_leads.rate,
        others=_others(own, all_leads),
    )


def _others(own: Loss, all_leads: Loss) -> float | None:
    n = all_leads.n - own.n
    return (all_leads.advanced - own.advanced) / n if n > 0 else None
