"""The verdict: is the funnel well, in one of three words, and the reason for it.

The first rule that fits:

- WORRY: new opportunities, deals or their value are certainly fewer than before, or are under
  FAR of their target late in the period.
- WATCH: a step certainly loses customers, or one of the three is likely fewer than before, or is
  under NEAR of its target late in the period.
- WELL: else.

Late is when less than a third of the period is left. New leads alone worry nobody: they are a
means.

Source:
    docs/counting.md, The verdict.
"""

from dataclasses import dataclass
from enum import StrEnum

from analytics.certainty import Certainty
from analytics.overview.events import LATE, Event, Events
from analytics.overview.findings import Leak

FAR, NEAR = 0.8, 0.95
"""Shares of a target: under the one it is far, under the other it is near but not reached."""

_JUDGED = ("won", "value", "opportunities")


class State(StrEnum):
    """How the funnel is."""

    WELL = "well"
    WATCH = "watch"
    WORRY = "worry"


class Reason(StrEnum):
    """Why it is not well: less than before, short of a target, or a leak."""

    LESS = "less"
    SHORT = "short"
    LEAK = "leak"


@dataclass(frozen=True)
class Verdict:
    """How the funnel is, with what goes well and what does not.

    good    what happened and is not a reason to worry: deals before opportunities, value and
            leads; None where everything is one
    reason  what is wrong; None where all is well
    bad     what it is wrong with: an event, or for LEAK the step
    """

    state: State
    good: Event | None
    reason: Reason | None = None
    bad: Event | Leak | None = None


def verdict(events: Events, leak: Leak | None) -> Verdict:
    """How the funnel is, by what happened in a period and the step that loses the most.

    The reason of a worse state comes before those of a better one; of one state, less than before
    comes before short of a target, and in between a leak.
    """
    judged = [each for measure in _JUDGED if (each := events.of(measure)) is not None]
    is_late = events.left < LATE
    sure_leak = leak if leak is not None and leak.certainty is Certainty.CERTAIN else None
    less = _first(judged, Certainty.CERTAIN), _first(judged, Certainty.LIKELY)
    short = [each for each in judged if is_late and _misses(each, NEAR)]
    far = [each for each in short if _misses(each, FAR)]
    wrong = {each.measure for each in judged if _is_less(each)} | {each.measure for each in short}
    good = _good(events, wrong)
    if less[0] is not None:
        return Verdict(State.WORRY, good, Reason.LESS, less[0])
    if far:
        return Verdict(State.WORRY, good, Reason.SHORT, far[0])
    if sure_leak is not None:
        return Verdict(State.WATCH, good, Reason.LEAK, sure_leak)
    if less[1] is not None:
        return Verdict(State.WATCH, good, Reason.LESS, less[1])
    if short:
        return Verdict(State.WATCH, good, Reason.SHORT, short[0])
    return Verdict(State.WELL, good)


def _first(judged: list[Event], certainty: Certainty) -> Event | None:
    """The first event of that certainty that is less than before."""
    return next((each for each in judged if each.is_less and each.certainty is certainty), None)


def _is_less(event: Event) -> bool:
    """Whether there is less than before, beyond chance."""
    return event.is_less and event.is_sure


def _misses(event: Event, share: float) -> bool:
    """Whether less than a share of the target is reached."""
    return event.of_target is not None and event.of_target < share


def _good(events: Events, wrong: set[str]) -> Event | None:
    """What can be said first: something that happened, and is nothing to worry about."""
    for measure in ("won", "opportunities", "value", "leads"):
        event = events.of(measure)
        if event is not None and event.now and measure not in wrong and not _is_less(event):
            return event
    return None
