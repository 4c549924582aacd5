"""Time in stage: how long leads stay, and how they leave, those still there included.

Source:
    Kaplan and Meier (1958) for lengths, Aalen and Johansen (1978) for ways to leave, Mantel (1966)
    for the log-rank test; docs/counting.md, Time in stage.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.arrays import Floats, Ints
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
_FAR = 1 / 3  # the share still there up to which the median of a rest is looked for first
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


@dataclass(frozen=True, eq=False)
class _Departures:
    """The times at which any of the leads left, all that comparing a part with the rest needs.

    Fields:
        leads: how many there are
        times: seconds, ascending
        at_risk: leads still there just before
        left: leads that left then
    """

    leads: int
    times: Floats
    at_risk: Ints
    left: Ints

    @cached_property
    def hazard(self) -> Floats:
        """The share of those at risk that left at each time."""
        return self.left / self.at_risk

    @cached_property
    def far(self) -> int:
        """How many of the times it takes until two in three have left: well past the median."""
        still = np.cumprod(1 - self.hazard)
        return int(np.searchsorted(-still, -_FAR)) + 1

    @cached_property
    def pair_variance(self) -> Floats:
        """The log-rank test's variance at each time, of one lead in the part and one beside it."""
        n = self.at_risk.astype(np.float64)
        variance: Floats = self.hazard * (n - self.left) / (np.maximum(n - 1, 1) * n)
        return variance

    def at_risk_of(self, one: Curve) -> Ints:
        """The leads of a part that are still there just before each time."""
        ended = one.at_risk - np.append(one.at_risk[1:], 0)
        # A lead is at risk at all of the times up to its own.
        until = np.searchsorted(self.times, one.times, side="right")
        at = np.bincount(until, weights=ended, minlength=self.times.size + 1)[1:]
        return np.cumsum(at[::-1])[::-1].astype(np.int64)

    def left_of(self, one: Curve) -> Ints:
        """The leads of a part that left at each time."""
        places = np.flatnonzero(one.left_any)
        left = np.zeros_like(self.left)
        left[np.searchsorted(self.times, one.times[places])] = one.left_any[places]
        return left


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
    groups = _ordered(asked.rows())
    by_pair = dict(_pairs(groups))
    total: dict[str | None, int] = {} if scope.view.by is not None else {None: 0}
    for (segment, _stage), rows in by_pair.items():
        total[segment] = total.get(segment, 0) + int(rows["stays"].sum())
    stages = scope.generation.pipeline.slugs[:-1]
    whole = {stage: _departures(_curve(rows)) for stage, rows in groups.groupby("stage")}
    rows = [
        _row(segment, stage, by_pair.get((segment, stage)), whole.get(stage))
        for segment in sorted(total, key=lambda name: (-total[name], name or ""))
        for stage in stages
    ]
    answer = pd.DataFrame(rows, columns=[*COLUMNS, "p_value"])
    for name, file, of in (
        ("returns", "time_in_stage/returns", "stays"),
        ("skipped", "time_in_stage/skips", "timed"),
    ):
        counted = scope.ask(file, of=of)
        counts = {pair: int(row[name].iat[0]) for pair, row in _pairs(counted)}
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


def log_rank(one: Curve, whole: Curve) -> float:
    """The two-sided p value of the log-rank test of a part against all others, any way out.

    `whole` is the curve of all, with those of `one` among them. 1 where nothing can be tested.

    Source:
        Mantel (1966), Cancer Chemotherapy Reports 50; docs/counting.md, Time in stage.
    """
    departures = _departures(whole)
    return _p_value(departures, departures.at_risk_of(one), int(one.left_any.sum()))


def _departures(course: Curve) -> _Departures:
    at = np.flatnonzero(course.left_any)
    return _Departures(course.leads, course.times[at], course.at_risk[at], course.left_any[at])


def _p_value(whole: _Departures, at_risk: Ints, left: int) -> float:
    """The p value of `log_rank` for a part with so many at risk, of whom so many left."""
    expected = float((whole.hazard * at_risk).sum())
    spread = float((whole.pair_variance * at_risk * (whole.at_risk - at_risk)).sum())
    if spread <= 0:
        return 1.0
    return math.erfc(abs(left - expected) / math.sqrt(2 * spread))


def _pairs(rows: pd.DataFrame) -> Iterator[tuple[tuple[str | None, str], pd.DataFrame]]:
    for (segment, stage), found in rows.groupby(["segment", "stage"], dropna=False):
        yield (_named(segment), stage), found


def _named(segment: object) -> str | None:
    return segment if isinstance(segment, str) else None


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of lengths with each list in order, as several curves take it in, and its length."""
    rows["seconds"] = [ascending(run) for run in rows["seconds"]]
    rows["stays"] = np.array([len(run) for run in rows["seconds"]], dtype=np.int64)
    return rows


def _curve(rows: pd.DataFrame) -> Curve:
    return of_durations(rows["seconds"], rows["outcome"])


def _row(
    segment: str | None, stage: str, groups: pd.DataFrame | None, whole: _Departures | None
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
        total = math.fsum(run.sum() for run in completed["seconds"])
        row["mean_completed_seconds"] = total / int(completed["stays"].sum())
    for name, share in (("median", 0.5), ("p90", 0.9)):
        row[f"{name}_seconds"], row[f"{name}_low"], row[f"{name}_high"] = quantile(own, share)
    if segment is not None and own.leads < whole.leads:
        at_risk = whole.at_risk_of(own)
        row["rest_median_seconds"] = _rest_median(whole, at_risk, whole.left_of(own))
        if min(own.leads, whole.leads - own.leads) >= _FEW:
            row["p_value"] = _p_value(whole, at_risk, int(own.left_any.sum()))
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
    departures = _departures(whole)
    # Those of the months before are added up month by month.
    at_risk, gone, earlier = np.zeros_like(departures.at_risk), 0, 0
    for month, rows in groups.groupby("month"):
        if min(earlier, whole.leads - earlier) >= _FEW:
            found[month] = _p_value(departures, at_risk, gone)
        own = _curve(rows)
        at_risk = at_risk + departures.at_risk_of(own)
        gone += int(own.left_any.sum())
        earlier += own.leads
    if not found:
        return None
    month = min(found, key=lambda name: found[name])
    return month if found[month] * len(found) < _SURE_MONTH else None


def _rest_median(whole: _Departures, at_risk: Ints, left: Ints) -> float | None:
    """The median of all but those of a part.

    Of a small part it is near that of the whole, so the rest of the curve is only made where it
    lies beyond.
    """
    for most in (whole.far, whole.times.size):
        remaining, gone = whole.at_risk[:most] - at_risk[:most], whole.left[:most] - left[:most]
        there = remaining > 0
        rest = Curve(whole.times[:most][there], remaining[there], {"left": gone[there]})
        if (median := quantile_alone(rest, 0.5)) is not None:
            return median
    return None


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
