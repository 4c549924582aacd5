"""The forecast: how many customers there will be once every open lead has resolved.

A lead that has been open at a stage for some time still moves on from there with the probability
(CIF(∞) − CIF(age)) ÷ S(age) of that stage, and then on through the projected final rates of the
later stages.

Source: `docs/counting.md`, Expected customers.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.scope import Scope
from analytics.stats.arrays import Floats
from analytics.stats.final_rate import final_share
from analytics.stats.survival import Curve, ascending, of_durations

ENOUGH = 100
"""With as many leads at a stage a segment has its own curve, else that of all leads."""

COLUMNS = ["segment", "customers", "open", "expected", "is_final"]


@dataclass(frozen=True)
class _Way:
    """How leads move on from one stage: the curve, the final share that does, if it is final."""

    curve: Curve
    share: float
    is_final: bool

    def chances(self, ages: Floats) -> Floats:
        """The probability to move on, of leads that have been there for so many seconds."""
        index = np.searchsorted(self.curve.times, ages, side="right")
        gone = np.concatenate(([0.0], self.curve.incidence_of("advanced")))[index]
        there = np.concatenate(([1.0], self.curve.survival))[index]
        chances = np.zeros(len(ages))
        np.divide(self.share - gone, there, out=chances, where=there > 0)
        return chances.clip(0.0, 1.0)


def expected(scope: Scope, by: str) -> pd.DataFrame:
    """How many of the period's leads will have become customers once no lead is open.

    One row per segment of the dimension `by`.

    Columns (COLUMNS):
        customers, by now
        open: leads that are not customers, and can still become one
        expected: the customers, and what the open leads are expected to bring
        is_final: whether the stages' curves reach far enough; where not, expected is a lower bound

    The curves are of all leads within the view's filters, whenever they entered: of a recent period
    alone only the fast ones would count. A segment with fewer than ENOUGH leads at a stage uses the
    curve of all leads. Stages are those of the pipeline, but groups under the strict policy, where
    a skipped stage would hide a customer of the funnel by groups. With a window the curves end at
    it, as the funnel does.

    Raises: ValueError when the pipeline has no group of customers.
    """
    view, generation = scope.view, scope.generation
    passed = view.skipped == "passed"
    asked = replace(view, mode="cohort", level="stage" if passed else "group", by=by, stage=None)
    period = Scope(asked, generation).parameters
    scope = Scope(asked.during("all"), generation)
    last = next((i for i, step in enumerate(scope.steps) if step.group == "customer"), 0)
    if not last:
        raise ValueError("The pipeline has no group of customers to reach.")
    stages = [step.opened_by for step in scope.steps]
    rows = scope.ask(
        "sources/forecast", shown_start=period["period_start"], shown_end=period["period_end"]
    )
    rows["leads"] = [len(run) for run in rows["seconds"]]
    rows["seconds"] = [ascending(run) for run in rows["seconds"]]
    parts = [rows[rows["stage"] == stage] for stage in stages[:last]]
    found: dict[str, dict[str, float]] = {}
    arrived = rows[(rows["stage"] == stages[last]) & rows["is_shown"]]
    for segment, customers in arrived.groupby("segment")["leads"].sum().items():
        found.setdefault(str(segment), {})["customers"] = int(customers)
    after: dict[str | None, tuple[float, bool]] = {None: (1.0, True)}
    for part in reversed(parts):
        ways = _ways(part)
        waiting = part[(part["outcome"] == "open") & part["is_shown"]]
        for segment, ages in zip(waiting["segment"], waiting["seconds"], strict=True):
            name = str(segment)
            later, is_final = after.get(name, after[None])
            way = ways.get(name, ways[None])
            row = found.setdefault(name, {})
            row["open"] = row.get("open", 0) + len(ages)
            row["more"] = row.get("more", 0.0) + float(way.chances(ages).sum()) * later
            row["is_final"] = row.get("is_final", True) and is_final and way.is_final
        after = _before(after, ways)
    shown = rows[rows["is_shown"]]["segment"].unique()
    answer = [
        {
            "segment": segment,
            "customers": row.get("customers", 0),
            "open": row.get("open", 0),
            "expected": row.get("customers", 0) + row.get("more", 0.0),
            "is_final": bool(row.get("is_final", True)),
        }
        for segment, row in ((name, found.get(name, {})) for name in sorted(shown))
    ]
    return pd.DataFrame(answer, columns=COLUMNS).astype(
        {"customers": int, "open": int, "expected": float, "is_final": bool}
    )


def _ways(rows: pd.DataFrame) -> dict[str | None, _Way]:
    """How leads move on from a stage: all of them under None, and each large segment's."""
    ways: dict[str | None, _Way] = {None: _way(rows)}
    sizes = rows.groupby("segment")["leads"].sum()
    large = rows[rows["segment"].isin(sizes.index[sizes >= ENOUGH])]
    for segment, part in large.groupby("segment"):
        ways[str(segment)] = _way(part)
    return ways


def _way(rows: pd.DataFrame) -> _Way:
    stayed = of_durations(rows["seconds"], rows["outcome"])
    return _Way(stayed, *final_share(stayed, "advanced"))


def _before(
    after: dict[str | None, tuple[float, bool]], ways: dict[str | None, _Way]
) -> dict[str | None, tuple[float, bool]]:
    """The final share of those who enter a stage that become customers, from the next stage's."""
    before = {}
    for name in (None, *(after.keys() | ways.keys()) - {None}):
        later, is_final = after.get(name, after[None])
        way = ways.get(name, ways[None])
        before[name] = later * way.share, is_final and way.is_final
    return before
