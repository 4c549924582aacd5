"""The slow and obvious answers, lead by lead, from the definitions alone.

Every rule is written as it is said: no SQL, no table, no shortcut. What it is compared with must
give the same, whatever way it takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from analytics.view.view import View
from tests.support.histories import History

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Visit:
    """A stay at a stage or outside at an exit, from an instant on."""

    stage: str
    at: datetime


@dataclass(frozen=True)
class Reference:
    """The answers of a history to a view."""

    history: History
    view: View

    @cached_property
    def as_of(self) -> datetime:
        """The last instant known: the view's, or the last event when that is earlier or unsaid."""
        last = self.history.instants[-1]
        if self.view.as_of is None:
            return last
        if isinstance(self.view.as_of, datetime):
            return min(last, self.view.as_of.replace(tzinfo=None))
        # The day's last microsecond: no zone is more than 15 hours off, so look from there back.
        low = datetime.combine(self.view.as_of, datetime.min.time()) - 15 * timedelta(hours=1)
        high = low + 3 * _DAY
        while high - low > _TICK:
            middle = low + (high - low) // 2
            if self.day(middle) <= self.view.as_of:
                low = middle
            else:
                high = middle
        return min(last, low)

    @cached_property
    def steps(self) -> list[str]:
        """The funnel's steps in order: stages, or the groups that have stages."""
        stages = self.history.pipeline.stages
        if self.view.level == "stage":
            return [stage.slug for stage in stages]
        return list(dict.fromkeys(stage.group for stage in stages))

    def day(self, at: datetime) -> date:
        """The day of an instant in the store's calendar."""
        return at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.history.time_zone)).date()

    def visits(self, lead: Mapping[str, Any]) -> list[Visit]:
        """What happened to a lead by as_of: file order decides ties, repeats are one visit.

        It enters the first stage when it is created, unless it is at some stage by then.
        """
        pipeline = self.history.pipeline
        moves = [
            Visit(stage, at)
            for lead_id, stage, at in self.history.moves
            if lead_id == lead["lead_id"] and stage in (*pipeline.slugs, *pipeline.exit_slugs)
        ]
        created = lead["created_at"]
        if not any(move.stage in pipeline.slugs and move.at <= created for move in moves):
            moves.insert(0, Visit(pipeline.slugs[0], created))
        seen: list[Visit] = []
        for move in sorted(moves, key=lambda move: move.at):  # stable: ties stay in file order
            if move.at <= self.as_of and (not seen or seen[-1].stage != move.stage):
                seen.append(move)
        return seen

    def step_of(self, stage: str) -> int | None:
        """The place of a stage's step in the funnel; None for an exit."""
        for found in self.history.pipeline.stages:
            if found.slug == stage:
                return self.steps.index(stage if self.view.level == "stage" else found.group)
        return None

    def reaches(self, lead: Mapping[str, Any]) -> list[datetime]:
        """When a lead reached the steps that it reached by as_of, in order, whatever the window.

        passed: entering a step reaches all before it. strict: each step by its first entry at or
        after that of the step before.
        """
        entries = [(self.step_of(visit.stage), visit.at) for visit in self.visits(lead)]
        times: list[datetime] = []
        for step in range(len(self.steps)):
            if self.view.skipped == "passed":
                found = [at for place, at in entries if place is not None and place >= step]
            else:
                after = times[-1] if times else datetime.min
                found = [at for place, at in entries if place == step and at >= after]
            if not found:
                break
            times.append(min(found))
        return times

    def counted(self, lead: Mapping[str, Any]) -> list[datetime | None]:
        """By step, when a lead reached it, if that counts in this view; else None."""
        nothing: list[datetime | None] = [None] * len(self.steps)
        times = self.reaches(lead)
        if not times or not self._passes(lead):
            return nothing
        entry = times[0]
        if self.view.mode == "cohort" and not self._in_period(entry):
            return nothing
        for step, at in enumerate(times):
            in_window = self._window is None or at - entry <= self._window
            in_time = self.view.mode == "cohort" or self._in_period(at)
            if in_window and in_time:
                nothing[step] = at
        return nothing

    def is_lost(self, lead: Mapping[str, Any]) -> bool:
        """Whether a lead that has not reached a step never will: it is out, or its time is up."""
        if self.standing(lead).stage in self.history.pipeline.exit_slugs:
            return True
        # Up when no later instant would still be inside the window.
        return (
            self._window is not None and self.as_of + _TICK - self.reaches(lead)[0] > self._window
        )

    def standing(self, lead: Mapping[str, Any]) -> Visit:
        """Where a lead is at as_of, and since when."""
        return self.visits(lead)[-1]

    def funnel(self) -> dict[tuple[str | None, str], dict[str, Any]]:
        """The funnel's rows by segment and step."""
        segments: dict[str | None, list[Mapping[str, Any]]] = {}
        for lead in self.history.leads:
            if any(self.counted(lead)):
                segments.setdefault(self._segment(lead), []).append(lead)
        if self.view.by is None:
            segments.setdefault(None, [])
        rows = {}
        for segment, leads in segments.items():
            for place, step in enumerate(self.steps):
                rows[segment, step] = self._row(leads, place)
        return rows

    def leads(self, step: str) -> list[str]:
        """The ids of the leads that reached a step."""
        place = self.steps.index(step)
        return [lead["lead_id"] for lead in self.history.leads if self.counted(lead)[place]]

    def _row(self, leads: list[Mapping[str, Any]], place: int) -> dict[str, Any]:
        counted = [self.counted(lead) for lead in leads]
        here = [lead for lead, times in zip(leads, counted, strict=True) if times[place]]
        entered = sum(times[0] is not None for times in counted)
        row: dict[str, Any] = {
            "reached": len(here),
            "of_first": len(here) / entered if entered else None,
            "of_previous": None,
            "open": None,
            "lost": None,
            "median_seconds": median(self._seconds(lead, place) for lead in here) if here else None,
        }
        if place:
            before = sum(times[place - 1] is not None for times in counted)
            row["of_previous"] = len(here) / before if before else None
        if self.view.mode == "cohort":
            is_last = place == len(self.steps) - 1
            staying = (
                [] if is_last else [lead for lead in here if not self.counted(lead)[place + 1]]
            )
            row["lost"] = sum(self.is_lost(lead) for lead in staying)
            row["open"] = len(staying) - row["lost"]
        return row

    def _seconds(self, lead: Mapping[str, Any], place: int) -> float:
        times = self.reaches(lead)
        return (times[place] - times[0]) / timedelta(seconds=1)

    @property
    def _window(self) -> timedelta | None:
        return None if self.view.window is None else self.view.window * _DAY

    def _segment(self, lead: Mapping[str, Any]) -> str | None:
        if self.view.by is None:
            return None
        value = value_of(lead, self.view.by)
        if value is None:
            return "~"
        return f"~{value}" if value.startswith("~") else value

    def _passes(self, lead: Mapping[str, Any]) -> bool:
        return all(
            value_of(lead, name) in values for name, values in self.view.filters
        ) and not any(value_of(lead, name) in values for name, values in self.view.excluded)

    def _in_period(self, at: datetime) -> bool:
        day, today = self.day(at), self.day(self.as_of)
        if self.view.period is None:
            return (self.view.first or day) <= day <= (self.view.last or day)
        if self.view.period == "all":
            return True
        return is_in(self.view.period, day, today)


def value_of(lead: Mapping[str, Any], dimension: str) -> str | None:
    """A lead's value of a dimension, None when it is missing.

    Hot: an immediate need, a set budget and a set time; warm: a need; cold: answers, but no need.
    """
    if dimension != "temperature":
        return lead.get(dimension)
    if lead.get("need") and lead.get("budget") and lead.get("timing"):
        return "hot"
    if lead.get("need"):
        return "warm"
    answers = (lead.get(name) for name in ("need", "budget", "authority", "timing"))
    return "cold" if any(answer is not None for answer in answers) else None


def is_in(period: str, day: date, today: date) -> bool:
    """Whether a day is in a named period, seen from today; 'this-…' ends today."""
    which, unit = period.split("-")
    if unit.endswith("d"):
        return 0 <= (today - day).days < int(unit[:-1])
    number: Callable[[date], int] = {
        "week": lambda at: (at.toordinal() - 1) // 7,  # 1 January of year 1 was a Monday
        "month": lambda at: at.year * 12 + at.month,
        "quarter": lambda at: at.year * 4 + (at.month - 1) // 3,
        "year": lambda at: at.year,
    }[unit]
    back = 0 if which == "this" else 1
    return day <= today and number(today) - number(day) == back
