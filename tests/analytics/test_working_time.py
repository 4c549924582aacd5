"""The working-time clock, against a walk along the wall clock in quarters of an hour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.scope import Scope
from analytics.view.view import View
from analytics.working_time import WorkingClock, openings, tick
from data.calendar import WEEKDAYS, Calendar, holidays
from data.pipeline import Pipeline
from tests.support.histories import store_of

STEP = timedelta(minutes=15)
SPAN = timedelta(days=24)
# Where each span begins: clocks are set, or a day is left out, within it; holidays are too.
PLACES = (
    ("Asia/Ho_Chi_Minh", datetime(2026, 4, 20, 3, 15)),
    ("Asia/Kathmandu", datetime(2024, 1, 1)),
    ("Europe/Amsterdam", datetime(2017, 3, 18)),
    ("Europe/Amsterdam", datetime(2017, 10, 20)),
    ("America/Sao_Paulo", datetime(2017, 10, 4, 12)),
    ("America/Sao_Paulo", datetime(2017, 2, 10, 12)),
    ("Australia/Lord_Howe", datetime(2024, 3, 29)),
    ("Pacific/Apia", datetime(2011, 12, 20)),
)
ROUND_THE_CLOCK = Calendar("", WEEKDAYS, 0, 1440)
HOURS = ((480, 1050), (0, 1440), (0, 390), (1320, 1440), (555, 1095), (0, 15))


def walked(calendar: Calendar, zone: ZoneInfo, since: datetime, until: datetime) -> timedelta:
    """Working time by the definition: of each quarter of an hour, what the wall clock shows."""
    total = timedelta(0)
    quarter = since.replace(minute=since.minute // 15 * 15, second=0, microsecond=0)
    while quarter < until:
        shown = quarter.replace(tzinfo=UTC).astimezone(zone)
        minute = shown.hour * 60 + shown.minute
        if (
            WEEKDAYS[shown.weekday()] in calendar.working_days
            and shown.date() not in holidays(calendar.country, shown.year, shown.year)
            and calendar.opens <= minute < calendar.closes
        ):
            total += min(until, quarter + STEP) - max(since, quarter)
        quarter += STEP
    return total


def worked(clock: WorkingClock, spans: Sequence[tuple[datetime, datetime]]) -> list[float]:
    """The working seconds of spans, as the engine counts them."""
    ticks = f"{tick('since')} as since, {tick('until')} as until"
    sql = f"select {clock.seconds('since', 'until')} from (select {ticks} from spans)"
    used = {name: value for name, value in clock.parameters.items() if f"${name}" in sql}
    with duckdb.connect() as con:
        con.register(
            "spans", pd.DataFrame(spans, columns=["since", "until"]).astype("datetime64[us]")
        )
        return [row[0] for row in con.execute(sql, used).fetchall()]


calendars = st.builds(
    lambda country, days, hours: Calendar(country, tuple(days), *hours),
    st.sampled_from(["VN", "", "NL", "BR"]),
    st.sampled_from([WEEKDAYS[:5], WEEKDAYS[:6], WEEKDAYS, ("sat", "sun")]),
    st.sampled_from(HOURS),
)
offsets = st.builds(
    lambda quarters, nudge: min(
        max(timedelta(0), quarters * STEP + timedelta(microseconds=nudge)), SPAN
    ),
    st.integers(0, SPAN // STEP),
    st.sampled_from([0, 0, 1, -1, 7_500_000]) | st.integers(0, 900_000_000),
)


@settings(max_examples=40, deadline=None)
@given(calendars, st.sampled_from(PLACES), st.lists(offsets, min_size=3, max_size=3))
def test_it_counts_what_the_wall_clock_shows(
    calendar: Calendar, place: tuple[str, datetime], moments: list[timedelta]
) -> None:
    zone, start = ZoneInfo(place[0]), place[1]
    clock = WorkingClock(calendar, zone, start, start + SPAN)
    first, middle, last = (start + moment for moment in sorted(moments))
    spans = [(first, middle), (middle, last), (first, last), (first, first)]
    early, late, whole, none = worked(clock, spans)
    assert early == walked(calendar, zone, first, middle) / timedelta(seconds=1)
    assert late == walked(calendar, zone, middle, last) / timedelta(seconds=1)
    assert round(early + late, 6) == whole
    assert none == 0


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize(
    "place", PLACES, ids=lambda place: f"{place[0].rpartition('/')[2]} {place[1]:%B}"
)
def test_every_quarter_of_an_hour(place: tuple[str, datetime], hours: tuple[int, int]) -> None:
    zone, start = ZoneInfo(place[0]), place[1]
    calendar = Calendar("VN", WEEKDAYS, *hours)
    clock = WorkingClock(calendar, zone, start, start + SPAN)
    marks = [start + number * STEP for number in range(SPAN // STEP + 1)]
    quarters = list(pairwise(marks))
    expected = [walked(calendar, zone, *quarter).total_seconds() for quarter in quarters]
    assert worked(clock, quarters) == expected
    assert worked(clock, [(start, mark) for mark in marks[1:]]) == list(accumulate(expected))


@pytest.mark.parametrize(
    "place", PLACES, ids=lambda place: f"{place[0].rpartition('/')[2]} {place[1]:%B}"
)
def test_a_company_that_never_closes_has_the_calendar_clock(place: tuple[str, datetime]) -> None:
    zone, start = ZoneInfo(place[0]), place[1]
    clock = WorkingClock(ROUND_THE_CLOCK, zone, start, start + SPAN)
    spans = [(start + hour * STEP, start + SPAN - hour * STEP) for hour in range(0, 900, 7)]
    assert worked(clock, spans) == [(until - since).total_seconds() for since, until in spans]
    assert len(list(openings(ROUND_THE_CLOCK, zone, start.date(), (start + SPAN).date()))) == 1


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-04-24 16:30", "2026-04-24 17:30", 1),  # Friday before closing
        ("2026-04-24 17:30", "2026-04-28 08:00", 0),  # Hùng Kings: Sunday, hence Monday off too
        ("2026-04-24 17:00", "2026-04-28 09:00", 1.5),
        ("2026-04-29 08:00", "2026-05-04 17:30", 19),  # 30 April and 1 May, then a weekend
        ("2026-05-05 12:00", "2026-05-05 12:00", 0),
        ("2026-05-05 06:00", "2026-05-05 23:00", 9.5),
    ],
)
def test_known_spans_in_viet_nam(since: str, until: str, hours: float) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    span = tuple(_utc(text, zone) for text in (since, until))
    clock = WorkingClock(Calendar(), zone, _utc("2026-04-20", zone), _utc("2026-05-31", zone))
    assert worked(clock, [(span[0], span[1])]) == [hours * 3600]


def test_a_night_on_which_clocks_are_set_takes_nothing_from_a_working_day() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    every_day = Calendar("", WEEKDAYS, 540, 1020)
    clock = WorkingClock(every_day, zone, datetime(2017, 3, 20), datetime(2017, 11, 20))
    days = [("2017-03-25 12:00", "2017-03-26 12:00"), ("2017-10-28 12:00", "2017-10-29 12:00")]
    spans = [(_utc(since, zone), _utc(until, zone)) for since, until in days]
    assert [(until - since).total_seconds() / 3600 for since, until in spans] == [23, 25]
    assert worked(clock, spans) == [8 * 3600, 8 * 3600]


def _utc(text: str, zone: ZoneInfo) -> datetime:
    local = datetime.fromisoformat(text).replace(tzinfo=zone)
    return local.astimezone(UTC).replace(tzinfo=None)


LEADS = [
    {"lead_id": "L1", "created_at": "2026-04-24T16:30+07:00"},
    {"lead_id": "L2", "created_at": "2026-04-29T08:00+07:00"},
]
MOVES = [("L1", "mql", "2026-04-28T09:00+07:00"), ("L1", "lost", "2026-05-04T17:30+07:00")]


def stays(folder: Path, view: View, calendar: Calendar) -> dict[tuple[str, str], float]:
    pipeline = replace(Pipeline.default(), calendar=calendar)
    store = store_of(folder, LEADS, MOVES, pipeline=pipeline, time_zone="Asia/Ho_Chi_Minh")
    scope = Scope(view, store.generation())
    of_leads = f"from ({scope.selects.stays}) join leads using (lead_number)"
    rows = scope.generation.query(f"select lead_id, stage, seconds {of_leads}", scope.parameters)
    return {
        (lead, stage): seconds / scope.day_seconds
        for lead, stage, seconds in zip(rows.lead_id, rows.stage, rows.seconds, strict=True)
    }


def test_stays_are_in_working_days_when_the_view_says_so(tmp_path: Path) -> None:
    found = stays(tmp_path, View(clock="working"), Calendar())
    assert found == {
        ("L1", "lead"): 2 / 9.5,
        ("L1", "mql"): 8.5 / 9.5 + 2,  # to 17:30, then the 29th and the 4th
        ("L2", "lead"): 2,  # open, to the end of the data
    }


def test_stays_as_of_an_earlier_day(tmp_path: Path) -> None:
    view = View(clock="working", as_of=datetime(2026, 4, 28, 3, tzinfo=UTC))
    assert stays(tmp_path, view, Calendar()) == {("L1", "lead"): 2 / 9.5, ("L1", "mql"): 1 / 9.5}


def test_working_days_round_the_clock_are_the_calendar_s(tmp_path: Path) -> None:
    calendar = stays(tmp_path / "a", View(), Calendar())
    assert stays(tmp_path / "b", View(clock="working"), ROUND_THE_CLOCK) == calendar


def test_time_to_a_step_stays_elapsed_time(tmp_path: Path) -> None:
    store = store_of(tmp_path, LEADS, MOVES)
    texts = {
        Scope(View(clock=clock), store.generation()).selects.reaches
        for clock in ("calendar", "working")
    }
    assert len(texts) == 1
