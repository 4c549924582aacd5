"""What the screens say: messages in the reader's language, and numbers, dates and money in it.

English text is the key; Vietnamese comes from `locales` (see `catalogue.py`). The language
belongs to one run of one page (a ContextVar), so two readers never share it. A new thread starts
in Vietnamese: whoever draws in one (a fragment, a callback) calls `use` first.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, date, datetime
from math import isfinite
from numbers import Real
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names, get_timezone_location
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_currency_symbol,
)

from ui.language import catalogue

LANGUAGES: Mapping[str, str] = MappingProxyType({"vi": "Tiếng Việt", "en": "English"})
DEFAULT = "vi"
NOTHING = "–"  # a number that does not exist, such as a rate of no leads

_LANGUAGE: ContextVar[str] = ContextVar("language", default=DEFAULT)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def use(lang: str) -> None:
    """Makes a language that of this run; one we do not speak becomes the default."""
    _LANGUAGE.set(lang if lang in LANGUAGES else DEFAULT)


def lang() -> str:
    """The language of this run: `vi` or `en`."""
    return _LANGUAGE.get()


def spoken(locale: str | None) -> str:
    """The language for a browser's locale (`en-GB`), which only decides a first visit."""
    code = (locale or "").lower().replace("_", "-").split("-")[0]
    return code if code in LANGUAGES else DEFAULT


# --- messages ---------------------------------------------------------------------------------


def _(message: str, **values: object) -> str:
    """A message in the reader's language, its `{placeholders}` filled with ready texts."""
    return _filled(_translation(message), values)


def _p(context: str, message: str, **values: object) -> str:
    """A message whose English is ambiguous: the context says which one is meant."""
    return _filled(_translation(message, context), values)


def _n(singular: str, plural: str, count: int, **values: object) -> str:
    """A message that depends on a count, which fills `{n}` as the language writes numbers."""
    entry = catalogue.read(lang()).get((singular, plural))
    text = singular if count == 1 else plural
    if entry is not None and catalogue.translated(entry) and isinstance(entry.string, tuple):
        text = entry.string[0]  # Vietnamese has one form
    return _filled(text, {"n": number(count), **values})


def N_(message: str) -> str:
    """Marks a message in a table, to be translated where it is shown."""
    return message


def N_p(context: str, message: str) -> tuple[str, str]:
    """Marks an ambiguous message in a table; show it by `_p(*marked)`."""
    return context, message


def _translation(message: str, context: str | None = None) -> str:
    entry = catalogue.read(lang()).get(message, context)
    return str(entry.string) if entry is not None and catalogue.translated(entry) else message


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format_map(values) if values else text


# --- numbers ----------------------------------------------------------------------------------


def number(value: float | None, digits: int = 0) -> str:
    """A count or a measure: `12.480`, `3,7`."""
    return _decimal(value, digits)


def percent(share: float | None, digits: int = 1) -> str:
    """A fraction as a percentage: `38,1%`."""
    return NOTHING if _missing(share) else _decimal(_hundredfold(share), digits) + "%"


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """An interval of fractions, in per cent without the sign: `36,8–39,4`."""
    return span(_hundredfold(low), _hundredfold(high), digits)


def span(low: float | None, high: float | None, digits: int = 0) -> str:
    """An interval of numbers: `104–148`, and `−31 … −13` where a dash would be read as a minus."""
    if low is None or high is None or _missing(low) or _missing(high):
        return NOTHING
    between = " … " if low < 0 or high < 0 else "–"
    return _decimal(low, digits) + between + _decimal(high, digits)


def signed(value: float | None, digits: int = 0) -> str:
    """A difference with its sign: `+52`, `−37`, `0`."""
    return _decimal(value, digits, sign=True)


def change(ratio: float | None, digits: int = 1) -> str:
    """A relative change: `+8,2%`, `−8,7%`."""
    return NOTHING if _missing(ratio) else _decimal(_hundredfold(ratio), digits, sign=True) + "%"


def points(delta: float | None, digits: int = 1) -> str:
    """A difference of two fractions, in percentage points: `−6,2 điểm`."""
    if _missing(delta):
        return NOTHING
    return _("{delta} points", delta=_decimal(_hundredfold(delta), digits, sign=True))


def money(amount: float | None, currency: str, *, compact: bool = True) -> str:
    """An amount: `1,2 tỷ ₫`, or in full `1.234.567.890 ₫`."""
    if amount is None or _missing(amount):
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


# --- dates ------------------------------------------------------------------------------------


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


# --- parts ------------------------------------------------------------------------------------


def _decimal(value: float | None, digits: int, *, sign: bool = False) -> str:
    if value is None or _missing(value):
        return NOTHING
    zeros = f".{'0' * digits}" if digits else ""
    text = format_decimal(value, f"#,##0{zeros}", locale=lang())
    nothing_left = not any(digit in text for digit in "123456789")
    if nothing_left:
        return text.removeprefix("-")
    return _minus(f"+{text}" if sign and value > 0 else text)


def _digits(amount: float) -> int:
    """Decimals worth saying: none from 30 on, nor when they would be a bare zero."""
    return 0 if amount >= 30 or round(amount, 1) == round(amount) else 1


def _plural(amount: float) -> int:
    return 1 if round(amount, 1) == 1 else 2


def _hundredfold(share: float | None) -> float | None:
    return None if share is None else share * 100


def _missing(value: object) -> bool:
    # pandas' own NA is no number at all; numbers out of a frame are numpy's.
    return not isinstance(value, Real) or not isfinite(value)


def _minus(text: str) -> str:
    return text.replace("-", "−")
