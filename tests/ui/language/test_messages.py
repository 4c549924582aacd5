"""Words: translations keep what they are about; numbers and dates are as readers write them."""

import threading
from datetime import UTC, date, datetime
from string import Formatter

import numpy as np
import pandas as pd
import pytest
from babel.messages.catalog import Message

from ui.language import catalogue, current, formats, messages, quantities

DAY = 86400


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _texts(message: Message) -> tuple[str, ...]:
    assert message.string is not None
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_translations_keep_the_placeholders() -> None:
    for message in catalogue.read("vi"):
        if message.id and catalogue.translated(message):
            wanted = set().union(*map(_placeholders, _ids(message)))
            for text in _texts(message):
                assert _placeholders(text) == wanted, message.id


def test_translations_keep_the_spaces_around() -> None:
    for message in catalogue.read("vi"):
        if message.id and catalogue.translated(message):
            for text in _texts(message):
                original = _ids(message)[-1]
                assert text[:1].isspace() == original[:1].isspace(), message.id
                assert text[-1:].isspace() == original[-1:].isspace(), message.id


def test_messages() -> None:
    assert messages._("lost") == "đã rớt"
    assert messages._("all {rate}", rate="38,1%") == "chung 38,1%"
    assert messages._n("{n} lead", "{n} leads", 12480) == "12.480 lead"
    assert messages._p("group", "Leads") == "Lead"
    current.use("en")
    assert messages._("lost") == "lost"
    assert messages._n("{n} lead", "{n} leads", 1) == "1 lead"
    assert messages._n("{n} lead", "{n} leads", 0) == "0 leads"
    assert messages._p("group", "Leads") == "Leads"


def test_a_message_without_values_may_hold_braces() -> None:
    assert messages._("{as it is}") == "{as it is}"


def test_the_language_belongs_to_its_thread() -> None:
    current.use("en")
    heard: list[str] = []
    other = threading.Thread(target=lambda: heard.append(current.lang()))
    other.start()
    other.join()
    assert (heard, current.lang()) == (["vi"], "en")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("vi-VN", "vi"), ("en-GB", "en"), ("EN_us", "en"), ("fr", "vi"), (None, "vi"), ("", "vi")],
)
def test_language_of_a_first_visit(locale: str | None, expected: str) -> None:
    assert current.spoken(locale) == expected


def test_an_unknown_language_is_the_default() -> None:
    current.use("xx")
    assert current.lang() == "vi"


def _said() -> list[str]:
    # A number and its unit are not parted at the end of a line; here that does not matter.
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in _formatted()]


def _formatted() -> list[str]:
    return [
        formats.number(12480),
        formats.number(pd.Series([3]).iat[0]),  # NumPy's
        formats.number(3.7, 1),
        formats.percent(0.381),
        formats.interval(0.368, 0.394),
        formats.span(104, 148),
        formats.span(-31, -13),
        formats.interval(0.004, 0.02, of_difference=True),
        formats.between("1", "2"),
        formats.signed(52),
        formats.signed(-37),
        formats.signed(-0.2),
        formats.change(-0.087),
        quantities.points(-0.062),
        formats.money(1_234_567_890, "VND"),
        formats.money(1_234_567_890, "VND", compact=False),
        formats.money(-45_600_000, "VND"),
        formats.money(950, "VND"),
        formats.day(date(2026, 8, 24)),
        formats.short_day(date(2026, 8, 24)),
        formats.month(date(2026, 9, 1)),
        formats.month(date(2026, 9, 1), year=False),
        formats.days_between(date(2026, 8, 24), date(2026, 11, 21)),
        formats.days_between(date(2025, 8, 24), date(2026, 1, 2)),
        formats.instant(datetime(2026, 11, 20, 23, 0), "Asia/Ho_Chi_Minh"),
    ]


def test_numbers_and_dates_in_vietnamese() -> None:
    assert _said() == [
        *("12.480", "3", "3,7", "38,1%", "36,8–39,4", "104–148"),
        *("−31 đến −13", "0,4 đến 2,0", "1 đến 2"),
        *("+52", "−37", "0", "−8,7%", "−6,2 điểm"),
        *("1,2 tỷ ₫", "1.234.567.890 ₫", "−45,6 triệu ₫", "950 ₫"),
        *("24/08/2026", "24/08", "T9/2026", "T9", "24/08 – 21/11/2026", "24/08/2025 – 02/01/2026"),
        "21/11/2026, 06:00",
    ]


def test_numbers_and_dates_in_english() -> None:
    current.use("en")
    assert _said() == [
        *("12,480", "3", "3.7", "38.1%", "36.8–39.4", "104–148"),
        *("−31 to −13", "0.4 to 2.0", "1 to 2"),
        *("+52", "−37", "0", "−8.7%", "−6.2 points"),
        *("₫1.2B", "₫1,234,567,890", "−₫45.6M", "₫950"),
        *("24 Aug 2026", "24 Aug", "Sep 2026", "Sep"),
        *("24 Aug – 21 Nov 2026", "24 Aug 2025 – 2 Jan 2026", "21 Nov 2026, 06:00"),
    ]


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (1, "1 giây", "1 second"),
        (150, "2 phút", "2 minutes"),
        (3600, "1 giờ", "1 hour"),
        (1.5 * 3600, "1,5 giờ", "1.5 hours"),
        (47 * 3600, "47 giờ", "47 hours"),
        (2 * DAY, "2 ngày", "2 days"),
        (3.52 * DAY, "3,5 ngày", "3.5 days"),
        (21.52 * DAY, "22 ngày", "22 days"),
        (400.4 * DAY, "400 ngày", "400 days"),
    ],
)
def test_durations(seconds: float, vi: str, en: str) -> None:
    assert quantities.duration(seconds) == vi
    current.use("en")
    assert quantities.duration(seconds) == en


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(9.3 * 3600, "9 giờ"), (1.9 * DAY, "46 giờ"), (6.2 * DAY, "6 ngày"), (14 * DAY, "14 ngày")],
    ids=["hours", "nearly-two-days", "days", "two-weeks"],
)
def test_whole_durations_are_written_alike(seconds: float, said: str) -> None:
    assert quantities.duration(seconds, whole=True) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0,0"), (3.72, "3,7"), (-9.94, "−9,9"), (9.95, "10"), (690.2, "690"), (None, "–")],
)
def test_a_measure_has_a_decimal_below_ten(value: float | None, said: str) -> None:
    assert formats.measure(value) == said


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf"), pd.NA, np.float64("nan")])
def test_what_does_not_exist_is_a_dash(nothing: float | None) -> None:
    said = {
        formats.number(nothing),
        formats.percent(nothing),
        formats.interval(nothing, 0.5),
        formats.signed(nothing),
        formats.change(nothing),
        quantities.points(nothing),
        formats.money(nothing, "VND"),
        quantities.duration(nothing),
        quantities.days(nothing),
    }
    assert said == {formats.NOTHING}


def test_an_aware_instant_is_shown_in_the_zone_asked_for() -> None:
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert formats.instant(noon, "Europe/Berlin") == "01/07/2026, 14:00"
