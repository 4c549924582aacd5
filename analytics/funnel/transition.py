"""The transition that a rate is about: from one step of the funnel to a later one."""

from dataclasses import dataclass
from typing import Any

from analytics.scope import Scope
from data.pipeline import Step


@dataclass(frozen=True)
class Transition:
    """From `start` to `end`, steps of one level; `entry` is the first of them."""

    entry: Step
    start: Step
    end: Step

    @property
    def parameters(self) -> dict[str, Any]:
        """The stages that open the three steps, as the questions about a transition bind them."""
        stages = {
            "entry_stage": self.entry.opened_by,
            "start_stage": self.start.opened_by,
            "end_stage": self.end.opened_by,
        }
        return stages | {"asked_stages": list(dict.fromkeys(stages.values()))}


def transition(scope: Scope, since: str | None = None, to: str | None = None) -> Transition:
    """The transition between two steps of the scope's level, by their slugs.

    `since` is the first step where it is None; `to` the view's step, or the last one where the view
    has none that lies behind `since`.

    Raises:
        ValueError: for a step that the level does not have, and for two not in this order.
    """
    steps = {step.slug: index for index, step in enumerate(scope.steps)}
    for slug in (since, to):
        if slug is not None and slug not in steps:
            raise ValueError(f"There is no step {slug!r}: the steps are {', '.join(steps)}.")
    start = 0 if since is None else steps[since]
    chosen = steps.get(scope.view.stage or "", 0)
    end = steps[to] if to is not None else chosen if chosen > start else len(steps) - 1
    if end <= start:
        raise ValueError("A transition leads from a step to a later one.")
    return Transition(scope.steps[0], scope.steps[start], scope.steps[end])
