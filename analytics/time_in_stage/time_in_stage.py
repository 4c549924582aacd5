"""Time in stage: how long leads stay, and how they leave, those still there included."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.scope import Scope
from analytics.stats.significance import benjamini_hochberg
from analytics.stats.survival import Curve, curve, quantile

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
_FEW = 100  # stays: under so many, nothing is said of a segment or of a side of a change
_SURE = 0.05  # the share of false alarms among what is said


@dataclass(frozen=True)
class Slower:
    """A segment that surely stays longer at a stage than the rest, in seconds of the median."""

    segment: str
    stage: str
    stays: int
    median: float
    rest: float
    q_value: float


@question(of_stays)
def time_in_stage(scope: Scope) -> Answer:
    """How long the view's leads stay at each stage but the last, whatever the view's level.

    One row per segment and stage, segments by stays. Columns (COLUMNS): segment as in `funnel`;
    stage; stays, visits to the stage, and those still open at `as_of`; the Kaplan–Meier median and
    90 % quantile of all of them in seconds, leaving being leaving by any way, with 95 % intervals
    (…_low, …_high), null where the curve does not come that far; the mean of the completed stays,
    and their number: what most tools call time in stage; advanced, lost and went_back, the ways
    they ended; went_back_rate, of all stays; returns, visits beyond a lead's first counted one;
    skipped, leads that jumped over the stage.

    With a breakdown, rest_median_seconds is that of all other segments at the stage, and q_value
    says whether the two curves differ (log-rank, Benjamini–Hochberg over all segments and stages
    of `_FEW` stays or more), else they are null.
    """
    view, generation = scope.view, scope.generation
    asked = Asked(scope, "time_in_stage/time_in_stage", of="stays")
    groups = asked.rows()
    by_place = dict(_places(groups))
    total: dict[str | None, int] = {} if view.by is not None else {None: 0}
    for (segment, _stage), rows in by_place.items():
        total[segment] = total.get(segment, 0) + int(rows["stays"].sum())
    stages = generation.pipeline.slugs[:-1]
    whole = {stage: _curve(rows) for stage, rows in groups.groupby("stage")}
    rows = [
        _row(segment, stage, by_place.get((segment, stage)), whole.get(stage))
        for segment in sorted(total, key=lambda name: (-total[name], name or ""))
        for stage in stages
    ]
    answer = pd.DataFrame(rows, columns=[*COLUMNS, "p_value"])
    for name, file, of in (
        ("returns", "time_in_stage/returns", "stays"),
        ("skipped", "time_in_stage/skips", "reaches"),
    ):
        counted = scope.ask(file, of=of)
        counts = {place: int(row[name].iat[0]) for place, row in _places(counted)}
        answer[name] = [
            counts.get((_named(segment), stage), 0)
            for segment, stage in zip(answer["segment"], answer["stage"], strict=True)
        ]
    tried = answer["p_value"].notna()
    answer.loc[tried, "q_value"] = benjamini_hochberg(answer.loc[tried, "p_value"].tolist())
    types = {name: "int64" if name in _COUNTS else "float64" for name in COLUMNS[2:]}
    return Answer(answer[COLUMNS].astype(types), asked)


def slower(rows: pd.DataFrame, stage: str | None = None) -> Slower | None:
    """The segment and stage of an answer's rows where surely the most time is lost to the rest.

    Of those slower than the rest beyond chance, the one with the most stays times the difference of
    the medians; None when there is none. With a `stage`, only there.
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

    One row per length of stay that was seen, ascending. Columns (LEAVING_COLUMNS): seconds; at_risk
    just before it; still, the share still there after it (Kaplan–Meier), with its 95 % interval;
    advanced, lost and went_back, the shares gone each way by then (Aalen–Johansen): the four add up
    to 1.
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
    return Answer(pd.DataFrame(columns, columns=LEAVING_COLUMNS), asked)


@question(of_stays)
def by_month(scope: Scope, stage: str, segment: str | None = None) -> Answer:
    """The median stay at a stage by the month in which leads came to it.

    One row per part and month with stays, in order. Columns (MONTH_COLUMNS): part, 'all', or with a
    `segment` of the view's breakdown 'segment' and 'rest'; month, its first day; stays, open and
    the median as in `time_in_stage`; mature, whether everyone who came in the month was in sight
    for as long as the part's own median, so that the month's median is not that of its fast ones.

    changed marks at most one month of a part: the one from which on stays are surely other than
    before (the largest log-rank statistic, p times the months tried below 0.01, `_FEW` stays on
    each side); before_seconds and since_seconds are the medians of the two sides, null elsewhere.
    """
    if segment is None:
        scope = scope.at(replace(scope.view, by=None))
    file = "time_in_stage/time_in_stage_months"
    asked = Asked(scope, file, of="stays", parameters={"stage": stage})
    groups = asked.rows()
    groups["month"] = pd.to_datetime(groups["month"])
    parts = [("all", groups)]
    if segment is not None:
        own = groups["segment"] == segment
        parts = [("segment", groups[own]), ("rest", groups[~own])]
    rows = [row for part, found in parts for row in _months(scope, part, found)]
    types = {name: "float64" for name in MONTH_COLUMNS if name.endswith(("seconds", "low", "high"))}
    types |= {"mature": "bool", "changed": "bool"}
    return Answer(pd.DataFrame(rows, columns=MONTH_COLUMNS).astype(types), asked)


