"""The segments: whether one converts better or worse than the rest, like for like.

A segment that grew recently has more leads that are still open, so plain rates would call it worse.
All are therefore compared at one horizon, on the leads observed for at least that long: of those,
which ones reached the step within it (docs/counting.md, "Comparing segments").
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from analytics.asked import Asked, of_leads, question
from analytics.scope import Scope
from analytics.stats.companies import Across, Pairs, Sample, against_rest, wilson

COLUMNS = [
    "segment",
    "n",
    "reached",
    "rate",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "p_value",
    "q_value",
]


@dataclass(frozen=True)
class Segments:
    """Segments at one horizon, and the rate of all of them together.

    horizon: in seconds.
    overall: the rate of all leads, None without any.
    asked: the question of the counts.
    rows: (COLUMNS; one row per segment, most leads first)
        n, reached: leads observed for the horizon, and those that reached the step within it.
        rate, low, high: a fraction with its 95% Wilson interval; like all that follows, as certain
            as leads of one company leave it.
        difference, difference_low, difference_high: from the rest of the leads, with its 95%
            Newcombe interval; null where there is no rest, as are p_value and q_value.
        p_value: of the pooled z test, of Fisher's exact test for small expected counts.
        q_value: by Benjamini and Hochberg, over all segments.
    """

    horizon: float
    overall: float | None
    rows: pd.DataFrame
    asked: Asked


@question(lambda view: replace(of_leads(view), stage=None))
def segments(scope: Scope, step: str, *, of: str) -> Segments:
    """How well each segment of `view.by` converts to a step, `of` the 'first' or 'previous' one.

    The horizon is the time in which nine of ten leads that have converted did, or for how long half
    of the leads have been observed, if that is shorter; from entry it is the view's window, where
    there is one.

    Raises:
        ValueError: for the first step, which nothing leads to.
    """
    view = scope.view
    slugs = [entry.slug for entry in scope.steps]
    index = slugs.index(step)
    if index == 0:
        raise ValueError("All leads are at the first step.")
    from_entry = of == "first"
    bound = {
        "before": scope.steps[0 if from_entry else index - 1].opened_by,
        "step": scope.steps[index].opened_by,
    }
    whole = scope.at(replace(view, by=None))
    spans = whole.ask("funnel/horizon", **bound, from_entry=from_entry).iloc[0]
    known = [float(span) for span in spans if pd.notna(span)]
    if from_entry and view.window is not None:
        known = [view.window * 86_400.0]
    horizon = min(known, default=0.0)
    asked = Asked(
        scope,
        "funnel/segments_entry" if from_entry else "funnel/segments_step",
        parameters=bound
        | {"horizon": horizon, "mature_before": scope.as_of - timedelta(seconds=horizon)},
    )
    counts = asked.rows()
    leads, reached = counts["n"].tolist(), counts["reached"].tolist()
    found = [
        (Sample(arrived, n, Pairs.of(row)), Across.of(row))
        for arrived, n, row in zip(reached, leads, counts.itertuples(index=False), strict=True)
    ]
    rests = against_rest([each for each, _ in found], [across for _, across in found])
    rows = []
    for segment, (own, _), rest in zip(counts["segment"], found, rests, strict=True):
        low, high = wilson(own)
        row = {"segment": segment, "n": own.n, "reached": own.successes, "rate": own.rate}
        row |= {"low": low, "high": high}
        if rest is not None:
            row |= {
                "difference": rest.difference,
                "difference_low": rest.low,
                "difference_high": rest.high,
                "p_value": rest.p_value,
                "q_value": rest.q_value,
            }
        rows.append(row)
    overall = sum(reached) / sum(leads) if leads else None
    types = {"n": int, "reached": int} | dict.fromkeys(COLUMNS[3:], float)
    return Segments(horizon, overall, pd.DataFrame(rows, columns=COLUMNS).astype(types), asked)
