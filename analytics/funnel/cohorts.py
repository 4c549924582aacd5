"""Cohorts: how far the leads of each month of entry got, month after month."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from analytics.asked import Answer, Asked, of_leads, question
from analytics.funnel.companies import design_effects
from analytics.funnel.transition import Transition, transition
from analytics.scope import Scope
from analytics.stats.intervals import wilson

AGES = (0, 1, 2, 3, 4, 6, 8, 11)
"""The months since entry that are shown: 0 is the first one."""

DAYS_OF_A_MONTH = 30
"""Months since entry are equally long for all, whatever the calendar's are."""

COLUMNS = [
    "segment",
    "cohort",
    "age_months",
    "leads",
    "reached",
    "rate",
    "complete",
    "within_days",
    "mature",
    "low",
    "high",
    "deff",
]


@dataclass
class _Cohort:
    """A month's leads: by stage, entries of (months_needed, months_had, leads).

    So many leads needed so many months to reach the stage, and were observed for so many.
    """

    counts: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)

    def reached(self, stage: str, months: int) -> int:
        """How many reached a step within so many months of their entry."""
        return sum(n for needed, _had, n in self.counts.get(stage, ()) if needed <= months)

    def had(self, stage: str, months: int) -> int:
        """How many of the leads that reached a step entered so long ago."""
        return sum(n for _needed, had, n in self.counts.get(stage, ()) if had >= months)


@question(of_leads)
def cohorts(scope: Scope, *, since: str | None = None, to: str | None = None) -> Answer:
    """What share of each month's leads had converted from one step to another by each age.

    Leads are followed from entry, in flow mode too: a cohort has no other meaning. A complete cell
    equals the funnel of its month with a window of `within_days`.

    Columns: (COLUMNS; one row per segment, month of entry and age, segments by size; as many AGES
    as the first leads of the month have begun, and one row, of age 0, for a month without leads)
        segment: as in the funnel.
        cohort: the first day of the month.
        age_months: 0 for the first month since entry.
        leads, reached: leads that reached the one step and the other `within_days` of entry.
        rate, low, high: a fraction with its 95% Wilson interval, null without leads; of as many
            leads as the design effect `deff` leaves: that of leads of one company, over all months.
        complete: whether all leads of the month were observed for this age by `as_of`.
        mature: the share that was; until it is 1 the rate can still change.

    Raises:
        ValueError: for steps that make no transition; see `transition`.

    Source:
        docs/counting.md, "Trends, cohorts and periods".
    """
    view, generation = scope.view, scope.generation
    scope = Scope(replace(view, mode="cohort"), generation)
    step = transition(scope, since, to)
    asked = Asked(
        scope, "funnel/cohorts", parameters={"asked_stages": step.parameters["asked_stages"]}
    )
    counts = asked.rows()
    found: dict[str | None, dict[pd.Timestamp, _Cohort]] = {}
    for segment, month, stage, *numbers in counts.itertuples(index=False):
        months = found.setdefault(segment if isinstance(segment, str) else None, {})
        cohort = months.setdefault(pd.Timestamp(month), _Cohort())
        needed, had, leads = (int(number) for number in numbers)
        cohort.counts.setdefault(stage, []).append((needed, had, leads))
    if view.by is None:
        found.setdefault(None, {})
    entry = step.entry.opened_by
    deff, _ = design_effects(scope, step)
    rows = [
        {"segment": segment, "cohort": month.date()} | row
        for segment in sorted(found, key=lambda name: (-_size(found[name], entry), name or ""))
        for month in _months(scope)
        for row in _rows(found[segment].get(month, _Cohort()), step, deff)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return Answer(
        frame.astype(dict.fromkeys(("rate", "mature", "low", "high"), float) | {"complete": bool}),
        asked,
    )


def _size(months: dict[pd.Timestamp, _Cohort], entry: str) -> int:
    return sum(cohort.had(entry, 0) for cohort in months.values())


def _months(scope: Scope) -> pd.DatetimeIndex:
    first, last = scope.known_days
    return pd.date_range(pd.Timestamp(first).replace(day=1), pd.Timestamp(last), freq="MS")


def _rows(cohort: _Cohort, asked: Transition, deff: float) -> Iterator[dict[str, object]]:
    entry = asked.entry.opened_by
    entrants = cohort.had(entry, 0)
    for age in AGES:
        if age and not cohort.had(entry, age):
            return
        leads = cohort.reached(asked.start.opened_by, age + 1)
        reached = cohort.reached(asked.end.opened_by, age + 1)
        mature = cohort.had(entry, age + 1)
        low, high = wilson(reached / deff, leads / deff) if leads else (None, None)
        yield {
            "age_months": age,
            "leads": leads,
            "reached": reached,
            "rate": reached / leads if leads else None,
            "complete": 0 < entrants == mature,
            "within_days": (age + 1) * DAYS_OF_A_MONTH,
            "mature": mature / entrants if entrants else None,
            "low": low,
            "high": high,
            "deff": deff,
        }
