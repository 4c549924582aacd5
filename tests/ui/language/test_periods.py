"""Periods by their names: a quarter, a month, a year, the first days of one, and other days."""

from datetime import date

import pytest

from ui.language import current, periods

Q3, Q4 = (date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("lang", "whole", "first_days", "with_year", "running"),
    [
        (
            "vi",
            "quý 4",
            "31 ngày đầu quý 3",
            "31 ngày đầu Quý 3/2026",
            "Quý 4/2026 đến nay (01/10–31/10)",
        ),
        (
            "en",
            "Q4",
            "the first 31 days of Q3",
            "the first 31 days of Q3 2026",
            "Q4 2026 so far (1 Oct–31 Oct)",
        ),
    ],
    ids=["vi", "en"],
)
def test_a_period_that_has_only_begun(
    lang: str, whole: str, first_days: str, with_year: str, running: str
) -> None:
    current.use(lang)
    days, before = (Q4[0], date(2026, 10, 31)), (Q3[0], date(2026, 7, 31))
    assert periods.short(*Q4) == whole
    assert periods.first_days(*before, Q3) == first_days
    assert periods.first_days(*before, Q3, with_year=True) == with_year
    assert periods.running(*days, Q4) == running


@pytest.mark.parametrize(
    ("lang", "label", "compared"),
    [
        ("vi", "12 tháng (T11/2025–T10/2026)", "T11/2025–T10/2026"),
        ("en", "12 months (Nov 2025–Oct 2026)", "Nov 2025–Oct 2026"),
    ],
    ids=["vi", "en"],
)
def test_whole_months_are_months(lang: str, label: str, compared: str) -> None:
    current.use(lang)
    year = date(2025, 11, 1), date(2026, 10, 31)
    assert periods.label(*year) == label
    assert periods.compared(*year) == compared
    assert "2" in periods.label(date(2025, 11, 2), year[1]), "other days are days"
    assert periods.compared(date(2026, 9, 2), Q3[1]) == periods.name(date(2026, 9, 2), Q3[1])


def test_one_day_is_one() -> None:
    current.use("en")
    assert periods.first_days(Q4[0], Q4[0], Q4) == "the first day of Q4"
