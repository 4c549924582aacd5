"""Time in stage: how long leads stay, and how they leave, those still there included.

Source:
    Kaplan and Meier (1958) for lengths, Aalen and Johansen (1978) for ways to leave, Mantel (1966)
    for the log-rank test; docs/counting.md, Time in stage.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.arrays import Floats
from analytics.stats.rest import Whole
from analytics.stats.significance import benjamini_hochberg
from analytics.stats.survival import Curve, ascending, of_durations, quantile, quantile_alone

WAYS = ("advanced", "lost", "went_back")
"""How a stay ends; one that has not is open."""

COLUMNS = [
    "segment",
    "stage",
    "stays",
    "open",
    "median_seconds",
    "p90_seconds",
    "mean_completed_seconds",
    "completed",
    "median_low",
    "median_high",
    "p90_low",
    "p90_high",
    "advanced",
    "lost",
    "went_back",
    "went_back_rate",
    "returns",
    "skipped",
    "rest_median_seconds",
    "q_value",
]
LEAVING_COLUMNS = ["seconds", "at_risk", "still", "still_low", "still_high", *WAYS]
MONTH_COLUMNS = [
    "part",
    "month",
    "stays",
    "open",
    "median_seconds",
    "median_low",
    "median_high",
    "mature",
    "changed",
    "before_seconds",
    "since_seconds",
]

_COUNTS = ("stays", "open", "completed", *WAYS, "returns", "skipped")
_FEW = 100  # stays: under so many, a segment or a side of a change is not tested
_SURE = 0.05  # q below which a segment is significantly slower
_SURE_MONTH = 0.01  # p, corrected for all months, below which a month is a change


@dataclass(frozen=True)
class Slower:
    """A segment that stays significantly longer at a stage than the rest; medians in seconds."""

    segment: str
    stage: str
    stays: int
    median: float
    rest: float
    q_value: float


@question(of_stays)
def time_in_stage(scope: Scope) -> Answer:
    """How long the view's leads stay at each stage but the last, whatever the view's level.

    Grain: one row per segment and stage, segments by stays.

    Columns:
        segment: as in `funnel`
        stage: slug
        stays, open: visits to the stage, and those of them still open at `as_of`
        median_seconds, p90_seconds: Kaplan–Meier quantiles over all stays, whatever the way out;
            null where not reached
        median_low, median_high, p90_low, p90_high: their 95 % intervals, seconds
        completed, mean_completed_seconds: stays that have ended, and their mean, which most tools
            call time in stage
        advanced, lost, went_back: how they ended
        went_back_rate: went_back ÷ stays
        returns: visits beyond the first that is counted of a lead
        skipped: leads that skipped the stage
        rest_median_seconds: the median of all other segments at the stage; null without a breakdown
        q_value: log-rank test of segment and rest, Benjamini–Hochberg over all segments and stages
            of 100 stays or more; null where not tested
    """
    asked = Asked(scope, "time_in_stage/time_in_stage", of="stays")
    by_pair = _by_pair(asked.rows())
    total: dict[str | None, int] = {} if scope.view.by is not None else {None: 0}
    for (segment, _stage), runs in by_pair.items():
        total[segment] = total.get(segment, 0) + sum(map(len, runs.values()))
    stages = scope.generation.pipeline.slugs[:-1]
    whole = {stage: _whole(by_pair, stage) for stage in stages}
    rows = [
        _row(segment, stage, by_pair.get((segment, stage)), whole[stage])
        for segment in sorted(total, key=lambda name: (-total[name], name or ""))
        for stage in stages
    ]
    answer = pd.DataFrame(rows, columns=[*COLUMNS, "p_value"])
    for name, file, of in (
        ("returns", "time_in_stage/returns", "stays"),
        ("skipped", "time_in_stage/skips", "timed"),
    ):
        counted = scope.ask(file, of=of)[["segment", "stage", name]]
        counts = {
            (_named(segment), stage): count
            for segment, stage, count in counted.itertuples(index=False)
        }
        answer[name] = [
            counts.get((_named(segment), stage), 0)
            for segment, stage in zip(answer["segment"], answer["stage"], strict=True)
        ]
    tried = answer["p_value"].notna()
    answer.loc[tried, "q_value"] = benjamini_hochberg(answer.loc[tried, "p_value"].tolist())
    types = {name: "int64" if name in _COUNTS else "float64" for name in COLUMNS[2:]}
    return Answer(answer[COLUMNS].astype(types), asked)


def slower(rows: pd.DataFrame, stage: str | None = None) -> Slower | None:
    """The segment and stage where most time is lost to the rest, of those significantly slower.

    Most by stays × difference of the medians; None where none is significant. With a `stage`, only
    there. `rows` are those of `time_in_stage` by a dimension.
    """
    sure = rows[(rows["q_value"] < _SURE) & (rows["stays"] >= _FEW)]
    sure = sure[sure["median_seconds"] > sure["rest_median_seconds"]]
    if stage is not None:
        sure = sure[sure["stage"] == stage]
    if sure.empty:
        return None
    lost = sure["stays"] * (sure["median_seconds"] - sure["rest_median_seconds"])
    row = sure.loc[lost.idxmax()]
    return Slower(
        row["segment"],
        row["stage"],
        int(row["stays"]),
        float(row["median_seconds"]),
        float(row["rest_median_seconds"]),
        float(row["q_value"]),
    )


@question(lambda view: replace(of_stays(view), by=None))
def leaving(scope: Scope, stage: str) -> Answer:
    """How the stays at a stage end over time, all segments together.

    Grain: one row per length of a stay that ended, ascending, and for the longest one observed; of
    more than DRAWN such lengths, so many spread evenly over the stays.

    Columns:
        seconds: the length
        at_risk: stays observed to last at least so long
        still: the share still there after it (Kaplan–Meier)
        still_low, still_high: its 95 % interval
        advanced, lost, went_back: the shares gone each way by then (Aalen–Johansen); with `still`
            they add up to 1
    """
    asked = Asked(scope, "time_in_stage/time_in_stage", of="stays")
    groups = asked.rows()
    course = _curve(groups[groups["stage"] == stage])
    low, high = course.survival_limits
    columns = {
        "seconds": course.times,
        "at_risk": course.at_risk,
        "still": course.survival,
        "still_low": low,
        "still_high": high,
    } | {way: course.incidence_of(way) for way in WAYS}
    half = quantile_alone(course, 0.5)
    # The median is the same as elsewhere, also where the rows are thinned.
    places = np.union1d(course.drawn(), np.flatnonzero(course.times == half))
    shown = {name: values[places] for name, values in columns.items()}
    return Answer(pd.DataFrame(shown, columns=LEAVING_COLUMNS), asked)


@question(of_stays)
def by_month(scope: Scope, stage: str, segment: str | None = None) -> Answer:
    """The median stay at a stage by the month in which leads entered it.

    Grain: one row per part and month with stays, in order.

    Columns:
        part: 'all', or with a `segment` of the view's breakdown 'segment' and 'rest'
        month: its first day
        stays, open, median_seconds, median_low, median_high: as in `time_in_stage`
        mature: whether all that entered in the month were observed for the part's median or longer,
            so that the month's median is not that of its fast stays alone
        changed: at most one month of a part, from which on stays differ significantly from those
            before: the largest log-rank statistic, Bonferroni-corrected p < 0.01, 100 stays on
            either side
        before_seconds, since_seconds: the medians of both sides; null where not changed
    """
    if segment is None:
        scope = scope.at(replace(scope.view, by=None))
    file = "time_in_stage/time_in_stage_months"
    asked = Asked(scope, file, of="stays", parameters={"stage": stage})
    groups = _ordered(asked.rows())
    groups["month"] = pd.to_datetime(groups["month"])
    parts = [("all", groups)]
    if segment is not None:
        own = groups["segment"] == segment
        parts = [("segment", groups[own]), ("rest", groups[~own])]
    rows = [row for part, found in parts for row in _months(scope, part, found)]
    types = {name: "float64" for name in MONTH_COLUMNS if name.endswith(("seconds", "low", "high"))}
    types |= {"mature": "bool", "changed": "bool"}
    return Answer(pd.DataFrame(rows, columns=MONTH_COLUMNS).astype(types), asked)


_Runs = dict[str, Floats]
"""Lengths of stays, ascending, by the outcome."""


def _by_pair(rows: pd.DataFrame) -> dict[tuple[str | None, str], _Runs]:
    """The lengths of the stays of each segment at each stage."""
    found: dict[tuple[str | None, str], _Runs] = {}
    for segment, stage, outcome, run in rows.itertuples(index=False):
        found.setdefault((_named(segment), stage), {})[outcome] = ascending(run)
    return found


def _whole(by_pair: Mapping[tuple[str | None, str], _Runs], stage: str) -> Whole:
    """All stays at a stage."""
    runs = [runs for (_segment, name), runs in by_pair.items() if name == stage]
    lengths = [length for part in runs for length in part.values()]
    return Whole(of_durations(lengths, [outcome for part in runs for outcome in part]))


def _named(segment: object) -> str | None:
    return segment if isinstance(segment, str) else None


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of lengths with each list in order, as several curves take it in, and its length."""
    rows["seconds"] = [ascending(run) for run in rows["seconds"]]
    rows["stays"] = np.array([len(run) for run in rows["seconds"]], dtype=np.int64)
    return rows


