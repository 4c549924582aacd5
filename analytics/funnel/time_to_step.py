"""Time to a step: what share of leads reach it, and how long they take from their entry.

Aalen–Johansen from entry, so that open leads are neither counted as lost nor left out
(docs/counting.md, "Projected final rate").
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_cohorts, question
from analytics.funnel.transition import transition
from analytics.scope import Scope
from analytics.stats.final_rate import Companies, incidence
from analytics.stats.survival import Curve, ascending, of_durations

COLUMNS = ["segment", "seconds", "share", "low", "high", "at_risk"]
SUMMARY_COLUMNS = [
    "segment",
    "n",
    "reached",
    "median_seconds",
    "share",
    "low",
    "high",
    "is_final",
    "at_least",
    "at_most",
]


@question(of_cohorts)
def reaching(scope: Scope) -> Answer:
    """The share of leads that had reached the milestone by each time since their entry.

    The milestone is the step of the view, or the last one where the view has none behind the first.
    Of the leads that entered in the period, in flow mode too: a curve has no other meaning. Leads
    of which a present status tells a stage, without its time, are left out.

    Columns: (COLUMNS; one row per segment, of the view's breakdown or else of the source, by size,
    and time at which a lead reached it, besides the start and the last time observed; of more than
    DRAWN such times, so many spread evenly over those who came)
        segment: as in the funnel.
        seconds: from entry.
        share, low, high: a fraction with its 95% limits.
        at_risk: leads observed for so long that had neither reached it before nor were lost.

    Raises:
        ValueError: where there is only one step.
    """
    found = fates(scope, of="timed")
    frames = [
        _rows(curve_of(own)).assign(segment=segment) for segment, own in _segments(found.rows)
    ]
    rows = (
        pd.concat(frames, ignore_index=True)[COLUMNS] if frames else pd.DataFrame(columns=COLUMNS)
    )
    return Answer(rows, found.asked)


@question(of_cohorts)
def summary(scope: Scope) -> Answer:
    """What share of leads eventually reach the milestone, and how soon.

    Columns: (SUMMARY_COLUMNS; one row per segment of `reaching`)
        n, reached: leads, and those that have reached it by now.
        share: the projected final rate.
        median_seconds: by when half of the leads that eventually reach it have, null when none has;
            of leads known with all their times.
        is_final: whether the leads were observed long enough to say so; where not, the median comes
            later.
        low, high: the 95% limits of the share, null where it is not final.
        at_least, at_most: between which it truly is, with 95% confidence, final or not.
    """
    found = fates(scope)
    timed = fates(scope, of="timed").rows if scope.generation.untimed else found.rows
    times = {segment: curve_of(own) for segment, own in _segments(timed)}
    rows = []
    for segment, own in _segments(found.rows):
        course = curve_of(own)
        share = incidence(course, "advanced", companies=companies_of(own))
        if share is None:
            continue
        reached = int(course.left["advanced"].sum()) if "advanced" in course.left else 0
        rows.append(
            {
                "segment": segment,
                "n": course.leads,
                "reached": reached,
                "median_seconds": half_time(times[segment]) if segment in times else None,
                "share": share.value,
                "low": share.low,
                "high": share.high,
                "is_final": share.is_final,
                "at_least": share.at_least,
                "at_most": share.at_most,
            }
        )
    numbers = ("median_seconds", "share", "low", "high", "at_least", "at_most")
    types = {"n": "int64", "reached": "int64", "is_final": "bool"} | dict.fromkeys(
        numbers, "float64"
    )
    return Answer(pd.DataFrame(rows, columns=SUMMARY_COLUMNS).astype(types), found.asked)


def half_time(course: Curve) -> float | None:
    """By when half of the leads that eventually arrive have, in seconds; None when none has."""
    share = course.incidence_of("advanced")
    if not share.size or share[-1] <= 0:
        return None
    # A little less than half is half, as floating point adds it up.
    return float(course.times[np.flatnonzero(share >= share[-1] / 2 * (1 - 1e-9))[0]])


def fates(scope: Scope, *, of: str = "reaches") -> Answer:
    """What became of leads on their way to the milestone: the rows of `time_to_step.sql`.

    of: all of them, or those that are `timed`.
    """
    view = scope.view
    scope = scope.at(replace(view, mode="cohort", by=view.by or "source"))
    step = transition(scope)
    bound = {"entry_stage": step.entry.opened_by, "end_stage": step.end.opened_by}
    asked = Asked(scope, "funnel/time_to_step", of=of, parameters=bound)
    rows = asked.rows()
    rows["seconds"] = [ascending(run) for run in rows["seconds"]]
    return Answer(rows, asked)


def curve_of(rows: pd.DataFrame) -> Curve:
    """The curve of rows of `fates`."""
    return of_durations(rows["seconds"], rows["outcome"])


def companies_of(rows: pd.DataFrame) -> Companies | None:
    """Those of the leads of rows of `fates` that are of one company; None where there are none."""
    return Companies.of_runs(rows["company_seconds"], rows["outcome"], rows["companies"])


def _segments(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `fates` by segment, most leads first."""
    parts = {str(segment): own for segment, own in rows.groupby("segment")}
    sizes = {segment: sum(map(len, own["seconds"])) for segment, own in parts.items()}
    for segment in sorted(parts, key=lambda name: (-sizes[name], name)):
        yield segment, parts[segment]


def _rows(course: Curve) -> pd.DataFrame:
    share = course.incidence_of("advanced")
    low, high = course.incidence_limits("advanced")
    came = course.drawn("advanced")
    rows = pd.DataFrame(
        {
            "seconds": course.times[came],
            "share": share[came].clip(max=1.0),
            "low": low[came],
            "high": high[came],
            "at_risk": course.at_risk[came],
        }
    )
    if rows["seconds"].iat[0] > 0:
        start = pd.DataFrame(
            {"seconds": [0.0], "share": 0.0, "low": 0.0, "high": 0.0, "at_risk": course.leads}
        )
        rows = pd.concat([start, rows], ignore_index=True)
    return rows
