"""Numbers, dates and money as the reader's language writes them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from math import isfinite
from numbers import Real
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names, get_timezone_location
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    get_currency_symbol,
)

from ui.language.current import lang

NOTHING = "–"  # a number that does not exist, such as a rate of no leads
_MONEY_UNITS = (1e9, 1e6, 1e3)
_TEN = 9.95  # what one decimal would write as ten


def is_missing(value: object) -> bool:
    """Whether a number does not exist: None, NaN, infinite, or the NA of pandas."""
    # Numbers in a data frame are NumPy's; NA is no number at all.
    return not isinstance(value, Real) or not isfinite(value)


def number(value: float | None, digits: int = 0) -> str:
    """A count or a measure: `12.480`, `3,7`."""
    return _decimal(value, digits)


def one_decimal(value: float | None) -> str:
    """A measure to one decimal: `3,7`."""
    return _decimal(value, 1)


def measure(value: float | None) -> str:
    """A measure with no more decimals than say something: `3,7` below ten, `690` from there on."""
    return _decimal(value, decimals_of(value))


def decimals_of(value: float | None) -> int:
    """How many decimals a measure has: one below ten, none from there on."""
    return 0 if value is None or is_missing(value) or abs(value) >= _TEN else 1


def percent(share: float | None, digits: int = 1) -> str:
    """A fraction as a percentage: `38,1%`."""
    return NOTHING if is_missing(share) else _decimal(_hundredfold(share), digits) + "%"


def interval(
    low: float | None, high: float | None, digits: int = 1, *, of_difference: bool = False
) -> str:
    """An interval of fractions, in per cent without the sign: `36,8–39,4`."""
    return span(_hundredfold(low), _hundredfold(high), digits, of_difference=of_difference)


def span(
    low: float | None, high: float | None, digits: int = 0, *, of_difference: bool = False
) -> str:
    """An interval of numbers: `104–148`.

    Where one of them may be below zero, as in one `of_difference`, a dash would be read as a minus:
    all of these are in words, `−31 đến −13`.
    """
    if low is None or high is None or is_missing(low) or is_missing(high):
        return NOTHING
    return between(
        _decimal(low, digits),
        _decimal(high, digits),
        in_words=of_difference or low < 0 or high < 0,
    )


def between(low: str, high: str, *, in_words: bool = True) -> str:
    """An interval of two texts, such as amounts of money: `1 tỷ ₫ đến 2 tỷ ₫`."""
    if not in_words:
        return f"{low}–{high}"
    return f"{low} đến {high}" if lang() == "vi" else f"{low} to {high}"


def signed(value: float | None, digits: int = 0) -> str:
    """A difference with its sign: `+52`, `−37`, `0`."""
    return _decimal(value, digits, sign=True)


def change(ratio: float | None, digits: int = 1) -> str:
    """A relative change: `+8,2%`, `−8,7%`."""
    return NOTHING if is_missing(ratio) else _decimal(_hundredfold(ratio), digits, sign=True) + "%"


def money(amount: float | None, currency: str, *, compact: bool = True) -> str:
    """An amount: `1,2 tỷ ₫`, or in full `1.234.567.890 ₫`."""
    if amount is None or is_missing(amount):
        return NOTHING
    if not compact or abs(amount) < 1000:
        return _minus(format_currency(amount, currency, locale=lang()))
    vietnamese = lang() == "vi"
    # Only the long names are the ones people say: `1,2 T` would be read as anything.
    short = format_compact_decimal(
        abs(amount),
        format_type="long" if vietnamese else "short",
        locale=lang(),
        fraction_digits=1,
    )
    symbol = get_currency_symbol(currency, locale=lang())
    sign = "−" if amount < 0 else ""
    return f"{sign}{short}\N{NO-BREAK SPACE}{symbol}" if vietnamese else f"{sign}{symbol}{short}"


def money_scale(amounts: Iterable[float]) -> float:
    """One unit for many amounts side by side, so that it is said once and cells hold them.

    The largest of a thousand, a million, a billion that the largest amount reaches; else 1.
    """
    most = max((abs(amount) for amount in amounts if isfinite(amount)), default=0.0)
    return next((each for each in _MONEY_UNITS if most >= each), 1.0)


def money_unit(scale: float, currency: str) -> str:
    """The name of a unit: `tỷ ₫`, `₫B`."""
    return money(scale, currency).replace("1", "", 1).strip()


def money_in(amount: float, scale: float) -> str:
    """An amount in a unit, to about three significant digits: `0,17`, `9,8`, `753`."""
    share = abs(amount) / scale
    return number(amount / scale, 2 if 0 < share < 0.995 else 1 if share < 99.5 else 0)


def day(when: date) -> str:
    """A day: `24/08/2026`, `24 Aug 2026`."""
    return format_date(when, "dd/MM/y" if lang() == "vi" else "d MMM y", locale=lang())


def short_day(when: date) -> str:
    """A day of a year that is understood: `24/08`, `24 Aug`."""
    return format_date(when, "dd/MM" if lang() == "vi" else "d MMM", locale=lang())


def days_between(first: date, last: date) -> str:
    """A period, both days included: `24/08 – 21/11/2026`; the year is said once when it can be."""
    start = short_day(first) if first.year == last.year else day(first)
    return f"{start} – {day(last)}"


def day_field() -> str:
    """How a field writes the day that is typed into it, in Streamlit's words."""
    return "DD/MM/YYYY" if lang() == "vi" else "YYYY-MM-DD"


