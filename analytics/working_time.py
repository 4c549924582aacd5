"""The working-time clock: how much of the time between two instants a company was open.

An opening is an interval of instants: from when the wall clock of the store's time zone shows that
a working day opens to when it shows that it closes. Working time is the part of a span that lies
within openings, so it adds up over consecutive spans, and a night on which clocks are set changes
nothing for a company that is closed. What the clocks skip of an opening was not worked.

Source:
    docs/counting.md, Time in stage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from data.calendar import Calendar
from data.store import Generation

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_CELL = _DAY // _MICROSECOND

Opening = tuple[datetime, datetime]


@dataclass(frozen=True)
class WorkingClock:
    """The openings from `first` to `last` (naive UTC), ready to be looked up in SQL.

    Time is cut into cells of 24 hours, the first beginning with a day of the zone. For each cell
    the lists of `parameters` say how much working time came before it and which openings lie in it;
    in a zone without summer time a cell is a day and has at most one opening. All in microseconds.
    """

    calendar: Calendar
    zone: ZoneInfo
    first: datetime
    last: datetime

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What `seconds` binds, by name."""
        cells: list[list[tuple[int, int]]] = [[] for _ in range(self._cells)]
        for opens, closes in openings(self.calendar, self.zone, *self._days):
            since, until = self._offset(opens), self._offset(closes)
            for cell in range(max(0, since // _CELL), min(self._cells - 1, until // _CELL) + 1):
                start = max(since, cell * _CELL)
                end = min(until, (cell + 1) * _CELL)
                if start < end:
                    cells[cell].append((start, end))
        before, worked = [], 0
        for pieces in cells:
            before.append(worked)
            worked += sum(end - start for start, end in pieces)
        bound: dict[str, Any] = {"clock_start": self._start, "clock_before": before}
        for number in range(max(1, *map(len, cells))):
            of_cells = [pieces[number] if len(pieces) > number else (0, 0) for pieces in cells]
            bound[f"clock_opens_{number}"] = [start for start, _end in of_cells]
            bound[f"clock_closes_{number}"] = [end for _start, end in of_cells]
        return bound

    def seconds(self, since: str, until: str) -> str:
        """SQL: the working seconds between two columns of ticks within the clock's span."""
        return f"""(
        {self._worked(until)}
        - {self._worked(since)}
    ) / 1e6"""

    def _worked(self, tick: str) -> str:
        """SQL: the microseconds worked from the clock's start to a tick."""
        cell = f"[1 + {tick} // {_CELL}]"
        pieces = sum(name.startswith("clock_opens_") for name in self.parameters)
        terms = [f"$clock_before{cell}"] + [
            f"greatest(0, least({tick}, $clock_closes_{number}{cell})"
            f" - $clock_opens_{number}{cell})"
            for number in range(pieces)
        ]
        return "(" + "\n            + ".join(terms) + ")"

    @cached_property
    def _days(self) -> tuple[date, date]:
        first, last = (
            instant.replace(tzinfo=UTC).astimezone(self.zone).date()
            for instant in (self.first, self.last)
        )
        return first, last

    @cached_property
    def _start(self) -> datetime:
        return _instant(self._days[0], 0, self.zone)

    @cached_property
    def _cells(self) -> int:
        return self._offset(self.last) // _CELL + 1

    def _offset(self, instant: datetime) -> int:
        return (instant - self._start) // _MICROSECOND


def tick(instant: str) -> str:
    """SQL: the microseconds from the clock's start to a timestamp (naive UTC)."""
    return f"date_diff('microsecond', $clock_start, {instant})"


def of(generation: Generation) -> WorkingClock:
    """The clock of a generation: its company's calendar over all of its events."""
    return _clock(
        generation.pipeline.calendar,
        generation.time_zone,
        generation.first_event,
        generation.last_event,
    )


@lru_cache(maxsize=8)
def _clock(calendar: Calendar, zone: str, first: datetime, last: datetime) -> WorkingClock:
    return WorkingClock(calendar, ZoneInfo(zone), first, last)


def openings(calendar: Calendar, zone: ZoneInfo, first: date, last: date) -> Iterator[Opening]:
    """The openings of the days from first to last, in order and disjoint, as naive UTC instants.

    Openings that touch, as those of a company that never closes, are merged.
    """
    held: Opening | None = None
    for day in calendar.days(first, last):
        end = _instant(day + _DAY, 0, zone)
        opens = _instant(day, calendar.opens, zone)
        # A day that the zone left out has ended when it begins.
        closes = min(_instant(day, calendar.closes, zone), end)
        if opens >= closes:
            continue
        if held is not None and held[1] >= opens:
            held = held[0], closes
            continue
        if held is not None:
            yield held
        held = opens, closes
    if held is not None:
        yield held


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When a day's clock first shows so many minutes after midnight or more, naive UTC."""
    days, minute = divmod(minutes, 24 * 60)
    wanted = datetime.combine(day + days * _DAY, time(minute // 60, minute % 60))
    at = wanted.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wanted:
        return at.replace(tzinfo=None)
    # The clocks skip it: the instant is when they were set, between its two readings.
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while at - before > _MICROSECOND:
        middle = before + (at - before) // 2
        skipped = middle.astimezone(zone).replace(tzinfo=None) >= wanted
        before, at = (before, middle) if skipped else (middle, at)
    return at.replace(tzinfo=None)