def _curve(rows: pd.DataFrame) -> Curve:
    return of_durations(rows["seconds"], rows["outcome"])


def _row(segment: str | None, stage: str, runs: _Runs | None, whole: Whole) -> dict[str, object]:
    row: dict[str, object] = {"segment": segment, "stage": stage, **dict.fromkeys(_COUNTS, 0)}
    if runs is None:
        return row
    own = of_durations(runs.values(), runs)
    row |= {outcome: len(run) for outcome, run in runs.items()}
    ended = [run for outcome, run in runs.items() if outcome != "open"]
    completed = sum(map(len, ended))
    row |= {"stays": own.leads, "completed": completed}
    row["went_back_rate"] = len(runs.get("went_back", ())) / own.leads
    if completed:
        row["mean_completed_seconds"] = math.fsum(run.sum() for run in ended) / completed
    for name, share in (("median", 0.5), ("p90", 0.9)):
        row[f"{name}_seconds"], row[f"{name}_low"], row[f"{name}_high"] = quantile(own, share)
    rest = whole.curve.leads - own.leads
    if segment is not None and rest:
        row["rest_median_seconds"] = whole.median_without(own)
        if min(own.leads, rest) >= _FEW:
            row["p_value"] = whole.p_value(own)
    return row


def _months(scope: Scope, part: str, groups: pd.DataFrame) -> Iterable[dict[str, object]]:
    whole = _curve(groups)
    median = quantile_alone(whole, 0.5)
    changed = _turning_point(groups, whole)
    for month, rows in groups.groupby("month"):
        own = _curve(rows)
        middle, low, high = quantile(own, 0.5)
        row: dict[str, object] = {
            "part": part,
            "month": month,
            "stays": own.leads,
            "open": int(rows.loc[rows["outcome"] == "open", "stays"].sum()),
            "median_seconds": middle,
            "median_low": low,
            "median_high": high,
            "mature": median is not None and _observed(scope, month) >= median,
            "changed": month == changed,
        }
        if month == changed:
            earlier = groups["month"] < month
            row["before_seconds"] = quantile_alone(_curve(groups[earlier]), 0.5)
            row["since_seconds"] = quantile_alone(_curve(groups[~earlier]), 0.5)
        yield row


