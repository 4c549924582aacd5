"""Periods: the rates of this one against those of an earlier one, at equal maturity."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from analytics.asked import Answer, Asked, of_periods, question
from analytics.funnel.funnel import of_scope
from analytics.scope import Scope
from analytics.stats.intervals import newcombe

COLUMNS = [
    "stage",
    "of",
    "n",
    "reached",
    "rate",
    "earlier_n",
    "earlier_reached",
    "earlier_rate",
    "difference",
    "low",
    "high",
    "sure",
]


@question(lambda view: replace(of_periods(view), by=None, stage=None))
def against_earlier(scope: Scope) -> Answer:
    """How each step's rate differs from that of the period which the view compares with.

    Empty where there is nothing to compare with. The earlier period is cut at the same age (see
    `Scope.earlier`).

    Columns: (COLUMNS; one row per step after the first, of the one before it, and where there are
    more than two steps a last row: the last step of the first)
        stage, of: slugs of the step, and of the one that the rate is of.
        n, reached, rate: leads, and those of them that reached the step; a fraction, null without
            leads.
        earlier_n, earlier_reached, earlier_rate: the same of the earlier period.
        difference, low, high: of the rates, with its 95% Newcombe interval; none in flow mode, in
            which leads are not followed.
        sure: whether the interval excludes 0.

    Source:
        docs/counting.md, "Trends, cohorts and periods".
    """
    view, generation = scope.view, scope.generation
    scope = Scope(replace(view, by=None, stage=None), generation)
    before = scope.earlier()
    if before is None:
        return Answer(pd.DataFrame(columns=COLUMNS), Asked(scope, "funnel/funnel"))
    then = of_scope(before)
    frame = pd.DataFrame(_rows(of_scope(scope).rows, then.rows), columns=COLUMNS)
    rates = ("rate", "earlier_rate", "difference", "low", "high")
    if view.mode == "flow":
        frame = frame.assign(low=None, high=None, sure=False)
    return Answer(frame.astype(dict.fromkeys(rates, float) | {"sure": bool}), then.asked)


def _rows(now: pd.DataFrame, then: pd.DataFrame) -> Iterator[dict[str, object]]:
    slugs, reached, earlier = now["stage"].tolist(), now["reached"], then["reached"]
    pairs = [(index - 1, index) for index in range(1, len(slugs))]
    if len(slugs) > 2:
        pairs.append((0, len(slugs) - 1))
    for start, end in pairs:
        counts = int(reached[end]), int(reached[start])
        earlier_counts = int(earlier[end]), int(earlier[start])
        yield {"stage": slugs[end], "of": slugs[start]} | _difference(counts, earlier_counts)


def _difference(now: tuple[int, int], then: tuple[int, int]) -> dict[str, object]:
    """The row of two rates, each (reached, n)."""
    rate, earlier = (part / whole if whole else None for part, whole in (now, then))
    row: dict[str, object] = {
        "n": now[1],
        "reached": now[0],
        "rate": rate,
        "earlier_n": then[1],
        "earlier_reached": then[0],
        "earlier_rate": earlier,
        "sure": False,
    }
    if rate is None or earlier is None:
        return row
    row["difference"] = rate - earlier
    if now[0] <= now[1] and then[0] <= then[1]:
        low, high = newcombe(*now, *then)
        row |= {"low": low, "high": high, "sure": low > 0 or high < 0}
    return row
