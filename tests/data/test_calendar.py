"""The calendar: what is written is read back; what cannot be used is said; holidays are off."""

import subprocess
import sys
from datetime import date

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from data.calendar import WEEKDAYS, Calendar
from data.pipeline import Pipeline, PipelineError

STAGES = '[[stages]]\nslug = "a"\ngroup = "lead"\n[[stages]]\nslug = "b"\ngroup = "customer"\n'


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any valid calendar."""
    opens, closes = sorted(
        draw(st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True))
    )
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1))
    return Calendar(draw(st.sampled_from(["VN", "", "NL", "BR"])), tuple(days), opens, closes)


def of(table: str) -> Calendar:
    return Pipeline.parse(f"{STAGES}[calendar]\n{table}").calendar


@given(calendars())
def test_it_survives_its_text(calendar: Calendar) -> None:
    text = STAGES + tomli_w.dumps({"calendar": calendar.to_table()})
    assert Pipeline.parse(text).calendar == calendar


def test_what_is_not_said_is_the_default() -> None:
    assert Pipeline.parse(STAGES).calendar == of("") == Calendar() == Pipeline.default().calendar
    assert Calendar("VN", ("mon", "tue", "wed", "thu", "fri"), 480, 1050) == Calendar()
    assert of('working_days = ["sat", "mon"]\ncloses = "24:00"') == Calendar(
        working_days=("mon", "sat"), closes=1440
    )


def test_the_length_of_a_working_day() -> None:
    assert Calendar().day_seconds == 9.5 * 3600
    assert of('opens = "00:00"\ncloses = "24:00"').day_seconds == 86_400


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('country = "ZZ"', "no holidays are known for 'ZZ'"),
        ('country = "vn"', "no holidays are known for 'vn'"),
        ('country = "Viet Nam"', "no holidays are known for"),
        ("country = 84", "country: must be a text in quotes, not 84"),
        ("working_days = []", "working_days: write some of mon, tue"),
        ('working_days = ["monday"]', "working_days: write some of mon, tue"),
        ('working_days = "mon"', "working_days: write a list"),
        ("working_days = [1, 2]", "working_days: write a list of texts"),
        ('opens = "8:00"', "opens: '8:00' is not an hour"),
        ('closes = "24:01"', "closes: '24:01' is not an hour"),
        ('closes = "17:60"', "closes: '17:60' is not an hour"),
        ("closes = 17:30:00", "closes: must be a text in quotes, not .*17, 30"),
        ('opens = "18:00"', "opens must be before closes"),
        ('opens = "17:30"', "opens must be before closes"),
        ('lunch = "12:00"', "lunch: no such key; there are country, working_days, opens, closes"),
    ],
    ids=(
        "unknown-country small-letters country-name country-number no-days unknown-day "
        "days-text day-numbers one-digit-hour after-midnight sixty-minutes time-value "
        "opens-after-closing opens-at-closing unknown-key"
    ).split(),
)
def test_what_cannot_be_used_is_said(table: str, message: str) -> None:
    with pytest.raises(PipelineError, match=rf"\[?calendar\]?.*{message}"):
        of(table)


@pytest.mark.parametrize(
    "calendar",
    ["calendar = 5", "[[calendar]]"],
    ids="number list".split(),
)
def test_it_is_one_table(calendar: str) -> None:
    text = f"{calendar}\n{STAGES}" if "=" in calendar else f"{STAGES}{calendar}"
    with pytest.raises(PipelineError, match="calendar: must be a table"):
        Pipeline.parse(text)


@pytest.mark.parametrize(
    ("calendar", "worked"),
    [
        (Calendar(), [26, 27, 28, 29]),  # 30 April is Reunification Day, 1 May Labour Day
        (Calendar(""), [26, 27, 28, 29, 30]),
        (Calendar("", WEEKDAYS), [25, 26, 27, 28, 29, 30]),
        (Calendar("NL"), [26, 28, 29, 30]),  # 27 April is King's Day
        (Calendar(working_days=("sun",)), [25]),
    ],
    ids="viet-nam no-holidays every-day netherlands sundays".split(),
)
def test_working_days(calendar: Calendar, worked: list[int]) -> None:
    days = calendar.days(date(2027, 4, 25), date(2027, 4, 30))
    assert [day.day for day in days] == worked


def test_tet_is_a_holiday() -> None:
    assert Calendar().days(date(2026, 2, 14), date(2026, 2, 22)) == []


def test_holidays_are_looked_up_only_when_they_are_needed() -> None:
    script = (
        "import sys; from data.pipeline import Pipeline; Pipeline.default(); "
        "assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
