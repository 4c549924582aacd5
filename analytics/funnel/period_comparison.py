"""Periods: the rates of this one against those of an earlier one, at equal maturity."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analytics.asked import Answer, Asked, of_periods, question
from analytics.funnel.companies import across
from analytics.funnel.funnel import Count, counts, sample
from analytics.scope import Scope
from analytics.stats.companies import Across, Sample, newcombe

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
        difference, low, high: of the rates, with its 95% Newcombe interval, as wide as leads of one
            company make it; none in flow mode, in which leads are not followed.
        sure: whether the interval excludes 0.

    Source:
        docs/counting.md, "Trends, cohorts and periods".
    """
    scope = scope.at(replace(scope.view, by=None, stage=None))
    before = scope.earlier()
    if before is None:
        return Answer(pd.DataFrame(columns=COLUMNS), Asked(scope, "funnel/funnel"))
    asked = Asked(before, "funnel/funnel")
    now, then = counts(Asked(scope, "funnel/funnel"))[None], counts(asked)[None]
    met = across(scope, before, ways(len(scope.steps)))
    return Answer(differences(scope, now, then, met), asked)


def ways(steps: int) -> list[tuple[int, int]]:
    """From which step to which the rates are: each to the next, and the first to the last."""
    found = [(index - 1, index) for index in range(1, steps)]
    return [*found, (0, steps - 1)] if steps > 2 else found


def differences(
    scope: Scope, now: Sequence[Count], then: Sequence[Count], met: Sequence[Across]
) -> pd.DataFrame:
    """The rows of `against_earlier` by the counts of both; `met` are the pairs of leads by way."""
    slugs = [step.slug for step in scope.steps]
    rows = [
        {"stage": slugs[end], "of": slugs[start]}
        | difference(sample(now, start, end), sample(then, start, end), each)
        for (start, end), each in zip(ways(len(slugs)), met, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    if scope.view.mode == "flow":
        frame = frame.assign(low=None, high=None, sure=False)
    rates = ("rate", "earlier_rate", "difference", "low", "high")
    return frame.astype(dict.fromkeys(rates, float) | {"sure": bool})


def difference(now: Sample, then: Sample, met: Across) -> dict[str, object]:
    """Two rates and their difference, with its interval: a row but for its steps."""
    rate, earlier = (each.rate if each.n else None for each in (now, then))
    row: dict[str, object] = {
        "n": now.n,
        "reached": now.successes,
        "rate": rate,
        "earlier_n": then.n,
        "earlier_reached": then.successes,
        "earlier_rate": earlier,
        "sure": False,
    }
    if rate is None or earlier is None:
        return row
    row["difference"] = rate - earlier
    if rate <= 1 and earlier <= 1:
        low, high = newcombe(now, then, met)
        row |= {"low": low, "high": high, "sure": low > 0 or high < 0}
    return row
