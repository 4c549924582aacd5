"""Reasons: why leads left the pipeline or went back, and which are named more often than before.

Counted are leads by their last end in a period: of all exits, of one, or of going back; at every
stage, or at one. A lead with several reasons counts under each of them, and one without any under
`unknown`, so that shares are of all who left.

Source: docs/counting.md, "Reasons".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.asked import Asked, of_visits, question
from analytics.bottlenecks.visits import QUARTER, all_visits, day_ends, segmented
from analytics.certainty import Certainty
from analytics.certainty import of as certainty_of
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.companies import Across, Pairs, Sample, newcombe, p_value, wilson
from analytics.stats.significance import benjamini_hochberg
from analytics.view.periods import previous_period
from analytics.view.view import View
from data.reason import UNKNOWN

BACK = "~back"
"""The way of leads that went back to an earlier stage, as an exit is named; no slug is so."""

LEAST = 30
"""With fewer leads that left, now or before, it is not asked whether a reason is named more."""

DIMENSIONS = ("source", "team", "company_size")
"""What reasons are looked at by where the view breaks down by nothing."""

_DAY = timedelta(days=1)
_DIFFERENCE = ("difference", "difference_low", "difference_high", "p_value", "q_value")
COLUMNS = [
    "stage",
    "exit",
    "reason",
    "segment",
    "leads",
    "share",
    "q_value",
    "dimension",
    "share_low",
    "share_high",
    "left",
    "leads_before",
    "left_before",
    "share_before",
    "difference",
    "difference_low",
    "difference_high",
    "p_value",
    "certainty",
    "rises",
]
_COUNTS = ("leads", "left", "leads_before", "left_before")
_RATES = ("share", "share_low", "share_high", "share_before", *_DIFFERENCE)


@dataclass(frozen=True)
class Reasons:
    """Why leads left in a period, against the period before.

    rows: all leads first, then the segments of each dimension; every stage and every exit first,
        then each; the reasons most leads have first, `unknown` last.
    first, last, first_before, last_before: the days of both periods.
    is_told: whether any file names reasons at all.

    Columns (COLUMNS):
        stage: that the leads left, null for every stage
        exit: that they left by, `~back` of those that went back, null for every exit
        reason: a kind of the pipeline's
        segment, dimension: both null for all leads
        leads: of those with the reason; left: of all that left so; share = leads ÷ left, with
            share_low, share_high: its 95% Wilson interval
        leads_before, left_before, share_before: the same of the period before
        difference: of the two shares; difference_low, difference_high: its 95% Newcombe interval;
            p_value; q_value (Benjamini–Hochberg) over all that were compared. Null for `unknown`
            and with fewer than LEAST that left in either period
        certainty: see `analytics.certainty`; rises: whether it is certain that the share has grown
    """

    rows: pd.DataFrame
    first: date
    last: date
    first_before: date
    last_before: date
    is_told: bool
    asked: Asked

    def of(
        self, exit_: str | None = None, stage: str | None = None, dimension: str | None = None
    ) -> pd.DataFrame:
        """The rows of an exit, a stage and a dimension, each None for all of them."""
        rows, asked = self.rows, {"exit": exit_, "stage": stage, "dimension": dimension}
        for column, name in asked.items():
            rows = rows[rows[column].isna() if name is None else rows[column] == name]
        return rows


def _decisive(view: View) -> View:
    return replace(of_visits(view), compare=view.compare)


@question(_decisive)
def reasons(scope: Scope) -> Reasons:
    """Why leads left the pipeline or went back in the view's period, against the one before.

    Without a period both are the last QUARTER days of the data and those before. The segments are
    those of the view's breakdown at each stage, else those of DIMENSIONS over all stages.
    """
    by, has = scope.view.by, scope.generation.dimensions
    dimensions = (by,) if by is not None else tuple(name for name in DIMENSIONS if name in has)
    now, before = periods(scope)
    asked = Asked(
        all_visits(scope, dimensions),
        "bottlenecks/reasons",
        "ends",
        {
            "now_start": day_ends(scope, now[0] - _DAY),
            "now_end": day_ends(scope, now[1]),
            "before_start": day_ends(scope, before[0] - _DAY),
            "before_end": day_ends(scope, before[1]),
            "crossed": by is not None,
        },
    )
    counted = segmented(asked)
    slugs = scope.generation.pipeline.slugs
    rows = [_row(row, slugs) for row in counted.itertuples(index=False)]
    _compare(rows)
    is_told = "select count(*) > 0 as is_told from stays where reasons is not null"
    return Reasons(
        _frame(_in_order(scope, rows, dimensions)),
        *now,
        *before,
        bool(scope.generation.query(is_told)["is_told"].iloc[0]),
        asked,
    )


@question(lambda view: replace(_decisive(view), by=None))
def listing(scope: Scope, exit_: str | None, stage: str | None, reason: str | None) -> Listing:
    """The leads that a row of `reasons` counts: its `leads`, and without a reason its `left`.

    Columns: (one row per lead, the latest first)
        lead_id, company, name, phone, source, owner, team, amount, currency: the lead
        stage: that it left; state: the exit, or the stage that it went back to; gone_at: when,
            naive UTC
        reasons: the kinds, parted by `;`, null where none is known; written: as the files have them

    Raises:
        ValueError: there is no such stage.
    """
    now, _before = periods(scope)
    slugs = scope.generation.pipeline.slugs
    bound = {
        "now_start": day_ends(scope, now[0] - _DAY),
        "now_end": day_ends(scope, now[1]),
        "left_rank": None if stage is None else slugs.index(stage),
        "way": exit_,
        "reason": reason,
    }
    return Listing(Asked(all_visits(scope), "bottlenecks/reason_leads", "ends", bound))


def periods(scope: Scope) -> tuple[tuple[date, date], tuple[date, date]]:
    """The first and last day of the period that is counted, and of the one before."""
    if scope.is_whole:
        last = scope.known_days[1]
        days = last - (QUARTER - 1) * _DAY, last
        return days, previous_period(*days)
    compare = "previous" if scope.view.compare == "none" else scope.view.compare
    earlier = scope.at(replace(scope.view, compare=compare)).earlier()
    assert earlier is not None, "A period that is not all of the data has one before it."
    return scope.days, earlier.days


def _row(row: Any, slugs: Sequence[str]) -> dict[str, Any]:
    """A row of counts with its shares; how they are compared is added later."""
    now, before = _sample(row), _sample(row, "before_")
    made: dict[str, Any] = {
        "stage": None if pd.isna(row.stage_rank) else slugs[int(row.stage_rank)],
        "exit": row.way if isinstance(row.way, str) else None,
        "reason": row.reason,
        "segment": row.segment,
        "dimension": row.dimension,
        "leads": now.successes,
        "left": now.n,
        "leads_before": before.successes,
        "left_before": before.n,
        "certainty": str(Certainty.TOO_FEW),
        "rises": False,
    }
    if now.n:
        low, high = wilson(now)
        made |= {"share": now.rate, "share_low": low, "share_high": high}
    if before.n:
        made["share_before"] = before.rate
    if row.reason != UNKNOWN and min(now.n, before.n) >= LEAST:
        across = Across.of(row)
        low, high = newcombe(now, before, across)
        made |= {
            "difference": now.rate - before.rate,
            "difference_low": low,
            "difference_high": high,
            "p_value": p_value(now, before, across),
        }
    return made


def _sample(row: Any, prefix: str = "") -> Sample:
    """The leads that left, and those of them with the reason, of now or of before."""
    named, n = (int(getattr(row, prefix + name)) for name in ("named", "n"))
    return Sample(named, n, Pairs.of(row, prefix))


def _compare(rows: list[dict[str, Any]]) -> None:
    """Adds to the rows that are compared how sure their difference is, corrected for all."""
    compared = [row for row in rows if "p_value" in row]
    q_values = benjamini_hochberg([row["p_value"] for row in compared])
    for row, q_value in zip(compared, q_values, strict=True):
        sure = certainty_of(
            row["difference_low"],
            row["difference_high"],
            q=q_value,
            n=min(row["left"], row["left_before"]),
        )
        row |= {
            "q_value": q_value,
            "certainty": str(sure),
            "rises": sure is Certainty.CERTAIN and row["difference"] > 0,
        }


def _in_order(
    scope: Scope, rows: list[dict[str, Any]], dimensions: Sequence[str]
) -> list[dict[str, Any]]:
    pipeline = scope.generation.pipeline
    stages = (None, *pipeline.slugs)
    ways = (None, *pipeline.exit_slugs, BACK)
    everybody = (None, *dimensions)

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return (
            everybody.index(row["dimension"]),
            row["segment"] or "",
            stages.index(row["stage"]),
            ways.index(row["exit"]),
            row["reason"] == UNKNOWN,
            -row["leads"],
            -row["leads_before"],
            row["reason"],
        )

    return sorted(rows, key=key)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    types = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_RATES, float) | {"rises": bool}
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(types)
    for name in ("stage", "exit", "segment", "dimension"):
        frame[name] = pd.Series([row[name] for row in rows], dtype=object)
    return frame
