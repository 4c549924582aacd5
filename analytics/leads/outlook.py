"""Outlook: when a lead is overdue at its stage, and the chance that it is still won.

Both are those of all leads, whatever the filters: a lead is as late, and as likely to be won,
whoever looks at it, and the leads of two teams add up.

Source:
    Aalen and Johansen (1978) for where stays lead; Kemeny and Snell (1960), chapter 3, for what
    comes of it; docs/counting.md, The work list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from analytics.asked import Asked, of_stays, question
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.chance_left import chance_left
from analytics.stats.survival import Curve, of_durations, quantile_alone
from analytics.view.view import View

LET_GO_DAYS = 90
"""Overdue for longer than this many days in the stage, a lead is no longer worth the first call."""

FEW = 30
"""Stays: what becomes of so few is not taken for a chance."""

MOST_DAYS = 365
"""After more whole days at a stage the chance is taken for that after so many."""


class Left(NamedTuple):
    """What is left to a lead that has stayed so long.

    chance: of being won eventually
    low, high: its 95 % band
    there: how many leads were observed to stay longer
    """

    chance: float
    low: float
    high: float
    there: int


@dataclass(frozen=True)
class Outlook:
    """What becomes of a lead in one stage. Lengths are in seconds of the view's clock.

    limit: a lead that stays longer is overdue: the limit that the pipeline sets for the stage, else
        the median of all stays there; None where half have not left yet
    is_promised: whether the limit is the pipeline's
    let_go: a lead that stays longer is set apart: LET_GO_DAYS, or twice the limit if longer; where
        it is said what a call costs, that decides instead (see `to_do`)
    left: by whole days stayed, from 0 to MOST_DAYS; None where fewer than FEW leads have ever been
        there, or nobody has left
    """

    limit: float | None
    is_promised: bool
    let_go: float
    left: tuple[Left | None, ...]

    def left_after(self, days: float) -> Left | None:
        """What is left to a lead that has stayed so many days."""
        return self.left[min(int(days), MOST_DAYS)]


def _of_everybody(view: View) -> View:
    return replace(of_stays(view).during("all").unfiltered(), mode="flow", by=None)


@question(_of_everybody, kept=16)
def outlook(scope: Scope) -> dict[str, Outlook]:
    """What becomes of the leads in each stage but the last, by its slug.

    The chance of a lead that has stayed `d` days is the sum, over the stages that a stay leads to,
    of the share of those still there after `d` days that went on to it, times the share of its
    visits that are won eventually. Stays that have not ended by the end of the follow-up count as
    not won, so the chance is rather too low than too high. Where fewer than FEW were observed for
    so long, it is that of the last day on which there were as many.
    """
    stages, day = scope.generation.pipeline.stages, scope.day_seconds
    courses = _courses(scope)
    slugs = [stage.slug for stage in stages]
    won = dict(zip(slugs, [*_chain(courses, slugs).win.tolist(), 1.0], strict=True))
    found = {}
    for stage in stages[:-1]:
        course = courses[stage.slug]
        promised = None if stage.limit_days is None else stage.limit_days * day
        limit = quantile_alone(course, 0.5) if promised is None else promised
        let_go = max(LET_GO_DAYS * day, 2 * (limit or 0.0))
        left = left_of(course, won, day)
        found[stage.slug] = Outlook(limit, promised is not None, let_go, left)
    return found


def _courses(scope: Scope) -> dict[str, Curve]:
    ends = Asked(scope, "leads/ends", of="stays").rows()
    cause = ends["next_stage"].astype(object).where(ends["next_stage"].notna(), "open")
    return {
        slug: of_durations(ends["seconds"][own], cause[own])
        for rank, slug in enumerate(scope.generation.pipeline.slugs[:-1])
        for own in [ends["stage_rank"] == rank]
    }


def _chain(courses: Mapping[str, Curve], slugs: list[str]) -> Chain:
    """The moves between stages; a stage that nobody has left is unknown."""
    shares = np.array(
        [
            [course.incidence_of(slug)[-1] if course.left else np.nan for slug in slugs]
            for course in courses.values()
        ]
    )
    # A sum of shares may exceed 1 by rounding.
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return Chain(shares[:, :-1], shares[:, -1])


def left_of(
    course: Curve, won: Mapping[str, float], day: float = 86_400.0, *, few: int = FEW
) -> tuple[Left | None, ...]:
    """What is left to leads on a curve of stays, by whole days stayed from 0 to MOST_DAYS.

    won: by the stage that a stay leads to, the chance from there; what is not in it wins nothing.
    """
    if not course.left:
        return (None,) * (MOST_DAYS + 1)
    found = chance_left(course, won, np.arange(MOST_DAYS + 1.0) * day)
    known: list[Left | None] = []
    for chance, low, high, there in zip(
        *(each.tolist() for each in (found.chance, found.low, found.high, found.at_risk)),
        strict=True,
    ):
        if there < few:
            known.append(known[-1] if known else None)
        elif np.isnan(chance):  # a chance that is unknown makes the sum so
            known.append(None)
        else:
            # Four digits: more are noise, and a list carries these numbers with it.
            known.append(Left(round(chance, 4), round(low, 4), round(high, 4), there))
    return tuple(known)
