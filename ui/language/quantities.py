"""Numbers with their unit in words: days, points."""

from ui.language.formats import NOTHING, _decimal, _hundredfold, _missing
from ui.language.messages import _, _n

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def points(delta: float | None, digits: int = 1) -> str:
    """A difference of two fractions, in percentage points: `−6,2 điểm`."""
    if _missing(delta):
        return NOTHING
    return _("{delta} points", delta=_decimal(_hundredfold(delta), digits, sign=True))


def duration(seconds: float | None, day_seconds: float = _DAY) -> str:
    """A length of time in its one fitting unit: `21,5 ngày`, `5 giờ`, `40 giây`.

    Working time is in working days of `day_seconds`.
    """
    if seconds is None or _missing(seconds):
        return NOTHING
    if seconds >= 2 * day_seconds:
        return days(seconds / day_seconds)
    if seconds >= _HOUR:
        amount = _decimal(seconds / _HOUR, _digits(seconds / _HOUR))
        return _n("{amount} hour", "{amount} hours", _plural(seconds / _HOUR), amount=amount)
    if seconds >= _MINUTE:
        return _n("{n} minute", "{n} minutes", round(seconds / _MINUTE))
    return _n("{n} second", "{n} seconds", round(seconds))


def days(count: float | None) -> str:
    """A number of days: `21,5 ngày`, from 30 days on in whole ones."""
    if count is None or _missing(count):
        return NOTHING
    amount = _decimal(count, _digits(count))
    return _n("{amount} day", "{amount} days", _plural(count), amount=amount)


def _digits(amount: float) -> int:
    """Decimals worth saying: none from 30 on, nor when they would be a bare zero."""
    return 0 if amount >= 30 or round(amount, 1) == round(amount) else 1


def _plural(amount: float) -> int:
    return 1 if round(amount, 1) == 1 else 2
