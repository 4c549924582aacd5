"""The question: the funnel by source of the leads that entered in one year, within 90 days.

Four steps, the groups of the default pipeline. A step is reached by the first of its entries that
is not before the step ahead of it was reached, and not later than the window after the lead
entered. Which entries are a step's own is the view's policy on skipped groups:

- `strict`: entries into the group's stages;
- `passed`: entries into the group's stages or any later one, so whoever is seen further on has been
  here too.

This is what `windowFunnel(window)` of ClickHouse does in its default mode, when the first condition
holds for one entry a lead: its entry into the first stage, when it was created. (`strict_order`
would ask more: that nothing else happens in between, not even the other stages of a group.)
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analytics.view.parameters import SKIPPED
from analytics.view.view import View
from data.pipeline import Pipeline

POLICIES = SKIPPED
PIPELINE = Pipeline.default()
WINDOW_DAYS = 90
FIRST, LAST = date(2024, 7, 1), date(2025, 6, 30)

Answer = dict[str, tuple[int, ...]]
"""For each source, how many leads reached each step."""


@dataclass(frozen=True)
class Question:
    """The question under one policy, in the words of each kind of engine."""

    skipped: str

    @property
    def view(self) -> View:
        """The question as Pheu has it."""
        return View(
            period=None,
            first=FIRST,
            last=LAST,
            window=WINDOW_DAYS,
            by="source",
            skipped=self.skipped,
            level="group",
        )

    @property
    def start(self) -> datetime:
        """The first instant of the period, UTC."""
        return datetime.combine(FIRST, datetime.min.time())

    @property
    def end(self) -> datetime:
        """The first instant after the period, UTC."""
        return datetime.combine(LAST, datetime.min.time()) + timedelta(days=1)

    @property
    def window(self) -> timedelta:
        """The longest time from a lead's entry to a step."""
        return timedelta(days=WINDOW_DAYS)

    @property
    def entry(self) -> str:
        """The stage whose entry begins the funnel."""
        return PIPELINE.slugs[0]

    @property
    def steps(self) -> tuple[tuple[str, ...], ...]:
        """The stages whose entries count for each step after the first."""
        stages = PIPELINE.stages
        openers = [
            place
            for place, stage in enumerate(stages)
            if place and stage.group != stages[place - 1].group
        ]
        ends = [*openers[1:], len(stages)] if self.skipped == "strict" else [len(stages)] * 3
        return tuple(PIPELINE.slugs[first:end] for first, end in zip(openers, ends, strict=True))