def _observed(scope: Scope, month: pd.Timestamp) -> float:
    """For how many seconds the last that entered in a month were observed, by the view's clock."""
    following = (month + pd.DateOffset(months=1)).to_pydatetime()
    seen: timedelta = scope.as_of - _utc(following, scope)
    return seen / timedelta(days=1) * scope.day_seconds


def _utc(local: datetime, scope: Scope) -> datetime:
    moment = local.replace(tzinfo=scope.zone)
    offset = moment.utcoffset()
    return local - (offset or timedelta(0))


def _turning_point(groups: pd.DataFrame, whole: Curve) -> pd.Timestamp | None:
    """The month from which on stays are significantly longer or shorter than before, if any."""
    found = {}
    of_all = Whole(whole)
    for month in sorted(groups["month"].unique()):
        earlier = _curve(groups[groups["month"] < month])
        if min(earlier.leads, whole.leads - earlier.leads) >= _FEW:
            found[month] = of_all.p_value(earlier)
    if not found:
        return None
    month = min(found, key=lambda name: found[name])
    return month if found[month] * len(found) < _SURE_MONTH else None


@question(lambda view: replace(of_stays(view), by=None))
def stays(scope: Scope, stage: str) -> Answer:
    """The visits to a stage that `time_in_stage` counts there, the latest first.

    Grain: one row per visit, as many as `stays` there.

    Columns:
        lead_id, company, owner, team, source: of the lead
        entered_at: naive UTC
        outcome: 'advanced', 'lost', 'went_back' or 'open'
        next_stage: the slug of a stage or an exit; null where open
        seconds: the length, of open ones up to `as_of`, by the view's clock
    """
    found = listing(scope, stage)
    return Answer(found.rows, found.asked)


@question(lambda view: replace(of_stays(view), by=None))
def listing(scope: Scope, stage: str) -> Listing:
    """The rows of `stays`, not asked for yet."""
    return Listing(Asked(scope, "time_in_stage/stays", of="stays", parameters={"stage": stage}))
