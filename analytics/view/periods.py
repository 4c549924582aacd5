"""Periods by the calendar: named ones, the one before, the year before."""

from datetime import date, timedelta

DAY = timedelta(days=1)
DAY_SECONDS = 86_400
_SETTLING = timedelta(days=7)


def named_period(name: str, today: date) -> tuple[date, date]:
    """The days of a named period, seen from a day; 'this-…' runs to that day."""
    if name.endswith("d"):
        return today - timedelta(days=int(name.removeprefix("last-")[:-1]) - 1), today
    which, unit = name.split("-")
    start = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": date(today.year, today.month - (today.month - 1) % 3, 1),
        "year": date(today.year, 1, 1),
    }[unit]
    if which == "this":
        return start, today
    last = start - DAY
    return named_period(f"this-{unit}", last)


def settled_quarter(today: date) -> tuple[date, date]:
    """The last full quarter, seen from a day; in the first week after it still the one before."""
    return named_period("last-quarter", today - _SETTLING)


def whole_period(name: str, first: date) -> tuple[date, date]:
    """All days of the week, month, quarter or year of a 'this-…' that begins on a day."""
    unit = name.removeprefix("this-")
    if unit == "week":
        return first, first + 6 * DAY
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = first.year * 12 + first.month - 1 + months
    return first, date(index // 12, index % 12 + 1, 1) - DAY


def whole_months(first: date, last: date) -> int:
    """How many whole months the days are; 0 where they are not whole ones."""
    if first.day != 1 or (last + DAY).day != 1 or last < first:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def previous_period(first: date, last: date) -> tuple[date, date]:
    """The period just before: as many whole months when it is whole months, else as many days."""
    if months := whole_months(first, last):
        index = first.year * 12 + first.month - 1 - months
        return date(index // 12, index % 12 + 1, 1), first - DAY
    length = last - first + DAY
    return first - length, last - length


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
