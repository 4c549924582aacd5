"""The cohort: what the leads that entered in a period became, and from when that will be known."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_periods, question
from analytics.funnel import time_to_step
from analytics.funnel.funnel import funnel
from analytics.meanwhile import meanwhile
from analytics.scope import Scope
from analytics.stats.arrays import Floats
from analytics.stats.survival import Curve
from analytics.view.periods import DAY_SECONDS

OPEN = 0.05
"""The rate of leads of which a smaller share is still open is as good as final."""

TOLD = 0.25
"""A rate is shown once this share of the expected customers can have been won."""

_FURTHEST = 3_650  # days: what is not known by then is not known

COLUMNS = [
    "first",
    "last",
    "leads",
    "customers",
    "rate",
    "rate_low",
    "rate_high",
    "open",
    "expected",
    "is_least",
    "age",
    "known_from",
]


class Age(StrEnum):
    """How far the leads of a period have been followed.

    TOO_YOUNG: hardly any customer can have come yet, so that a rate would say nothing.
    YOUNG: some of them are still open, and the rate can still rise.
    MATURE: fewer than OPEN of them are still open.
    """

    TOO_YOUNG = "too-young"
    YOUNG = "young"
    MATURE = "mature"


@dataclass(frozen=True)
class Outcome:
    """What became of the leads of some days.

    first, last       the days of entry
    leads, customers  how many entered, and how many of them are customers by now
    low, high         the 95 % interval of the rate by now; None without leads
    open              those that are neither customers nor lost
    expected          the rate once none is open, by the projected final rates of the steps; None
                      where one of them is not known
    is_least          whether some of those rates are not final, so that it is at least so much
    """

    first: date
    last: date
    leads: int
    customers: int
    low: float | None
    high: float | None
    open: int
    expected: float | None
    is_least: bool

    @property
    def rate(self) -> float | None:
        """Customers of leads by now; None without leads."""
        return self.customers / self.leads if self.leads else None

    @property
    def open_share(self) -> float:
        """Which share of them is still open."""
        return self.open / self.leads if self.leads else 0.0


@dataclass(frozen=True)
class Cohort:
    """What became of the leads of a period, and of those of the period it is compared with.

    now         the leads that entered in the period
    reference   those of the period before, all of it, as they are known today; None without any
    age         how far they have been followed; None without leads
    known_from  the day from which a rate will be told, where they are too young for one; the day
                from which it is as good as final, where they are young; None where that cannot be
                told, and where they are mature
    asked       the question of the funnel that it is made of
    """

    now: Outcome
    reference: Outcome | None
    age: Age | None
    known_from: date | None
    asked: Asked

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The leads of the period, and of the one it is compared with, as a table.

        Columns: (COLUMNS; one row per period)
            first, last: days of entry.
            leads, customers, open, expected, is_least: as in Outcome.
            rate, rate_low, rate_high: customers of leads by now, with the 95% interval.
            age, known_from: as in Cohort; null for the period before.
        """
        told: list[dict[str, Any]] = []
        for outcome in (self.now, self.reference):
            if outcome is not None:
                row = {"rate": outcome.rate, "rate_low": outcome.low, "rate_high": outcome.high}
                told.append(vars(outcome) | row)
        told[0] |= {
            "age": None if self.age is None else self.age.value,
            "known_from": self.known_from,
        }
        types = dict.fromkeys(("rate", "rate_low", "rate_high", "expected"), float)
        return pd.DataFrame(told, columns=COLUMNS).astype(types)


@question(lambda view: replace(of_periods(view), level="group", by=None, stage=None, mode="cohort"))
def cohort(scope: Scope) -> Cohort:
    """What the leads of the view's period became, and what they are expected to.

    Always of leads that entered in the period, followed, and by groups, whatever the view's mode
    and level.

    Source:
        docs/counting.md, "What the leads of a period became".
    """
    before = meanwhile(partial(_reference, scope))
    found = funnel(scope.at(replace(scope.view, compare="none")))
    now = _outcome(scope.days, found.rows)
    age, known_from = _age(scope, now)
    return Cohort(now, before(), age, known_from, found.asked)


