"""The verdict on the hand-over: whether marketing and sales go on as they agreed."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.certainty import Certainty
from analytics.certainty import of as certainty_of
from analytics.handover.handover import Handover
from analytics.stats.companies import newcombe

SILENT = 0.1
"""From this share of the leads handed over on that nobody answered for, there is cause to ask."""


class State(StrEnum):
    """How the hand-over goes; the first that fits.

    SILENT: a tenth of the leads or more have no answer.
    FEWER: certainly fewer are accepted than in the period before.
    WELL: neither.
    """

    SILENT = "silent"
    FEWER = "fewer"
    WELL = "well"


@dataclass(frozen=True)
class Change:
    """The acceptance rate less that of the period before, with its 95 % Newcombe interval."""

    before: float
    difference: float
    low: float
    high: float
    certainty: Certainty


def change(now: Handover, before: Handover | None) -> Change | None:
    """How the acceptance rate differs from that of the period before; None without either."""
    if before is None or not (now.sample.n and before.sample.n):
        return None
    low, high = newcombe(now.sample, before.sample)
    n = min(now.sample.n, before.sample.n)
    return Change(
        before.sample.rate,
        now.sample.rate - before.sample.rate,
        low,
        high,
        certainty_of(low, high, n=n),
    )


def state(now: Handover, changed: Change | None) -> State:
    """How the hand-over goes."""
    if now.total["waiting"] >= SILENT * now.total["handed_over"] > 0:
        return State.SILENT
    if changed is None or changed.certainty is not Certainty.CERTAIN:
        return State.WELL
    return State.FEWER if changed.difference < 0 else State.WELL
