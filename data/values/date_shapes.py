"""The shapes of dates: what each way of writing them looks like, and the SQL that reads it.

`data.values.dates` says which ways there are, and which of them a column has.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data.values.text import NOTHING

_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_PARTS = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
_SHORT = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}"
_CLOCK = r"[T ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?"
_NOON = rf"{_CLOCK} ?[AaPp][Mm]"
_OFFSET = rf"{_CLOCK} ?(Z|z|UTC|GMT|[+-]\d{{2}}(:?\d{{2}})?)"
_MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = (
    "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|"
    "oct(ober)?|nov(ember)?|dec(ember)?)[.]?"
)
_WEEKDAY = "((mon|tue|wed|thu|fri|sat|sun)[a-z]*[.]?,? +)?"
_DAY, _YEAR, _BETWEEN = r"\d{1,2}(st|nd|rd|th)?", r"(\d{4}|\d{2})", "[-/ .,]+"
_NAMED = (
    rf"(?i){_WEEKDAY}({_DAY}{_BETWEEN}(of )?{_MONTH}{_BETWEEN}{_YEAR}"
    rf"|{_MONTH}{_BETWEEN}{_DAY}{_BETWEEN}{_YEAR}|\d{{4}}{_BETWEEN}{_MONTH}{_BETWEEN}\d{{1,2}})"
)
_NAMED_VI = r"(?i)(ngày )?\d{1,2} (tháng|thg|th)[. ]*\d{1,2}(,? năm |[ ,./-]+)\d{4}"


def _as_it_is(text: str) -> str:
    return text


def _without_commas(text: str) -> str:
    """A comma may stand before the time of day, and before its fraction."""
    tidy = f"replace(regexp_replace({text}, '^([^ T,]+)[T ,]+', '\\1 '), ',', '.')"
    # Hardly any text has one, and to replace nothing takes as long.
    return f"case when contains({text}, ',') then {tidy} else {text} end"


def _without_space_before_noon(text: str) -> str:
    dashed = f"regexp_replace({text}, '^(\\d+)[-/](\\d+)[-/](\\d+)[T ,]+', '\\1-\\2-\\3 ')"
    return f"regexp_replace({dashed}, ' ([AaPp][Mm])$', '\\1')"


def _with_numeric_offset(text: str) -> str:
    tidy = f"regexp_replace({text}, ' ?(Z|z|UTC|GMT)$', '+00')"
    tidy = f"regexp_replace({tidy}, ' ([+-])', '\\1')"
    tidy = f"regexp_replace({tidy}, '^([^ T,]+)[T ,]+', '\\1 ')"
    return f"replace({tidy}, ',', '.')"


def _digits_of_month(text: str) -> str:
    return f"regexp_replace({text}, '^\\D+(\\d+)\\D+(\\d+)$', '\\1 \\2')"


def _short_month(text: str) -> str:
    return f"regexp_replace({text}, '^(...)\\D*', '\\1 ')"


def _numbers_of_day(text: str) -> str:
    """A day whose month has its Vietnamese name, a number, as numbers from the year on."""
    return f"regexp_replace({text}, '^\\D*(\\d+)\\D+(\\d+)\\D+(\\d{{4}})', '\\3-\\2-\\1')"


def _number_of_month(text: str) -> str:
    """A day whose month has its English name, as numbers from the year on."""
    clock = f"regexp_extract({text}, '[T ,]+\\d{{1,2}}:\\d{{2}}.*$')"
    day = f"left({text}, length({text}) - length({clock}))"
    name = f"lower(regexp_extract({day}, '(?i)({_MONTH_NAMES})'))"
    month = f"((strpos('{_MONTH_NAMES.replace('|', ' ')}', {name}) + 3) // 4)"
    first = f"regexp_extract({day}, '^\\D*(\\d+)', 1)"
    last = f"regexp_extract({day}, '(\\d+)\\D*$', 1)"
    year = f"case when length({first}) = 4 then {first} else {_whole_year(last)} end"
    of_month = f"case when length({first}) = 4 then {last} else {first} end"
    return f"rtrim(concat({year}, '-', {month}, '-', {of_month}, ' ', ltrim({clock}, 'T ,')))"


def _whole_year(text: str) -> str:
    """A year of four digits, or of two, as POSIX reads them."""
    century = f"case when {text} >= '69' then '19' else '20' end"
    return f"case when length({text}) = 2 then concat({century}, {text}) else {text} end"


@dataclass(frozen=True)
class Shape:
    """One way of writing dates: what it looks like, and how it is read.

    It is read by its formats, or by a cast where it has none. Nearly all dates have a shape that is
    cast: a list of formats takes up to twenty times as long, is at a loss with `24:00`, `Z` and
    mixed marks, and where fractions have nine digits it ends in the year 2262.
    """

    pattern: str
    formats: tuple[str, ...] = ()
    tidy: Callable[[str], str] = _as_it_is
    """What is done to the text before it is read, as SQL of the SQL of the text."""


SHAPES = {
    "iso": Shape(rf"{_ISO}({_CLOCK})?", tidy=_without_commas),
    "iso_noon": Shape(
        rf"{_ISO}{_NOON}",
        ("%Y-%m-%d %I:%M%p", "%Y-%m-%d %I:%M:%S%p", "%Y-%m-%d %I:%M:%S.%f%p"),
        _without_space_before_noon,
    ),
    "iso_offset": Shape(rf"{_ISO}{_OFFSET}", tidy=_with_numeric_offset),
    # All but the last two are put into the order of the above first, and then read as those.
    "parts": Shape(rf"{_PARTS}({_CLOCK})?"),
    "parts_noon": Shape(rf"{_PARTS}{_NOON}"),
    "parts_offset": Shape(rf"{_PARTS}{_OFFSET}"),
    "short_parts": Shape(rf"{_SHORT}({_CLOCK})?"),
    "short_parts_noon": Shape(rf"{_SHORT}{_NOON}"),
    "short_parts_offset": Shape(rf"{_SHORT}{_OFFSET}"),
    "named": Shape(rf"{_NAMED}({_CLOCK})?"),
    "named_noon": Shape(rf"{_NAMED}{_NOON}"),
    "named_offset": Shape(rf"{_NAMED}{_OFFSET}"),
    "vietnamese": Shape(rf"{_NAMED_VI}({_CLOCK})?"),
    "vietnamese_noon": Shape(rf"{_NAMED_VI}{_NOON}"),
    "vietnamese_offset": Shape(rf"{_NAMED_VI}{_OFFSET}"),
    "compact": Shape(r"\d{8}", ("%Y%m%d",)),
    "compact_time": Shape(r"(19|20)\d{12}", ("%Y%m%d%H%M%S",)),
    "serial": Shape(r"(2[6-9]\d{3}|[3-6]\d{4}|7[0-2]\d{3})([.,]\d{1,15})?"),
    "seconds": Shape(r"[1-9]\d{8,9}([.]\d{1,9})?"),
    "milliseconds": Shape(r"[1-9]\d{11,12}"),
    "microseconds": Shape(r"[1-9]\d{14,15}"),
    "nothing": Shape(NOTHING),
    "month": Shape(r"\d{4}[-/]\d{1,2}", ("%Y-%m", "%Y/%m")),
}
NUMBERS = ("serial", "seconds", "milliseconds", "microseconds")
"""Shapes that are dates in a column of dates only."""
MONTHS = {
    "month": SHAPES["month"],
    "month_year": Shape(r"\d{1,2}[-/.]\d{4}", ("%m-%Y", "%m/%Y", "%m.%Y")),
    "month_vi": Shape(
        r"(?i)(t|th|thg|tháng)[ .]*\d{1,2}( năm |[ ./-]+)\d{4}", ("%m %Y",), _digits_of_month
    ),
    "month_name": Shape(rf"(?i)({_MONTH_NAMES})[a-z]*[ .,/-]+\d{{4}}", ("%b %Y",), _short_month),
}
"""The shapes of a whole month. All but the first are read only where one may be meant."""


def has_shape(text: str, shapes: Mapping[str, Shape]) -> str:
    patterns = "|".join(f"({shape.pattern})" for shape in shapes.values())
    return f"regexp_full_match({text}, '{patterns}')"


def is_date_text(text: str) -> bool:
    """Whether a text has one of the shapes of dates that are read here."""
    return any(
        re.fullmatch(shape.pattern, text.strip())
        for name, shape in SHAPES.items()
        if name not in (*NUMBERS, "nothing")
    )


def reading_of(name: str, text: str, order: str, offset: int | None = None) -> str:
    """The SQL of the instant of a text that has the shape of this name.

    Uses the parameter `$zone` unless all times are so many minutes east of Greenwich.
    """
    found = _reading(name, text, order)
    return found if offset is None else found.replace(_IN_ZONE, _at_offset(offset))


def _reading(name: str, text: str, order: str) -> str:
    """The instant of a text that has the shape of this name."""
    if name.startswith("short"):
        for century, years in (("19", "69|[7-9][0-9]"), ("20", "[0-5][0-9]|6[0-8]")):
            short = rf"^(\d+[-/.]\d+[-/.])({years})([T ,]|$)"
            text = f"regexp_replace({text}, '{short}', '\\1{century}\\2\\3')"
        name = name.removeprefix("short_")
    if name.startswith("parts"):
        year_first = r"\3-\2-\1 " if order == "dmy" else r"\3-\1-\2 "
        parts = r"^(\d+)[-/.](\d+)[-/.](\d+)[T ,]*"
        text = f"rtrim(regexp_replace({text}, '{parts}', '{year_first}'))"
        name = name.replace("parts", "iso")
    elif name.startswith("named"):
        text, name = _number_of_month(text), name.replace("named", "iso")
    elif name.startswith("vietnamese"):
        text, name = _numbers_of_day(text), name.replace("vietnamese", "iso")
    elif name == "nothing":
        return "cast(null as timestamp)"
    elif name in NUMBERS:
        return _from_number(name, text)
    shape = (SHAPES | MONTHS)[name]
    tidy = shape.tidy(text)
    if shape.formats:
        return _from_zone(f"try_strptime({tidy}, {list(shape.formats)!r})")
    if name.endswith("offset"):
        return f"timezone('UTC', try_cast({tidy} as timestamptz))"
    return _from_zone(f"try_cast({tidy} as timestamp)")


_IN_ZONE = "timezone('UTC', timezone($zone, "


def _from_zone(naive: str) -> str:
    return f"{_IN_ZONE}{naive}))"


def _at_offset(minutes: int) -> str:
    return f"((interval '{-minutes:d} minutes' + "


def _from_number(name: str, text: str) -> str:
    """The instant of a number: of Excel's days, in the zone of the load, or of time since 1970."""
    if name == "serial":
        seconds = f"round(cast(replace({text}, ',', '.') as double) * 86400)"
        return _from_zone(
            f"timestamp '1899-12-30' + to_microseconds(cast({seconds} as bigint) * 1000000)"
        )
    scale = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}[name]
    micros = f"cast(try_cast({text} as decimal(28, 9)) * {scale:d} as bigint)"
    # (a telephone number is as long, and of another time)
    return (
        f"case when {micros} between epoch_us(timestamp '1990-01-01') "
        f"and epoch_us(timestamp '2100-01-01') then make_timestamp({micros}) end"
    )
