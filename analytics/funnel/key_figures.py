"""The funnel's health at a glance: its main figures, and how they changed."""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import of_periods, question
from analytics.funnel.funnel import of_scope
from analytics.scope import Scope
from analytics.stats.intervals import newcombe, poisson_change, wilson
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
    now = of_scope(scope).rows
    then = None if before is None else of_scope(before).rows
    return Health(
        counts=tuple(_count(now, then, index) for index in _counted(scope)),
        conversion=_conversion(now, then),
        seconds=_seconds(now, then),
    )


def _counted(scope: Scope) -> list[int]:
    """The steps that have a figure: all groups, or the first and the last of many stages."""
    steps = range(len(scope.steps))
    return list(steps) if len(steps) <= len(GROUPS) else [steps[0], steps[-1]]


def _count(now: pd.DataFrame, then: pd.DataFrame | None, index: int) -> Figure:
    reached = int(now["reached"].iat[index])
    figure = Figure(str(now["stage"].iat[index]), reached, reached)
    if then is None:
        return figure
    earlier = int(then["reached"].iat[index])
    sure = poisson_change(reached, earlier)
    return replace(figure, earlier=earlier, earlier_n=earlier, sure=sure)


def _conversion(now: pd.DataFrame, then: pd.DataFrame | None) -> Figure:
    n, won = int(now["reached"].iat[0]), int(now["reached"].iat[-1])
    # Customers of other leads are no part of these: such a rate has no interval.
    followed = now["open"].notna().all()
    figure = Figure("conversion", won / n if n else None, n)
    if n and followed:
        low, high = wilson(won, n)
        figure = replace(figure, low=low, high=high)
    if then is None:
        return figure
    earlier_n, earlier_won = int(then["reached"].iat[0]), int(then["reached"].iat[-1])
    figure = replace(
        figure, earlier=earlier_won / earlier_n if earlier_n else None, earlier_n=earlier_n
    )
    if not (n and earlier_n and followed):
        return figure
    least, most = newcombe(won, n, earlier_won, earlier_n)
    return replace(figure, sure=least > 0 or most < 0)


def _seconds(now: pd.DataFrame, then: pd.DataFrame | None) -> Figure:
    figure = Figure("seconds", _median(now), int(now["reached"].iat[-1]))
    if then is None:
        return figure
    return replace(figure, earlier=_median(then), earlier_n=int(then["reached"].iat[-1]))


def _median(steps: pd.DataFrame) -> float | None:
    seconds = steps["median_seconds"].iat[-1]
    return None if pd.isna(seconds) else float(seconds)
