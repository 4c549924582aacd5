"""Does speed matter here? A natural experiment, as fast and slow cannot be compared.

Who is called first is who looked best, so that leads that were answered fast buy more often,
whatever speed does. Others wait by chance: who comes just before closing time, before a weekend or
a holiday, is hardly called before the next opening, and who comes just after that opening is. They
are compared as they came, whenever they were really called, within the same source and day of the
week of that opening.

Source:
    Angrist and Pischke (2009), *Mostly Harmless Econometrics*, on what is assigned and what done;
    Austin (2009), Statistics in Medicine 28, for the balance; docs/counting.md, Does speed matter
    here.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from analytics.asked import Asked, of_stays, question
from analytics.scope import Scope
from analytics.stats.intervals import newcombe
from analytics.stats.natural_experiment import Effect, effect
from analytics.view.view import View

EDGE = 60
"""Minutes before closing and after opening in which leads are taken."""

DAYS = 30
"""Days from its arrival within which a lead is to have become a prospect: of the next group."""

SOON = 4
"""Hours by the clock within which a lead is answered soon."""

LEAST, LEAST_MORNINGS, LEAST_EITHER = 100, 30, 10
"""With fewer leads in either group, fewer mornings, or fewer leads of a group that became prospects
or that did not, nothing is said of a difference."""

UNBALANCED = 0.1
"""The standardised difference from which two groups are not alike in something, where they have
leads enough: of few it is as large by chance, so that it has to be above three standard errors."""

_KNOWN = ("company_size", "industry", "region")
"""What of a lead was so before anybody could call it, by which the groups are to be alike."""
_FEW_VALUES = 8
_A_WHILE = timedelta(days=30)

Verdict = Literal["matters", "harms", "unclear", "no wait", "too few"]

GROUP_COLUMNS = ["waited", "leads", "soon", "converted"]
BALANCE_COLUMNS = ["dimension", "value", "waited_share", "other_share", "apart"]


@dataclass(frozen=True)
class Speed:
    """What waiting, for no reason of their own, does to leads.

    groups: one row for the leads that came just before closing, then one for those after opening.
    effect: the rate of the first that became prospects, less that of the others, within the same
        source and day of the week; None with too few.
    verdict: `matters`, when those who wait become prospects less often for certain, `harms`, when
        more often; `unclear`, where it may as well be chance; `no wait`, when those of the evening
        were not answered later, so that nothing can be told of waiting; `too few`.
    balance: one row per value of what was so before; only its most frequent values.
    stage: the slug that makes a prospect.

    Columns of groups:
        waited, leads, converted: those that became prospects; soon: answered within SOON hours
    Columns of balance:
        dimension, value: null where it is missing
        waited_share, other_share: of the leads of each group
        apart: the standardised difference of the two
    """

    groups: pd.DataFrame
    effect: Effect | None
    verdict: Verdict
    balance: pd.DataFrame
    stage: str
    asked: Asked

    @property
    def by_chance(self) -> float:
        """The standardised difference up to which two groups are alike."""
        waited, others = (max(int(leads), 1) for leads in self.groups["leads"])
        return max(UNBALANCED, 3 * float(np.sqrt(1 / waited + 1 / others)))

    @property
    def is_balanced(self) -> bool:
        """Whether the groups are alike in all that was so before."""
        return bool((self.balance["apart"].abs() < self.by_chance).all())


def _decisive(view: View) -> View:
    plain = replace(of_stays(view.during("all")), mode="cohort", clock="working")
    return replace(plain, by="source")


@question(_decisive)
def speed(scope: Scope) -> Speed:
    """Whether leads that had to wait for the next opening become prospects less often.

    Of all leads under the view's filters, whatever its period, that were followed for DAYS days.
    """
    pipeline = scope.generation.pipeline
    groups = pipeline.steps("group")
    stage = groups[1].opened_by if len(groups) > 1 else pipeline.slugs[-1]
    known = tuple(name for name in _KNOWN if name in scope.generation.dimensions)
    calendar = pipeline.calendar
    first, last = scope.known_days
    bound = {
        "asked_stage": None,
        "working_days": calendar.days(first, last + _A_WHILE),
        "opens": calendar.opens,
        "closes": calendar.closes,
        "edge": min(EDGE, (calendar.closes - calendar.opens) // 2),
        "stage": stage,
        "horizon": DAYS * 86_400,
        "soon": SOON * 3600,
    }
    within = replace(scope, dimensions=known)
    asked = Asked(within, "response/speed", of="answers", parameters=bound)
    found = asked.rows()
    cells = found[found["dimension_number"] == 0]
    sides = cells.groupby("waited")[["leads", "soon", "converted"]].sum()
    sides = sides.reindex([True, False], fill_value=0).astype("int64").reset_index()
    measured = _effect(cells) if _are_enough(sides, cells) else None
    balance = _balance(found[found["dimension_number"] > 0], known, sides)
    return Speed(sides[GROUP_COLUMNS], measured, _verdict(sides, measured), balance, stage, asked)


def _are_enough(sides: pd.DataFrame, cells: pd.DataFrame) -> bool:
    least = min(sides["converted"].min(), (sides["leads"] - sides["converted"]).min())
    return bool(
        sides["leads"].min() >= LEAST
        and least >= LEAST_EITHER
        and cells["opened_on"].nunique() >= LEAST_MORNINGS
    )


def _effect(cells: pd.DataFrame) -> Effect | None:
    weekday = pd.to_datetime(cells["opened_on"]).dt.day_of_week
    stratum = pd.factorize(cells["source"].astype(object), use_na_sentinel=False)[0] * 7 + weekday
    return effect(
        stratum.to_numpy(dtype=np.intp),
        pd.factorize(cells["opened_on"])[0],
        cells["waited"].to_numpy(dtype=bool),
        cells["leads"].to_numpy(dtype=np.int64),
        cells["converted"].to_numpy(dtype=np.int64),
    )


def _verdict(sides: pd.DataFrame, found: Effect | None) -> Verdict:
    if found is None:
        return "too few"
    soon = [(int(row.soon), int(row.leads)) for row in sides.itertuples(index=False)]
    if newcombe(*soon[0], *soon[1])[1] >= 0:
        return "no wait"
    if found.high < 0:
        return "matters"
    return "harms" if found.low > 0 else "unclear"


def _balance(found: pd.DataFrame, known: tuple[str, ...], sides: pd.DataFrame) -> pd.DataFrame:
    waited, other = (max(int(leads), 1) for leads in sides["leads"])
    rows = []
    for number, dimension in enumerate(known, 1):
        of_one = found[found["dimension_number"] == number]
        counts = of_one.pivot_table(
            index="part", columns="waited", values="leads", aggfunc="sum", dropna=False
        )
        counts = counts.reindex(columns=[True, False]).fillna(0)
        most = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:_FEW_VALUES]
        for value in most:
            first, second = counts.loc[value, True] / waited, counts.loc[value, False] / other
            spread = np.sqrt((first * (1 - first) + second * (1 - second)) / 2)
            apart = (first - second) / spread if spread else 0.0
            name = value if isinstance(value, str) else None
            rows.append((dimension, name, first, second, float(apart)))
    return pd.DataFrame(rows, columns=BALANCE_COLUMNS)