def _reference(scope: Scope) -> Outcome | None:
    """What became of the leads of the period before, all of it; None without any."""
    days = scope.whole_days_before
    if days is None:
        return None
    then = scope.view.during(first=days[0], last=days[1])
    earlier = _outcome(days, funnel(scope.at(replace(then, compare="none"))).rows)
    return earlier if earlier.leads else None


def _outcome(days: tuple[date, date], rows: pd.DataFrame) -> Outcome:
    leads, customers = int(rows["reached"].iat[0]), int(rows["reached"].iat[-1])
    rate, expected = customers / leads if leads else 0.0, 1.0 if leads else None
    for share in rows["eventual"].iloc[1:]:
        expected = None if expected is None or pd.isna(share) else expected * float(share)
    last = rows.iloc[-1]
    return Outcome(
        first=days[0],
        last=days[1],
        leads=leads,
        customers=customers,
        low=None if pd.isna(last["of_first_low"]) else float(last["of_first_low"]),
        high=None if pd.isna(last["of_first_high"]) else float(last["of_first_high"]),
        open=int(rows["open"].fillna(0).sum()),
        expected=None if expected is None else max(expected, rate),
        is_least=not rows["eventual_is_final"].iloc[1:].fillna(True).astype(bool).all(),
    )


def _age(scope: Scope, now: Outcome) -> tuple[Age | None, date | None]:
    """How far the leads have been followed, and from which day more is known.

    Their future is that of all leads within the view's filters, whenever they entered: of a recent
    period alone only the fast ones are known.
    """
    if not now.leads:
        return None, None
    if now.open_share < OPEN:
        return Age.MATURE, None
    plain = replace(scope.view, by=None, compare="none")
    mine = time_to_step.fates(scope.at(plain)).rows
    ages = np.concatenate(list(mine.loc[mine["outcome"] == "open", "seconds"]))
    # Where the period leaves nothing out they are the same leads, and as many curves to sort.
    everyone = mine if scope.is_whole else time_to_step.fates(scope.at(plain.during("all"))).rows
    course = _Course(time_to_step.curve_of(everyone), ages, now)
    if course.told(0) < TOLD:
        return Age.TOO_YOUNG, _day_of(scope, lambda days: course.told(days) >= TOLD)
    return Age.YOUNG, _day_of(scope, lambda days: course.still_open(days) < OPEN)


def _day_of(scope: Scope, is_so: Callable[[int], bool]) -> date | None:
    """The first day from `as_of` on that something is so; None where it is not within years."""
    if not is_so(_FURTHEST):
        return None
    low, high = 0, _FURTHEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_so(middle) else (middle, high)
    return scope.day(scope.as_of) + timedelta(days=high)


class _Course:
    """What the open leads of a period may still become, as leads of their age usually did."""

    def __init__(self, curve: Curve, ages: Floats, now: Outcome) -> None:
        self._curve, self._ages, self._now = curve, ages, now
        self._in_order = np.argsort(ages)
        self._there = self._at(curve.survival, ages, 1.0)
        self._gone = self._at(curve.incidence_of("advanced"), ages, 0.0)

    def still_open(self, days: int) -> float:
        """The share of all leads that is open after so many more days."""
        later = self._at(self._curve.survival, self._ages + days * DAY_SECONDS, 1.0)
        return float(self._of_those_there(later).sum()) / self._now.leads

    def told(self, days: int) -> float:
        """Which share of the customers to be expected has come after so many more days."""
        all_of_them = self._now.customers + self._more(np.inf)
        return (self._now.customers + self._more(days)) / all_of_them if all_of_them else 0.0

    def _more(self, days: float) -> float:
        """How many more customers come within so many days."""
        later = self._at(self._curve.incidence_of("advanced"), self._ages + days * DAY_SECONDS, 0.0)
        return float(self._of_those_there(later - self._gone).sum())

    def _of_those_there(self, shares: Floats) -> Floats:
        found = np.zeros_like(shares)
        np.divide(shares, self._there, out=found, where=self._there > 0)
        return found

    def _at(self, steps: Floats, seconds: Floats, start: float) -> Floats:
        """The value of a curve after so many seconds, which are in the order of the ages."""
        index = np.empty(len(seconds), dtype=np.int64)
        # Looked for in their order, as that is ten times as fast.
        index[self._in_order] = np.searchsorted(
            self._curve.times, seconds[self._in_order], side="right"
        )
        return np.asarray(np.concatenate(([start], steps))[index])