def log_rank(one: Curve, whole: Curve) -> float:
    """How likely leads of a part leave this unlike all others by chance: two sided, any way out.

    `whole` is the curve of everyone, with those of `one` among them. 1 where it cannot be said.
    """
    at_risk, left = _within(one, whole)
    everyone, gone = whole.at_risk, whole.left_any
    share = at_risk / everyone
    expected = gone * share
    variance = gone * share * (1 - share) * (everyone - gone) / np.maximum(everyone - 1, 1)
    spread = float(variance.sum())
    if spread <= 0:
        return 1.0
    return math.erfc(abs(float((left - expected).sum())) / math.sqrt(2 * spread))


def _places(rows: pd.DataFrame) -> Iterator[tuple[tuple[str | None, str], pd.DataFrame]]:
    for (segment, stage), found in rows.groupby(["segment", "stage"], dropna=False):
        yield (_named(segment), stage), found


def _named(segment: object) -> str | None:
    return segment if isinstance(segment, str) else None


def _curve(rows: pd.DataFrame) -> Curve:
    return curve(rows["seconds"].to_numpy(), rows["outcome"].to_numpy(), rows["stays"].to_numpy())


def _row(
    segment: str | None, stage: str, groups: pd.DataFrame | None, whole: Curve | None
) -> dict[str, object]:
    row: dict[str, object] = {"segment": segment, "stage": stage, **dict.fromkeys(_COUNTS, 0)}
    if groups is None or whole is None:
        return row
    own = _curve(groups)
    ends = groups.groupby("outcome")["stays"].sum()
    completed = groups[groups["outcome"] != "open"]
    row |= {way: int(ends.get(way, 0)) for way in (*WAYS, "open")}
    row |= {"stays": own.leads, "completed": int(completed["stays"].sum())}
    row["went_back_rate"] = int(ends.get("went_back", 0)) / own.leads
    if not completed.empty:
        row["mean_completed_seconds"] = completed["total_seconds"].sum() / row["completed"]
    for name, share in (("median", 0.5), ("p90", 0.9)):
        row[f"{name}_seconds"], row[f"{name}_low"], row[f"{name}_high"] = quantile(own, share)
    if segment is not None and own.leads < whole.leads:
        row["rest_median_seconds"] = quantile(_rest(own, whole), 0.5)[0]
        if min(own.leads, whole.leads - own.leads) >= _FEW:
            row["p_value"] = log_rank(own, whole)
    return row


def _months(scope: Scope, part: str, groups: pd.DataFrame) -> Iterable[dict[str, object]]:
    median = quantile(_curve(groups), 0.5)[0]
    changed = _turning_point(groups)
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
            "mature": median is not None and _watched(scope, month) >= median,
            "changed": month == changed,
        }
        if month == changed:
            earlier = groups["month"] < month
            row["before_seconds"] = quantile(_curve(groups[earlier]), 0.5)[0]
            row["since_seconds"] = quantile(_curve(groups[~earlier]), 0.5)[0]
        yield row


def _watched(scope: Scope, month: pd.Timestamp) -> float:
    """For how many seconds the last who came in a month could be seen, by the view's clock."""
    following = (month + pd.DateOffset(months=1)).to_pydatetime()
    seen: timedelta = scope.as_of - _utc(following, scope)
    return seen / timedelta(days=1) * scope.day_seconds


def _utc(local: datetime, scope: Scope) -> datetime:
    moment = local.replace(tzinfo=scope.zone)
    offset = moment.utcoffset()
    return local - (offset or timedelta(0))


def _turning_point(groups: pd.DataFrame) -> pd.Timestamp | None:
    """The month from which on stays are surely longer or shorter than before, if there is one."""
    whole = _curve(groups)
    stays = groups.groupby("month")["stays"].sum()
    earlier = stays.cumsum().shift(fill_value=0)
    months = stays.index[(earlier >= _FEW) & (stays.sum() - earlier >= _FEW)]
    found = {month: log_rank(_curve(groups[groups["month"] < month]), whole) for month in months}
    if not found:
        return None
    month = min(found, key=lambda name: found[name])
    return month if found[month] * len(found) < 0.01 else None


def _within(one: Curve, whole: Curve) -> tuple[np.ndarray, np.ndarray]:
    """The leads of a part at risk and leaving, at the times of the whole."""
    place = np.searchsorted(one.times, whole.times, side="left")
    at_risk = np.append(one.at_risk, 0)[place]
    left = np.zeros_like(whole.at_risk)
    left[np.searchsorted(whole.times, one.times)] = one.left_any
    return at_risk, left


def _rest(one: Curve, whole: Curve) -> Curve:
    """The curve of everyone who is not of the part."""
    at_risk, left = _within(one, whole)
    remaining, gone = whole.at_risk - at_risk, whole.left_any - left
    there = remaining > 0
    return Curve(whole.times[there], remaining[there], {"left": gone[there]})


@question(lambda view: replace(of_stays(view), by=None))
def stays(scope: Scope, stage: str) -> Answer:
    """The visits to a stage that `time_in_stage` counts there, the latest first.

    One row per visit, as many as the answer's `stays`. Columns: lead_id, company, owner, team,
    source, entered_at (naive UTC), outcome ('advanced', 'lost', 'went_back', 'open'), next_stage
    (a stage's or an exit's slug), seconds (open ones to `as_of`; by the view's clock).
    """
    asked = Asked(scope, "time_in_stage/stays", of="stays", parameters={"stage": stage})
    return Answer(asked.rows(), asked)
