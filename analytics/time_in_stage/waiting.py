"""Waiting leads: how long each open lead has been in its stage, against what is usual there.

Source:
    Kaplan and Meier (1958) for what is usual; docs/counting.md, Time in stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.significance import benjamini_hochberg, p_value
from analytics.stats.survival import of_durations, quantile_alone
from analytics.view.view import View

BANDS = ("under_median", "to_p90", "beyond_p90")
"""Up to the median of all stays at the stage, up to their 90th percentile, and longer."""

COLUMNS = [
    "lead_id",
    "stage",
    "stage_entered_at",
    "days",
    "usual_days",
    "p90_days",
    "over_days",
    "band",
    "limit_days",
    "breached",
    "owner",
    "team",
    "source",
    "company",
    "name",
    "amount",
    "currency",
    "channel",
    "campaign",
    "region",
    "industry",
    "temperature",
    "need",
    "budget",
    "authority",
    "timing",
    "created_at",
    "segment",
]
BAND_COLUMNS = [
    "segment",
    "stage",
    "open",
    *BANDS,
    "breached",
    "longest_days",
    "stays",
    "usual_days",
    "p90_days",
    "limit_days",
    "usual_stays",
]

_FEW = 100  # stays: under so many, a segment is not tested
_SURE = 0.05  # q below which a segment stands out


@dataclass(frozen=True)
class Usual:
    """How long leads usually stay at a stage.

    Fields:
        median, p90: Kaplan–Meier quantiles in seconds; None where not reached
        stays: how many they rest on
    """

    median: float | None
    p90: float | None
    stays: int


@dataclass(frozen=True)
class Standout:
    """A segment and stage with significantly more leads over the median stay than the rest.

    Fields:
        over: leads that wait longer than the median
        expected: how many would, at the rate of the rest
        q_value: Benjamini–Hochberg
    """

    segment: str
    stage: str
    over: int
    expected: float
    q_value: float


@question(of_stays)
def waiting(scope: Scope) -> Answer:
    """The leads that wait: open at `as_of`, in a stage other than the last.

    Grain: one row per lead of the view's period and filters, as many as `bands` counts, longest
    first. In flow mode the period is that of entering the stage.

    Columns:
        lead_id
        stage: slug
        stage_entered_at: naive UTC
        days: to `as_of`, by the view's clock
        usual_days, p90_days: see `usual`; null where not reached
        over_days: days − usual_days
        band: one of BANDS; where a quantile is not reached, no lead is beyond it
        limit_days: that of the stage; null where it has none
        breached: whether days exceed it; null without a limit
        owner … created_at: of the lead
        segment: as in `funnel`
    """
    found = listing(scope)
    return Answer(found.rows, found.asked)


@question(of_stays)
def listing(scope: Scope) -> Listing:
    """The rows of `waiting`, not asked for yet."""
    bound = _parameters(usual(scope), scope) | {"currency": scope.generation.currency}
    of_heat = replace(scope, dimensions=("temperature",))
    asked = Asked(of_heat, "time_in_stage/waiting", of="stays", parameters=bound)
    return Listing(asked, partial(_in_days, scope.day_seconds), counted="waiting")


def groups(found: Listing, dimension: str) -> pd.DataFrame:
    """How many of the listed waiting leads each owner, or each team, has.

    Grain: one row per value of the dimension, 'owner' or 'team'; most leads first.

    Columns:
        name: the value, null for the missing one
        waiting: the sum of the three of BANDS
        under_median, to_p90, beyond_p90, breached: leads, as in `bands`
        longest_days: by the view's clock
    """
    rows = found.summed("time_in_stage/waiting_groups", dimension=dimension)
    return rows.assign(longest_days=rows["longest_seconds"] / found.asked.scope.day_seconds)


@question(of_stays)
def bands(scope: Scope) -> Answer:
    """How many leads wait at each stage, by how long against what is usual there.

    Grain: one row per segment and stage but the last, segments by how many wait.

    Columns:
        segment: as in `funnel`
        stage: slug
        open: the sum of the three of BANDS
        under_median, to_p90, beyond_p90: leads by how long they have waited
        breached: leads over the limit of the stage; null where it has none
        longest_days: null where no lead waits
        stays: visits to the stage in the period, open or not
        usual_days, p90_days, limit_days: of the stage, as in `waiting`
        usual_stays: how many stays usual_days and p90_days rest on, all of the stage
    """
    normal = usual(scope)
    bound = _parameters(normal, scope)
    asked = Asked(scope, "time_in_stage/waiting_bands", of="stays", parameters=bound)
    counts = asked.rows()
    by_pair = {
        (segment if isinstance(segment, str) else None, stage): row
        for segment, stage, row in zip(
            counts["segment"], counts["stage"], counts.to_dict("records"), strict=True
        )
    }
    total: dict[str | None, int] = {} if scope.view.by is not None else {None: 0}
    for (segment, _stage), row in by_pair.items():
        total[segment] = total.get(segment, 0) + row["open"]
    rows = [
        _band_row(scope, segment, stage, by_pair.get((segment, stage), {}), normal)
        for segment in sorted(total, key=lambda name: (-total[name], name or ""))
        for stage in scope.generation.pipeline.slugs[:-1]
    ]
    types = {"breached": "Int64"} | {
        name: "float64" for name in BAND_COLUMNS if name.endswith("_days")
    }
    return Answer(pd.DataFrame(rows, columns=BAND_COLUMNS).astype(types), asked)


@question(lambda view: _lasting(of_stays(view)), kept=128)
def usual(scope: Scope) -> dict[str, Usual]:
    """How long leads usually stay at each stage but the last: Kaplan–Meier over all its stays.

    Under the view's filters, but whatever its period: a short period would contain only recent
    stays. A stay ends by any way out, to a later stage, an earlier one or an exit; open stays are
    censored at `as_of`.

    Returns:
        By the slug of the stage.
    """
    stays = scope.ask("time_in_stage/waiting_usual", of="stays")
    found = {}
    for rank, stage in enumerate(scope.generation.pipeline.slugs[:-1]):
        of_stage = stays[stays["stage_rank"] == rank]
        cause = np.where(of_stage["is_open"].to_numpy(dtype=bool), "open", "left")
        course = of_durations(of_stage["seconds"], cause)
        median, p90 = (quantile_alone(course, q) for q in (0.5, 0.9))
        found[stage] = Usual(median, p90, course.leads)
    return found


def _in_days(day_seconds: int, rows: pd.DataFrame) -> pd.DataFrame:
    for name, seconds in (
        ("days", "seconds"),
        ("usual_days", "median_seconds"),
        ("p90_days", "p90_seconds"),
        ("limit_days", "limit_seconds"),
    ):
        rows[name] = rows[seconds].astype(float) / day_seconds
    rows["over_days"] = rows["days"] - rows["usual_days"]
    rows["breached"] = rows["breached"].astype("boolean")
    return rows[COLUMNS]


def _parameters(normal: Mapping[str, Usual], scope: Scope) -> dict[str, Any]:
    """What the questions of this module bind beside the scope's parameters: usual stays and limits.

    Lists by stage but the last, in seconds of the scope's clock; None where there is none.
    """
    stages = scope.generation.pipeline.stages[:-1]
    return {
        "stages": [stage.slug for stage in stages],
        "medians": [normal[stage.slug].median for stage in stages],
        "p90s": [normal[stage.slug].p90 for stage in stages],
        "limits": [
            None if stage.limit_days is None else stage.limit_days * scope.day_seconds
            for stage in stages
        ],
    }


def standout(counts: pd.DataFrame) -> Standout | None:
    """The segment and stage with the most leads over the median stay beyond what is expected.

    `counts` are the rows of `bands` by a dimension. The share of stays over the median is compared
    between each segment and the rest at the same stage, corrected for all comparisons; None where
    none is significant.
    """
    tried: list[tuple[Standout, float]] = []
    for stage, rows in counts.groupby("stage", sort=False):
        over = rows["to_p90"] + rows["beyond_p90"]
        all_over, all_stays = int(over.sum()), int(rows["stays"].sum())
        for segment, mine, stays in zip(rows["segment"], over, rows["stays"], strict=True):
            rest_over, rest = all_over - int(mine), all_stays - int(stays)
            if min(stays, rest) < _FEW or not 0 < all_over < all_stays:
                continue
            chance = p_value(int(mine), int(stays), rest_over, rest)
            expected = int(stays) * rest_over / rest
            tried.append((Standout(segment, str(stage), int(mine), expected, 1.0), chance))
    q_values = benjamini_hochberg([chance for _found, chance in tried])
    sure = [
        replace(found, q_value=q_value)
        for (found, _chance), q_value in zip(tried, q_values, strict=True)
        if q_value < _SURE and found.over > found.expected
    ]
    return max(sure, key=lambda found: found.over - found.expected, default=None)


def _lasting(view: View) -> View:
    """The view over the whole of the data, in one piece."""
    return replace(view.during("all"), mode="cohort", by=None, stage=None, compare="none")


def _band_row(
    scope: Scope,
    segment: str | None,
    stage: str,
    counted: Mapping[str, Any],
    normal: Mapping[str, Usual],
) -> dict[str, object]:
    limit = {entry.slug: entry.limit_days for entry in scope.generation.pipeline.stages}[stage]
    own = normal[stage]
    return {
        "segment": segment,
        "stage": stage,
        **{name: int(counted.get(name, 0)) for name in ("open", *BANDS, "stays")},
        "breached": None if limit is None else int(counted.get("breached", 0)),
        "longest_days": _days(scope, counted.get("longest_seconds")),
        "usual_days": _days(scope, own.median),
        "p90_days": _days(scope, own.p90),
        "limit_days": limit,
        "usual_stays": own.stays,
    }


def _days(scope: Scope, seconds: float | None) -> float | None:
    missing = seconds is None or pd.isna(seconds)
    return None if missing else float(seconds or 0) / scope.day_seconds