def month(when: date, *, year: bool = True) -> str:
    """A month: `T9/2026`, `Sep 2026`; without the year `T9`, `Sep`."""
    pattern = ("'T'M/y" if year else "'T'M") if lang() == "vi" else ("MMM y" if year else "MMM")
    return format_date(when, pattern, locale=lang())


def instant(when: datetime, zone: str) -> str:
    """A time in the store's zone: `21/11/2026, 06:00`. One without a zone is UTC, as stored."""
    local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone))
    pattern = "dd/MM/y, HH:mm" if lang() == "vi" else "d MMM y, HH:mm"
    return format_datetime(local, pattern, tzinfo=ZoneInfo(zone), locale=lang())


def zone(name: str) -> str:
    """A time zone by its place: `Giờ Việt Nam`, `Vietnam Time`."""
    return name if name == "UTC" else get_timezone_location(name, locale=lang())


def weekdays(numbers: Sequence[int]) -> str:
    """Days of the week, Monday being 0, in order: `T2–T6`, `Mon–Fri`, `Mon, Wed`."""
    # The short names are those on a Vietnamese shop's door; English ones are cut too far.
    names = get_day_names("short" if lang() == "vi" else "abbreviated", locale=lang())
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{names[numbers[0]]}–{names[numbers[-1]]}"
    return ", ".join(names[number] for number in numbers)


def country(code: str) -> str:
    """A country by its ISO code: `Việt Nam`, `Vietnam`; a code nobody knows stays one."""
    return str(Locale.parse(lang()).territories.get(code, code))


def _decimal(value: float | None, digits: int, *, sign: bool = False) -> str:
    if value is None or is_missing(value):
        return NOTHING
    # As Babel's `format_decimal` does it, which takes twenty times as long: a page has hundreds.
    text = f"{Decimal(str(value)):,.{digits}f}".translate(_separators(lang()))
    nothing_left = not any(digit in text for digit in "123456789")
    if nothing_left:
        return text.removeprefix("-")
    return _minus(f"+{text}" if sign and value > 0 else text)


@cache
def _separators(language: str) -> dict[int, str]:
    symbols = Locale.parse(language).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


def _hundredfold(share: float | None) -> float | None:
    return None if share is None else share * 100


def _minus(text: str) -> str:
    return text.replace("-", "−")
