"""What the cards about bottlenecks are linked by, and which views they ask about."""

from dataclasses import replace

from analytics.time_in_stage.waiting import BANDS
from analytics.view.view import View

LOSSES, COURSE, WAITING, CHANGE = "losses", "course", "waiting", "change"
"""The anchors of the cards."""

LONG = BANDS[1:]
"""Waiting longer than usual: than half of all stays at the stage."""


def queue_view(view: View, dimension: str | None) -> View:
    """The view of all who wait, whenever they entered, by a dimension."""
    return replace(view.during("all"), mode="cohort", by=dimension, stage=None, compare="none")


def of_customers(view: View) -> View:
    """The view whose change is that of the last step, whichever step is looked at."""
    return replace(view, stage=None)
