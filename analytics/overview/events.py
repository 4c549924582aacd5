"""The events: what happened in a period, to leads of any age, against the period before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from analytics import certainty
from analytics.asked import Asked, of_periods, question
from analytics.certainty import Certainty
from analytics.scope import Scope
from analytics.stats import sums
from analytics.stats.companies import poisson_ratio
from analytics.view.periods import whole_months
from data.targets import Targets

MEASURES = ("leads", "opportunities", "won", "value")
"""What is counted, in the order of the funnel."""

LATE = 1 / 3
"""A target is only judged when less than this share of its period is left."""

FEW_EVENTS = 10
"""A difference of fewer events than this, in both periods, is likely at the most."""

COLUMNS = [
    "measure",
    "now",
    "earlier",
    "change",
    "change_low",
    "change_high",
    "certainty",
    "target",
    "of_target",
    "currency",
    "without_amount",
]


@dataclass(frozen=True)
class Event:
    """How often one thing happened, or what it brought.

    measure         one of MEASURES
    now, earlier    in the period, and in the one it is compared with; earlier is None without one,
                    a value where no amount is known
    low, high       the 95 % interval of now ÷ earlier − 1; None where nothing was before
    certainty       how sure it is that there is a difference; None without a comparison
    target          what was to be reached in the period; None without one
    """

    measure: str
    now: float | None
    earlier: float | None = None
    low: float | None = None
    high: float | None = None
    certainty: Certainty | None = None
    target: float | None = None

    @property
    def change(self) -> float | None:
        """Now over earlier, less one; None where either is unknown, or nothing was before."""
        return None if self.now is None or not self.earlier else self.now / self.earlier - 1

    @property
    def of_target(self) -> float | None:
        """Which share of the target is reached; None without one."""
        return None if self.target is None or self.now is None else self.now / self.target

    @property
    def is_sure(self) -> bool:
        """Whether there is a difference beyond chance."""
        return self.certainty in (Certainty.CERTAIN, Certainty.LIKELY)

    @property
    def is_less(self) -> bool:
        """Whether it is less than before, for whatever reason."""
        return self.now is not None and self.earlier is not None and self.now < self.earlier


@dataclass(frozen=True)
class Events:
    """What happened in a period.

    events          by MEASURES; opportunities only where the pipeline has them before its wins
    first, last     the days that are counted, up to `as_of`; before: those compared with, if any
    whole           the days of the period once it is over; reference: all of the one before
    left            the share of its days that is still to come, 0 when it is over
    currency        of the value
    without_amount  deals of the period whose amount is not known
    asked           by measure, the question that it is counted by
    """

    events: tuple[Event, ...]
    first: date
    last: date
    whole: tuple[date, date]
    before: tuple[date, date] | None
    reference: tuple[date, date] | None
    left: float
    currency: str
    without_amount: int
    asked: Mapping[str, Asked]

    def of(self, measure: str) -> Event | None:
        """What was counted of a measure; None where the pipeline has none."""
        return next((each for each in self.events if each.measure == measure), None)

    @property
    def is_running(self) -> bool:
        """Whether days of the period are still to come."""
        return self.left > 0

    @property
    def happened(self) -> bool:
        """Whether anything did, in the period."""
        return any(each.now for each in self.events)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The events as a table.

        Columns: (COLUMNS; one row per measure)
            measure, now, earlier, target: as in Event.
            change, change_low, change_high: now ÷ earlier − 1, with its 95% interval.
            certainty: one of Certainty; null without a comparison.
            of_target: a fraction.
            currency, without_amount: of the value only.
        """
        told = [
            {
                "measure": each.measure,
                "now": each.now,
                "earlier": each.earlier,
                "change": each.change,
                "change_low": each.low,
                "change_high": each.high,
                "certainty": None if each.certainty is None else each.certainty.value,
                "target": each.target,
                "of_target": each.of_target,
                "currency": self.currency if each.measure == "value" else None,
                "without_amount": self.without_amount if each.measure == "value" else None,
            }
            for each in self.events
        ]
        types = dict.fromkeys(("now", "earlier", "change", "change_low", "change_high"), float)
        types |= dict.fromkeys(("target", "of_target"), float)
        return pd.DataFrame(told, columns=COLUMNS).astype(types | {"without_amount": "Int64"})


@dataclass(frozen=True)
class _Counted:
    """What happened in one period: counts and pairs by measure, and the deals' value by company."""

    counts: Mapping[str, int]
    pairs: Mapping[str, float]
    value: pd.Series
    deals: int
    without_amount: int
    asked: Mapping[str, Asked]

    @property
    def worth(self) -> float | None:
        """What the deals brought; None where there are some, and of none it is known."""
        if self.deals and self.deals == self.without_amount:
            return None
        return float(self.value.sum())


