"""Outlook: when a lead is overdue at its stage, and the chance that it is still won.

Both are those of all leads, whatever the filters: a lead is as late, and as likely to be won,
whoever looks at it, and the leads of two teams add up.

Source:
    Aalen and Johansen (1978) for where stays lead; Kemeny and Snell (1960), chapter 3, for what
    comes of it; docs/counting.md, The work list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analytics.asked import Asked, of_stays, question
from analytics.scope import Scope
from analytics.stats.absorbing_chain import Chain
from analytics.stats.survival import Curve, index_at, of_durations, quantile_alone
from analytics.view.view import View

LET_GO_DAYS = 90
"""Overdue for longer than this many days in the stage, a lead is no longer worth the first call."""

FEW = 30
"""Stays: what becomes of so few is not taken for a chance."""


@dataclass(frozen=True)
class Outlook:
    """What becomes of a lead in one stage. Lengths are in seconds of the view's clock.

    limit: a lead that stays longer is overdue: the limit that the pipeline sets for the stage, else
        the median of all stays there; None where half have not left yet
    is_promised: whether the limit is the pipeline's
    let_go: a lead that stays longer is set apart: LET_GO_DAYS, or twice the limit if longer
    chances: of being won eventually, by whole days stayed, from 0 to `let_go`; None where
        fewer than FEW leads have ever been there, or nobody has left
    """

    limit: float | None
    is_promised: bool
    let_go: float
    chances: tuple[float | None, ...]

    def chance(self, days: float) -> float | None:
        """The chance of a lead that has stayed so many days; None beyond `let_go`."""
        return self.chances[int(days)] if days < len(self.chances) else None


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
        chances = chances_of(course, won, int(let_go // day), day)
        found[stage.slug] = Outlook(limit, promised is not None, let_go, chances)
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


def chances_of(
    course: Curve, won: Mapping[str, float], whole_days: int, day: float = 86_400.0, few: int = FEW
) -> tuple[float | None, ...]:
    """The chance of being won, by whole days stayed, of leads on a curve of stays.

    won: by the stage that a stay leads to, the chance from there; what is not in it wins nothing.
    """
    found: list[float | None] = []
    for days in range(whole_days + 1):
        index = index_at(course, days * day)
        there = int(course.at_risk[index + 1]) if index + 1 < course.times.size else 0
        if there < few or not course.left:
            found.append(found[-1] if found else None)
            continue
        still = float(course.survival[index]) if index >= 0 else 1.0
        chance = 0.0
        for slug in course.left:
            gone = course.incidence_of(slug)
            later = float(gone[-1]) - (float(gone[index]) if index >= 0 else 0.0)
            if later > 0 and won.get(slug, 0.0):  # a chance that is unknown makes the sum so
                chance += later * won[slug]
        # Four digits: more are noise, and a list carries these numbers with it.
        found.append(None if np.isnan(chance) else round(min(chance / still, 1.0), 4))
    return tuple(found)
