"""Numbers with their unit in words: days, points."""

from ui.language.formats import NOTHING, decimals_of, is_missing, number, signed
from ui.language.messages import _, _n

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def points(delta: float | None, digits: int = 1) -> str:
    """A difference of two fractions, in percentage points: `−6,2 điểm`."""
    if delta is None or is_missing(delta):
        return NOTHING
    return _("{delta} points", delta=signed(delta * 100, digits))


def duration(seconds: float | None, day_seconds: float = _DAY, *, whole: bool = False) -> str:
    """A length of time in the one unit that fits: `22 ngày`, `5 giờ`, `40 giây`.

    Working time is in working days of `day_seconds`. A `whole` one has no decimals: among others in
    a story all are written alike.
    """
    if seconds is None or is_missing(seconds):
        return NOTHING
    if seconds >= 2 * day_seconds:
        return days(round(seconds / day_seconds) if whole else seconds / day_seconds)
    if seconds >= _HOUR:
        hours = round(seconds / _HOUR) if whole else seconds / _HOUR
        amount = number(hours, _digits(hours))
        return _n("{amount} hour", "{amount} hours", _plural(hours), amount=amount)
    if seconds >= _MINUTE:
        return _n("{n} minute", "{n} minutes", round(seconds / _MINUTE))
    return _n("{n} second", "{n} seconds", round(seconds))


def working(seconds: float | None, day_seconds: float) -> str:
    """A length of working time by that name: `3,5 ngày làm việc`, `5 giờ làm việc`."""
    if seconds is None or is_missing(seconds) or seconds < _HOUR:
        return duration(seconds)
    is_days = seconds >= 2 * day_seconds
    length = seconds / (day_seconds if is_days else _HOUR)
    amount = number(length, _digits(length))
    if is_days:
        return _n("{amount} working day", "{amount} working days", _plural(length), amount=amount)
    return _n("{amount} working hour", "{amount} working hours", _plural(length), amount=amount)


def days(count: float | None, digits: int | None = None) -> str:
    """A number of days: `3,5 ngày`; whole ones from ten on, or with so many `digits`."""
    if count is None or is_missing(count):
        return NOTHING
    amount = number(count, _digits(count) if digits is None else digits)
    return _n("{amount} day", "{amount} days", _plural(count), amount=amount)


def _digits(amount: float) -> int:
    """The decimals to show: none from ten on, nor where it would be a zero."""
    return 0 if round(amount, 1) == round(amount) else decimals_of(amount)


def _plural(amount: float) -> int:
    """The count that decides the plural of an amount with decimals."""
    return 1 if round(amount, 1) == 1 else 2
