"""What periods are called: a quarter, a month or a year by its name, other days by their dates."""

from datetime import date

from analytics.view.periods import whole_months
from ui.language import formats
from ui.language.messages import _, _n, _p


def name(first: date, last: date) -> str:
    """`Q3 2026`, `September 2026`, `2026`, or the dates of other days."""
    return _named(first, last) or formats.days_between(first, last)


def compared(first: date, last: date) -> str:
    """The name within a sentence: `Q2 2026`."""
    if whole_months(first, last) == 3 and first.month % 3 == 1:
        quarter = first.month // 3 + 1
        return _p("within a sentence", "Q{quarter} {year}", quarter=quarter, year=first.year)
    if _named(first, last) is None and whole_months(first, last):
        return _between_months(first, last)
    return name(first, last)


def short(first: date, last: date) -> str:
    """The same within a sentence about it, without the year: `Q3`, `September`, `the period`."""
    months = whole_months(first, last)
    if months == 1:
        return _("month {month}", month=formats.month(first, year=False))
    if months == 3 and first.month % 3 == 1:
        return _p("within a sentence", "Q{quarter}", quarter=first.month // 3 + 1)
    if months == 12 and first.month == 1:
        return str(first.year)
    return _("the period")


def within(first: date, last: date) -> str:
    """The same within a sentence that says all of it: `Q3`, or the dates of other days."""
    return short(first, last) if _named(first, last) else formats.days_between(first, last)


def first_days(
    first: date, last: date, whole: tuple[date, date], *, with_year: bool = False
) -> str:
    """The first days of a period: `the first 31 days of Q4`."""
    period = name(*whole) if with_year else short(*whole)
    days = (last - first).days + 1
    return _n("the first day of {period}", "the first {n} days of {period}", days, period=period)


def running(first: date, last: date, whole: tuple[date, date]) -> str:
    """A period that has only begun, with the days of it so far, for a control."""
    return _(
        "{name} so far ({first}–{last})",
        name=name(*whole),
        first=formats.short_day(first),
        last=formats.short_day(last),
    )


def label(first: date, last: date) -> str:
    """A period's name with its days, for a control: `Q3 2026 (01/07–30/09)`.

    Several whole months are so many: `12 months (Nov 2025–Oct 2026)`.
    """
    named = _named(first, last)
    if named is None:
        months = whole_months(first, last)
        if not months:
            return formats.days_between(first, last)
        between = _between_months(first, last)
        return _n("{n} month ({months})", "{n} months ({months})", months, months=between)
    return _(
        "{name} ({first}–{last})",
        name=named,
        first=formats.short_day(first),
        last=formats.short_day(last),
    )


def _between_months(first: date, last: date) -> str:
    return f"{formats.month(first)}–{formats.month(last)}"


def _named(first: date, last: date) -> str | None:
    months = whole_months(first, last)
    if months == 1:
        return formats.month(first)
    if months == 3 and first.month % 3 == 1:
        return _p("a period", "Q{quarter} {year}", quarter=first.month // 3 + 1, year=first.year)
    if months == 12 and first.month == 1:
        return str(first.year)
    return None
