"""Response: how soon a person answers a lead, and who still waits.

The clock runs in working hours, whatever the view's, from when a lead came, or came to a stage that
promises an answer (`data.response`), to the first act of a person. Who has none is waiting still:
left out, leads that nobody ever calls would make a company look fast.

Source:
    Kaplan and Meier (1958); docs/counting.md, Response.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.asked import Answer, Asked, of_stays, question
from analytics.listing import Listing
from analytics.scope import Scope
from analytics.stats.survival import Curve, curve, quantile_alone, remaining
from analytics.view.view import View
from data.store import Generation

ARRIVALS = ("open", "closed", "day_off")
"""When a lead comes: in working hours, before or after them, or on a day off."""

MINUTES_5, HOUR, HOURS_4 = 300, 3600, 4 * 3600

COLUMNS = [
    "segment",
    "leads",
    "untouched",
    "median_seconds",
    "within_5m",
    "within_1h",
    "within_1d",
    "within_sla",
    "breaches",
    "within_sla_low",
    "within_sla_high",
]
SPAN_COLUMNS = ["from_seconds", "to_seconds", "leads"]
ATTEMPT_COLUMNS = ["attempt", "tried", "answered", "rate", "answered_so_far"]

_SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class Response:
    """How soon leads were answered.

    rows: one row per segment, those with most leads first.
    spans: how many leads were answered in each span of time, from_seconds to to_seconds, the last
        without an end; the row after it, without either, are those that wait. They add up to all
        leads.
    promised: the working seconds that the stage promises; None where it does not.
    asked: the question of the rows.

    Columns of rows (COLUMNS):
        segment: as in `funnel`
        leads: those that came in the period, to the stage where one is asked about
        untouched: those that nobody has answered yet
        median_seconds: until half were answered, by Kaplan–Meier; null where not reached
        within_5m, within_1h, within_1d, within_sla: the share that was answered within five
            minutes, an hour, a working day, and what is promised, by Kaplan–Meier; null where
            nobody has been followed for so long, and without a promise
        within_sla_low, within_sla_high: its 95 % interval
        breaches: those untouched that have waited longer than is promised; null without a promise
    """

    rows: pd.DataFrame
    spans: pd.DataFrame
    promised: int | None
    asked: Asked

    @property
    def leads(self) -> int:
        """How many leads came."""
        return int(self.rows["leads"].sum())

    @property
    def untouched(self) -> int:
        """How many of them nobody has answered yet."""
        return int(self.rows["untouched"].sum())


def _decisive(view: View) -> View:
    return replace(of_stays(view), clock="working")


def _undivided(view: View) -> View:
    return replace(_decisive(view), by=None)


@question(_decisive)
def response(scope: Scope, stage: str | None = None) -> Response:
    """How soon the leads of the period were answered, from when they came or came to a stage.

    Raises:
        ValueError: no answer is promised at the stage.
    """
    promised = _promise(scope, stage)
    bound = _bound(scope, stage) | {"promised": promised}
    asked = Asked(scope, "response/response", of="answers", parameters=bound)
    found = asked.rows()
    by_segment = _by(found, "segment") or ({} if scope.view.by else {None: found})
    rows = [
        _row(segment, each, promised, scope.day_seconds) for segment, each in by_segment.items()
    ]
    rows.sort(key=lambda row: (-row["leads"], row["segment"] or ""))
    types = dict.fromkeys(COLUMNS[3:], "float64") | {"breaches": "Int64"}
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"leads": int, "untouched": int} | types)
    frame["segment"] = pd.Series([row["segment"] for row in rows], dtype=object)
    return Response(frame, _spans(found, scope.day_seconds), promised, asked)


@question(_undivided)
def arrivals(scope: Scope, stage: str | None = None) -> Answer:
    """How soon leads were answered by when they came.

    Grain: one row for each of ARRIVALS.

    Columns:
        arrival, leads, untouched
        median_seconds: in working time, as in `response`
    """
    calendar = scope.generation.pipeline.calendar
    first, last = scope.known_days
    bound = _bound(scope, stage) | {
        "working_days": calendar.days(first, last if stage is None else scope.day(scope.as_of)),
        "opens": calendar.opens,
        "closes": calendar.closes,
    }
    asked = Asked(scope, "response/arrivals", of="answers", parameters=bound)
    found = _by(asked.rows(), "arrival")
    rows = [_counted(found[arrival]) if arrival in found else (0, 0, None) for arrival in ARRIVALS]
    frame = pd.DataFrame(rows, columns=["leads", "untouched", "median_seconds"])
    frame.insert(0, "arrival", ARRIVALS)
    return Answer(frame.astype({"median_seconds": "float64"}), asked)


@question(_undivided)
def hours(scope: Scope, stage: str | None = None) -> Answer:
    """By day of the week and hour at which leads came, how many were answered in time.

    In time is within what is promised, else within an hour of work.

    Columns: (one row per day and hour at which any came)
        weekday: 1 is Monday; hour: 0 to 23
        followed: leads that were answered, or have waited so long
        in_time: those of them answered within it
    """
    within = _promise(scope, stage) or HOUR
    bound = _bound(scope, stage) | {"within": within}
    asked = Asked(scope, "response/hours", of="answers", parameters=bound)
    return Answer(asked.rows(), asked)


@question(_decisive)
def waiting(scope: Scope, stage: str | None = None) -> Listing:
    """The leads that nobody has answered yet, who has waited longest first.

    They are as many as `untouched` counts; those `breached`, which come first, as `breaches`.

    Columns:
        lead_id, company, name, phone, email, owner, team, source, created_at: of the lead
        entered_at: since when it waits; seconds: for how long, of work
        breached: whether that is longer than is promised; null without a promise
        segment: as in `funnel`
    """
    bound = _bound(scope, stage) | {"promised": _promise(scope, stage)}
    asked = Asked(scope, "response/waiting", of="answers", parameters=bound)
    return Listing(asked, _typed, counted="waiting")


@question(_undivided)
def attempts(scope: Scope, stage: str | None = None) -> Answer:
    """How often leads are tried, and after which attempt they answer.

    An attempt is a touch of a person of the company; what came after the first answer is none.

    Columns: (one row per attempt; none where no touch of a person is known)
        attempt: 1 for the first
        tried: leads that were tried so often before they answered
        answered: those of them who then answered, before they were tried again
        rate: answered ÷ tried
        answered_so_far: the share of all who were tried that answered by then
    """
    asked = Asked(scope, "response/attempts", of="answers", parameters=_bound(scope, stage))
    found = asked.rows()
    most = int(found["attempts"].max()) if len(found) else 0
    tried = [int(found.loc[found["attempts"] >= n, "leads"].sum()) for n in range(1, most + 1)]
    done = found[found["has_answered"].astype(bool)]
    answered = [int(done.loc[done["attempts"] == n, "leads"].sum()) for n in range(1, most + 1)]
    frame = pd.DataFrame(
        {"attempt": range(1, most + 1), "tried": tried, "answered": answered}, dtype="int64"
    )
    frame["rate"] = frame["answered"] / frame["tried"]
    frame["answered_so_far"] = frame["answered"].cumsum() / (tried[0] if tried else 1)
    return Answer(frame[ATTEMPT_COLUMNS], asked)


@dataclass(frozen=True)
class Acts:
    """What there is in the data that could be an act of a person, and what of it counts.

    kinds: kinds of touches with how many there are, and whether they are `human`, or `answered`.
    persons, moved: how many persons moved leads, and how often; `automatic`: the movers that are
        none, with how many moves; unnamed: moves of which nobody is named.
    """

    kinds: pd.DataFrame
    persons: int
    moved: int
    automatic: Mapping[str, int]
    unnamed: int

    @property
    def is_known(self) -> bool:
        """Whether any person is known to have done anything."""
        return bool(self.persons or self.kinds["human"].any())


def acts(generation: Generation) -> Acts:
    """What counts as an act of a person in a generation, whatever the view."""
    answering = generation.pipeline.response
    kinds = generation.query(_text("touch_kinds"))
    kinds["human"] = kinds["kind"].isin(answering.human)
    kinds["answered"] = kinds["kind"].isin(answering.answered)
    movers = generation.query(_text("movers"))
    is_named = movers["mover"].notna()
    is_automatic = movers["mover"].isin(answering.automatic)
    persons, machines = movers[is_named & ~is_automatic], movers[is_automatic]
    return Acts(
        kinds,
        len(persons),
        int(persons["moves"].sum()),
        dict(zip(machines["name"], machines["moves"].tolist(), strict=True)),
        int(movers.loc[~is_named, "moves"].sum()),
    )


def promises(scope: Scope) -> tuple[str, ...]:
    """The stages, beyond the first, from which it can be asked how soon leads were answered."""
    return scope.generation.pipeline.asked_stages[1:]


def _promise(scope: Scope, stage: str | None) -> int | None:
    pipeline = scope.generation.pipeline
    if stage is not None and stage not in pipeline.asked_stages:
        raise ValueError(
            f"No answer is promised at {stage!r}: write answer_within at the stage in the pipeline."
        )
    at = pipeline.slugs[0] if stage is None else stage
    return next(each.answer_within for each in pipeline.stages if each.slug == at)


def _bound(scope: Scope, stage: str | None) -> dict[str, Any]:
    # Who came came to the first stage, or to one after it.
    return {"asked_stage": None if stage == scope.generation.pipeline.slugs[0] else stage}


def _by(found: pd.DataFrame, name: str) -> dict[str | None, pd.DataFrame]:
    """The rows of each value of a column; the missing one, as of no breakdown, is None."""
    return {
        value if isinstance(value, str) else None: rows
        for value, rows in found.groupby(name, sort=False, dropna=False)
    }


def _curve(rows: pd.DataFrame) -> Curve:
    cause = np.where(rows["is_answered"].to_numpy(dtype=bool), "answered", "open")
    return curve(rows["seconds"].to_numpy(), cause.astype(object), rows["leads"].to_numpy())


def _counted(rows: pd.DataFrame) -> tuple[int, int, float | None]:
    """How many leads there are, how many wait, and after how long half were answered."""
    waits = ~rows["is_answered"].to_numpy(dtype=bool)
    untouched = int(rows.loc[waits, "leads"].sum())
    return int(rows["leads"].sum()), untouched, quantile_alone(_curve(rows), 0.5)


def _row(segment: str | None, rows: pd.DataFrame, promised: int | None, day: int) -> dict[str, Any]:
    leads, untouched, median = _counted(rows)
    course = _curve(rows)
    made = {
        "segment": segment,
        "leads": leads,
        "untouched": untouched,
        "median_seconds": median,
        "breaches": None if promised is None else int(rows["breaches"].sum()),
    }
    within = {"5m": MINUTES_5, "1h": HOUR, "1d": day, "sla": promised}
    for name, seconds in within.items():
        left = None if seconds is None else remaining(course, seconds)
        made[f"within_{name}"] = None if left is None else 1 - left[0]
        if name == "sla" and left is not None:
            made |= {"within_sla_low": 1 - left[2], "within_sla_high": 1 - left[1]}
    return made


def _spans(found: pd.DataFrame, day: int) -> pd.DataFrame:
    is_answered = found["is_answered"].to_numpy(dtype=bool)
    answered = found[is_answered]
    ends = sorted({MINUTES_5, HOUR, HOURS_4, day, 3 * day})
    rows: list[tuple[float | None, float | None, int]] = []
    for since, until in zip([0, *ends], [*ends, None], strict=True):
        within = (answered["seconds"] > since) | (since == 0)
        if until is not None:
            within &= answered["seconds"] <= until
        rows.append((since, until, int(answered.loc[within, "leads"].sum())))
    rows.append((None, None, int(found.loc[~is_answered, "leads"].sum())))
    types = {"from_seconds": "float64", "to_seconds": "float64"}
    return pd.DataFrame(rows, columns=SPAN_COLUMNS).astype(types)


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    rows["breached"] = rows["breached"].astype("boolean")
    return rows


def _text(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
