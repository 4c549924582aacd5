"""The quality of leads: what is left of those of each source after screening, and what that costs.

A lead is usable when screening found nothing against it. One that was not screened, since its file
has no contacts, is neither usable nor bad.

Source: `docs/counting.md`, Quality.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.asked import Answer, Asked, of_leads, question
from analytics.certainty import Certainty
from analytics.certainty import of as certainty_of
from analytics.scope import Scope
from analytics.sources.spend import dimension_of, spend, unsplit
from analytics.stats.intervals import wilson
from analytics.stats.shrinkage import shrunk
from analytics.stats.significance import against_rest, benjamini_hochberg
from analytics.view.view import View

VERDICTS = ("ok", "duplicate", "invalid", "junk", "unreachable")
OUTCOMES = ("reached", "not_interested", "no_answer", "dead_number", "impostor")
PARTS = ("screening", "screening_reason", "consent", "call_outcome", "call_attempts")
"""The dimensions that are counted, where a generation has them."""

BETTER, WORSE = "better", "worse"
BATCH = "batch"

_BAD = ("duplicate", "invalid", "junk")
_KNOWN = (
    "with_email",
    "with_phone",
    "with_company",
    "consent_yes",
    "consent_no",
    "consent_unknown",
    "called",
    *OUTCOMES,
    "attempts",
)
"""Counts of what is known of the leads, whatever screening found."""
_COUNTS = (
    "leads",
    *_BAD,
    "usable",
    "unreachable",
    "unscreened",
    *_KNOWN,
)
COLUMNS = [
    "source",
    "leads",
    *_BAD,
    "usable",
    "usable_rate",
    "cost_per_usable",
    "unreachable",
    "unscreened",
    "usable_rate_low",
    "usable_rate_high",
    "usable_rate_shrunk",
    "difference",
    "difference_low",
    "difference_high",
    "q_value",
    "certainty",
    "finding",
    "cost",
    "cost_per_lead",
    *_KNOWN,
]
_RATES = [name for name in COLUMNS if name not in (*_COUNTS, "source", "certainty", "finding")]


@dataclass(frozen=True)
class Quality:
    """What is left of the leads of each segment.

    `rows`: one row per segment of `by` (the view's breakdown, else the source), the most leads
    first; together they are the leads of the funnel of the view. `total`: the same of all, as one
    row whose source is null.

    Columns (COLUMNS), counts of leads that entered in the period:
        source: the segment, whatever the view breaks down by; `~` is the missing one
        leads = duplicate + invalid + junk + unreachable + usable + unscreened; where no lead of the
            segment was screened all but the first and the last are null
        usable_rate = usable ÷ (leads − unscreened), null where none was screened;
            usable_rate_low, usable_rate_high: its 95% Wilson interval
        usable_rate_shrunk: the rate drawn towards that of all, the more the fewer leads it rests on
        difference: the rate less that of all other segments, difference_low and difference_high its
            95% interval, q_value corrected for all segments; certainty: how sure it is (see
            `analytics.certainty`); finding: `better` or `worse` where it is certain, else null
        cost: what was spent, null where unknown; cost_per_lead = cost ÷ leads; cost_per_usable =
            cost ÷ usable, null where not all were screened or none is usable
        with_email, with_phone, with_company: leads of which the file gives one, good or not
        consent_yes, consent_no, consent_unknown: the three add up to the leads
        called: leads of which the outcome of a call is known = reached + not_interested + no_answer
            + dead_number + impostor; attempts: how often they were called, null when not known

    `has`: the dimensions of PARTS that the generation has; `unsplit`: the dimensions filtered by
    that spend does not have, so that no cost is known. `asked`: the question of the counts.
    """

    rows: pd.DataFrame
    total: pd.Series
    by: str
    currency: str
    has: frozenset[str]
    unsplit: tuple[str, ...]
    asked: Asked

    @property
    def is_screened(self) -> bool:
        """Whether any lead was screened."""
        return bool(self.total["leads"] > self.total["unscreened"])


def decisive(view: View) -> View:
    """Quality is of leads of one period; how far they got afterwards does not matter."""
    return replace(of_leads(view), stage=None)


def asked_of(scope: Scope, file: str, **parameters: Any) -> Asked:
    """A question about what screening found, over the parts that the generation has."""
    has = tuple(name for name in PARTS if name in scope.generation.dimensions)
    counted = replace(scope, dimensions=has)
    places = {name: has.index(name) + 1 if name in has else None for name in PARTS}
    opener = scope.steps[0].opened_by
    return Asked(counted, file, parameters={"lead_stage": opener, **places, **parameters})


@question(decisive)
def quality(scope: Scope) -> Quality:
    """What is left of the leads of each source, or of whatever the view breaks down by."""
    by = scope.view.by or "source"
    scope = scope.at(replace(scope.view, by=by))
    asked = asked_of(scope, "quality/quality")
    counted = asked.rows().rename(columns={"segment": "source"})
    costs = _costs(scope, by)
    rows = [_row(record, costs.get(record["source"])) for record in counted.to_dict("records")]
    _compare(rows)
    paid = [row["cost"] for row in rows if row["cost"] is not None]
    sums = {name: counted[name].sum(min_count=name == "attempts") for name in _COUNTS}
    total = _row({"source": None} | sums, math.fsum(paid) if len(paid) == len(rows) else None)
    return Quality(
        rows=_frame(rows),
        total=_frame([total]).iloc[0],
        by=by,
        currency=scope.generation.currency,
        has=frozenset(asked.scope.dimensions or ()),
        unsplit=unsplit(scope.view),
        asked=asked,
    )


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(_RATES, float))


def _costs(scope: Scope, by: str) -> dict[str, float | None]:
    """What was spent by segment; of a batch what was spent on the campaign of its name."""
    if by == BATCH and BATCH in scope.generation.dimensions:
        return spend(scope.at(replace(scope.view, by="campaign")))
    return spend(scope) if dimension_of(scope.view) == by else {}


def _row(record: dict[str, Any], cost: float | None) -> dict[str, Any]:
    """A row of counts with what follows from them; comparisons are added later."""
    row: dict[str, Any] = {
        name: None if pd.isna(count) else int(count)
        for name, count in record.items()
        if name != "source"
    }
    row |= {"source": record["source"], "cost": cost, "cost_per_lead": None}
    screened = row["leads"] - row["unscreened"]
    if row["leads"] and cost is not None:
        row["cost_per_lead"] = cost / row["leads"]
    if not screened:
        return row | dict.fromkeys((*_BAD, "unreachable", "usable"))
    low, high = wilson(row["usable"], screened)
    row |= {
        "usable_rate": row["usable"] / screened,
        "usable_rate_low": low,
        "usable_rate_high": high,
    }
    if cost is not None and row["usable"] and not row["unscreened"]:
        row["cost_per_usable"] = cost / row["usable"]
    return row


def _compare(rows: list[dict[str, Any]]) -> None:
    """Adds how the rate of each segment differs from that of all others, and how sure that is."""
    screened = [row for row in rows if row["leads"] > row["unscreened"]]
    if not screened:
        return
    good = [row["usable"] for row in screened]
    n = [row["leads"] - row["unscreened"] for row in screened]
    for row, rate in zip(screened, shrunk(good, n), strict=True):
        row["usable_rate_shrunk"] = float(rate)
    differences = against_rest(good, n)
    compared = [
        (row, found) for row, found in zip(screened, differences, strict=True) if found is not None
    ]
    q_values = benjamini_hochberg([found.p_value for _, found in compared])
    for (row, found), q_value in zip(compared, q_values, strict=True):
        size = row["leads"] - row["unscreened"]
        sure = certainty_of(found.low, found.high, q=q_value, n=size)
        side = BETTER if found.difference > 0 else WORSE
        row |= {
            "difference": found.difference,
            "difference_low": found.low,
            "difference_high": found.high,
            "q_value": q_value,
            "certainty": str(sure),
            "finding": side if sure is Certainty.CERTAIN else None,
        }


@question(decisive)
def reasons(scope: Scope) -> Answer:
    """Why leads are not usable.

    Columns: (one row per verdict and reason, the most leads first)
        screening, screening_reason: as a filter of the view has them.
        leads: how many.
    """
    scope = scope.at(replace(scope.view, by=None))
    asked = asked_of(scope, "quality/reasons")
    rows = asked.rows().rename(columns={"verdict": "screening", "reason": "screening_reason"})
    return Answer(rows[["screening", "screening_reason", "leads"]], asked)


@question(decisive)
def months(scope: Scope) -> Answer:
    """How the share of usable leads went.

    Columns: (one row per month in which leads were screened)
        month: its first day.
        screened, usable: leads that entered in it.
        rate, low, high: usable of screened, with its 95% Wilson interval.
    """
    scope = scope.at(replace(scope.view, by=None))
    asked = asked_of(scope, "quality/months")
    rows = asked.rows()
    limits = [wilson(usable, n) for usable, n in zip(rows["usable"], rows["screened"], strict=True)]
    rows = rows.assign(
        rate=(rows["usable"] / rows["screened"]).astype(float),
        low=[low for low, _ in limits],
        high=[high for _, high in limits],
    )
    return Answer(rows, asked)
