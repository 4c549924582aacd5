"""The expected: how many customers there will be in the end, with what the open leads still bring.

A lead that is open at a stage for so long goes on from there with the probability
(CIF(∞) − CIF(age)) / S(age) of that stage (`metrics` §§ 5, 9), and then on through each later stage
with the share that goes on there in the end.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.scope import Scope
from analytics.stats.survival import Curve, curve, incidence

ENOUGH = 100
"""With as many leads at a stage a segment has a curve of its own, else that of everybody."""

COLUMNS = ["segment", "customers", "open", "expected", "is_final"]


@dataclass(frozen=True)
class _Way:
    """How leads go on from one stage: the curve, the share that goes on in the end, if final."""

    curve: Curve
    share: float
    is_final: bool

    def chances(self, ages: "pd.Series[float]") -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The probability to go on, of leads that have been there for so many seconds."""
        place = np.searchsorted(self.curve.times, ages.to_numpy(), side="right") - 1
        gone = np.concatenate(([0.0], self.curve.incidence_of("advanced")))[place + 1]
        there = np.concatenate(([1.0], self.curve.survival))[place + 1]
        chances = np.zeros(len(ages))
        np.divide(self.share - gone, there, out=chances, where=there > 0)
        return chances.clip(0.0, 1.0)


_NOBODY = _Way(curve([], [], []), 0.0, True)


def expected(scope: Scope, by: str) -> pd.DataFrame:
    """How many of the period's leads will have become customers when nobody is open any more.

    One row per segment of the dimension `by`. Columns (COLUMNS): customers, by now; open, leads
    that are none and still can be; expected, the customers and what the open ones are expected to
    bring; is_final, whether the stages' curves reach far enough to say so: where not, it is at
    least that many.

    The curves are of all leads within the view's filters, whenever they entered: of a young period
    alone only the fast ones would count. A segment with fewer than ENOUGH leads at a stage goes by
    everybody's. Stages are those of the pipeline, but groups under the strict policy, where a stage
    that was skipped would hide a customer of the funnel by groups. With a window the curves end at
    it, as the funnel does. Raises ValueError when the pipeline has no customers to come to.
    """
    view, generation = scope.view, scope.generation
    passed = view.skipped == "passed"
    asked = replace(view, mode="cohort", level="stage" if passed else "group", by=by, stage=None)
    period = Scope(asked, generation).parameters
    scope = Scope(asked.during("all"), generation)
    places = [place for place, step in enumerate(scope.steps) if step.group == "customer"]
    if not places or not places[0]:
        raise ValueError("The pipeline has no group of customers to come to.")
    stages = [step.opened_by for step in scope.steps]
    rows = scope.ask(
        "sources/forecast", shown_start=period["period_start"], shown_end=period["period_end"]
    ).astype({"leads": int, "shown": int})
    parts = [rows[rows["stage"] == stage] for stage in stages[: places[0]]]
    found: dict[str, dict[str, float]] = {}
    arrived = rows[(rows["stage"] == stages[places[0]]) & (rows["shown"] > 0)]
    for segment, customers in arrived.groupby("segment")["shown"].sum().items():
        found.setdefault(str(segment), {})["customers"] = int(customers)
    after: dict[str | None, tuple[float, bool]] = {None: (1.0, True)}
    for part in reversed(parts):
        ways = _ways(part)
        waiting = part[(part["outcome"] == "open") & (part["shown"] > 0)]
        chances = ways[None].chances(waiting["seconds"])
        for segment, own in waiting.groupby("segment").indices.items():
            name = str(segment)
            mine = waiting.iloc[own]
            chance = ways[name].chances(mine["seconds"]) if name in ways else chances[own]
            later, is_final = after.get(name, after[None])
            way = ways.get(name, ways[None])
            row = found.setdefault(name, {})
            row["open"] = row.get("open", 0) + int(mine["shown"].sum())
            row["more"] = row.get("more", 0.0) + float(chance @ mine["shown"]) * later
            row["is_final"] = row.get("is_final", True) and is_final and way.is_final
        after = _before(after, ways)
    shown = rows[rows["shown"] > 0]["segment"].unique()
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
    """How leads go on from a stage: everybody under None, and the segments that are large."""
    ways: dict[str | None, _Way] = {None: _way(rows)}
    sizes = rows.groupby("segment")["leads"].sum()
    large = rows[rows["segment"].isin(sizes.index[sizes >= ENOUGH])]
    for segment, own in large.groupby("segment"):
        ways[str(segment)] = _way(own)
    return ways


def _way(rows: pd.DataFrame) -> _Way:
    course = curve(
        rows["seconds"].to_numpy(), rows["outcome"].to_numpy(dtype=object), rows["leads"].to_numpy()
    )
    found = incidence(course, "advanced")
    return _NOBODY if found is None else _Way(course, found.value, found.is_final)


def _before(
    after: dict[str | None, tuple[float, bool]], ways: dict[str | None, _Way]
) -> dict[str | None, tuple[float, bool]]:
    """The share of those who enter a stage that are customers in the end, from that of the next."""
    before = {}
    for name in (None, *(after.keys() | ways.keys()) - {None}):
        later, is_final = after.get(name, after[None])
        way = ways.get(name, ways[None])
        before[name] = later * way.share, is_final and way.is_final
    return before
