"""The funnel's health at a glance: its main figures, and how they changed."""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import Asked, of_periods, question
from analytics.funnel.companies import across
from analytics.funnel.funnel import Count, counts, sample
from analytics.scope import Scope
from analytics.stats.companies import NOT_ACROSS, Across, newcombe, poisson_change, wilson
from data.pipeline import GROUPS


@dataclass(frozen=True)
class Figure:
    """One figure: its value, the n it rests on, and the same one period earlier, if there is one.

    sure: whether the change is significant at the 5% level; None where that is not known.
    low, high: the value's 95% interval where it has one.
    """

    name: str
    value: float | None
    n: int
    earlier: float | None = None
    earlier_n: int | None = None
    sure: bool | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Health:
    """The figures of the overview: a count per group, the conversion, and the time it takes.

    Of a pipeline of one group, whose steps are stages, the first and the last one are counted where
    there are more than groups could be.
    """

    counts: tuple[Figure, ...]
    conversion: Figure
    seconds: Figure


@question(of_periods)
def health(scope: Scope) -> Health:
    """How many leads got how far, at what rate and how soon, against the period before.

    The comparison is `view.compare`, at equal maturity (see `Scope.earlier`); without one there is
    no change.

    Returns:
        counts: leads of the period by the groups that they reached.
        conversion: customers of leads, a fraction.
        seconds: the median from entry to customer, among leads that became one.
    """
    view, generation = scope.view, scope.generation
    scope = Scope(replace(view, level="group", by=None, stage=None), generation)
    before = scope.earlier()
    now = _steps(scope)
    then = None if before is None else _steps(before)
    last = len(scope.steps) - 1
    met = NOT_ACROSS if before is None or not last else across(scope, before, [(0, last)])[0]
    conversion = _conversion(now, then, met, is_followed=view.mode == "cohort")
    return Health(
        counts=tuple(
            _count(scope.steps[index].slug, now[index], None if then is None else then[index])
            for index in _counted(scope)
        ),
        conversion=conversion,
        seconds=_seconds(now[-1], None if then is None else then[-1]),
    )


def _steps(scope: Scope) -> list[Count]:
    return counts(Asked(scope, "funnel/funnel"))[None]


def _counted(scope: Scope) -> list[int]:
    """The steps that have a figure: all groups, or the first and the last of many stages."""
    steps = range(len(scope.steps))
    return list(steps) if len(steps) <= len(GROUPS) else [steps[0], steps[-1]]


def _count(slug: str, now: Count, then: Count | None) -> Figure:
    figure = Figure(slug, now.reached, now.reached)
    if then is None:
        return figure
    sure = poisson_change(now.reached, then.reached, now.pairs + then.pairs)
    return replace(figure, earlier=then.reached, earlier_n=then.reached, sure=sure)


def _conversion(
    now: list[Count], then: list[Count] | None, met: Across, *, is_followed: bool
) -> Figure:
    n, won = now[0].reached, now[-1].reached
    figure = Figure("conversion", won / n if n else None, n)
    # Customers of other leads are no part of these: such a rate has no interval.
    if n and is_followed:
        low, high = wilson(sample(now, 0, len(now) - 1))
        figure = replace(figure, low=low, high=high)
    if then is None:
        return figure
    earlier_n, earlier_won = then[0].reached, then[-1].reached
    figure = replace(
        figure, earlier=earlier_won / earlier_n if earlier_n else None, earlier_n=earlier_n
    )
    if not (n and earlier_n and is_followed):
        return figure
    least, most = newcombe(sample(now, 0, len(now) - 1), sample(then, 0, len(then) - 1), met)
    return replace(figure, sure=least > 0 or most < 0)


def _seconds(now: Count, then: Count | None) -> Figure:
    figure = Figure("seconds", _median(now), now.reached)
    if then is None:
        return figure
    return replace(figure, earlier=_median(then), earlier_n=then.reached)


def _median(step: Count) -> float | None:
    return None if pd.isna(step.median_seconds) else step.median_seconds