@question(lambda view: replace(of_periods(view), by=None, stage=None))
def events(scope: Scope) -> Events:
    """What happened in the view's period, against that which it compares with, and the targets.

    Within the view's filters, by groups, and whenever the leads entered: whatever its mode, its
    window and its way of skipping. New leads are those created in the period, new opportunities
    those that first reached that group in it; each win is a deal. See `Scope.earlier` for the
    period of the comparison.

    Source:
        docs/counting.md, "What happened in a period".
    """
    view, generation = scope.view, scope.generation
    plain = replace(view, level="group", mode="flow", skipped="passed", window=None)
    scope = Scope(plain, generation)
    before = scope.earlier()
    now, then = _counted(scope), None if before is None else _counted(before)
    targets = Targets() if scope.is_whole else scaled(generation.pipeline.targets, scope.whole_days)
    found = [
        replace(_compared(measure, now, then), target=getattr(targets, measure))
        for measure in MEASURES
        if measure == "value" or measure in now.counts
    ]
    first, last = scope.known_days if scope.is_running else scope.days
    whole = scope.whole_days
    return Events(
        events=tuple(found),
        first=first,
        last=last,
        whole=whole,
        before=None if before is None else before.days,
        reference=scope.whole_days_before,
        left=(whole[1] - last).days / ((whole[1] - whole[0]).days + 1) if scope.is_running else 0.0,
        currency=generation.currency,
        without_amount=now.without_amount,
        asked=now.asked,
    )


def scaled(targets: Targets, days: tuple[date, date]) -> Targets:
    """The targets of a period: a third of a quarter's a month; none where it is no whole months."""
    months = whole_months(*days)
    if not months:
        return Targets()
    return Targets(**{name: each * months / 3 for name, each in targets.to_table().items()})


def _counted(scope: Scope) -> _Counted:
    first, *others = scope.steps
    stages = {"leads": first.opened_by, "won": scope.generation.pipeline.won}
    for step in others[:-1]:
        if step.slug == "opportunity":
            stages["opportunities"] = step.opened_by
    created = scope.at(replace(scope.view, mode="cohort"))
    entered = Asked(created, "overview/events", parameters={"stages": [stages["leads"]]})
    moved = Asked(
        scope,
        "overview/events",
        of="wins",
        parameters={
            "stages": [stages[name] for name in ("opportunities", "won") if name in stages]
        },
    )
    happened, pairs = {}, {}
    for asked in (entered, moved):
        for stage, count, both in asked.rows().itertuples(index=False):
            happened[stage], pairs[stage] = int(count), float(both)
    asked = Asked(scope, "overview/deals", of="wins", parameters={"stage": stages["won"]})
    deals = asked.rows().set_index("company")
    return _Counted(
        counts={name: happened.get(stage, 0) for name, stage in stages.items()},
        pairs={name: pairs.get(stage, 0.0) for name, stage in stages.items()},
        value=deals["value"].astype(float).fillna(0.0),
        deals=int(deals["deals"].sum()),
        without_amount=int(deals["without_amount"].sum()),
        asked={name: entered if name == "leads" else moved for name in stages} | {"value": asked},
    )


def _compared(measure: str, now: _Counted, then: _Counted | None) -> Event:
    if measure == "value":
        return _value(now, then)
    count = now.counts[measure]
    if then is None:
        return Event(measure, count)
    earlier = then.counts[measure]
    ratio = poisson_ratio(count, earlier, now.pairs[measure] + then.pairs[measure])
    low, high = (None, None) if ratio is None else ratio
    return Event(
        measure,
        count,
        earlier,
        low=None if low is None or not earlier else low - 1,
        high=None if high is None or not earlier else high - 1,
        certainty=_judged(low, high, max(count, earlier), zero=1.0),
    )


def _value(now: _Counted, then: _Counted | None) -> Event:
    """The value won: of companies in both periods the difference is drawn, and not both sums."""
    if then is None:
        return Event("value", now.worth)
    worth, earlier = now.worth, then.worth
    if worth is None or earlier is None:
        return Event("value", worth, earlier, certainty=Certainty.TOO_FEW)
    difference = now.value.sub(then.value, fill_value=0.0).to_numpy()
    found = sums.interval(difference)
    low, high = (None, None) if found is None else found
    return Event(
        "value",
        worth,
        earlier,
        low=None if low is None or not earlier else low / earlier,
        high=None if high is None or not earlier else high / earlier,
        certainty=_judged(low, high, max(now.deals, then.deals)),
    )


def _judged(low: float | None, high: float | None, events: int, *, zero: float = 0.0) -> Certainty:
    """How sure a difference is; of very few events it is likely at the most."""
    found = certainty.of(low, high, zero=zero)
    few = found is Certainty.CERTAIN and events < FEW_EVENTS
    return Certainty.LIKELY if few else found
