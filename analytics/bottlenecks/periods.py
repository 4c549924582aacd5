"""The two periods that a change is between, each seen when it was as old as the other."""

from dataclasses import replace
from datetime import UTC, date

from analytics.scope import Scope
from analytics.view.periods import DAY

DAYS = 182
"""How long each of the two is when the view's period is all of the data."""


def with_earlier(scope: Scope, compare: str) -> tuple[Scope, Scope]:
    """A scope whose period is not all of the data, after the one that it is compared with.

    compare: as in the view; the previous period where that compares with nothing.
    """
    compared = replace(scope.view, compare="previous" if compare == "none" else compare)
    earlier = scope.at(compared).earlier()
    assert earlier is not None, "A period that is not all of the data has one before it."
    return earlier, scope


def latest(scope: Scope, first: date, last: date) -> tuple[Scope, Scope]:
    """The DAYS days up to `last`, after as many before; half of the days since `first` if fewer."""
    length = min(DAYS, max(1, ((last - first).days + 1) // 2)) * DAY
    view = scope.view
    # As many days before, also where the days happen to be whole months.
    earlier = replace(
        view.during(first=last - 2 * length + DAY, last=last - length),
        as_of=(scope.as_of - length).replace(tzinfo=UTC),
    )
    return scope.at(earlier), scope.at(view.during(first=last - length + DAY, last=last))
