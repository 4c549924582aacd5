"""Columns of text become instants: naive UTC timestamps, worked out in SQL.

- ISO dates and times: `2024-03-01`, `2024-03-01T09:30:00.5+07:00`, `2024/3/1 9:30`, `20240301`;
- days and months in either order: `1/3/2024`, `01-03-2024 09:30`, `1.3.2024 9:30 PM`, `1/3/24`;
- months by name: `Mar 1, 2024`, `1 March 2024 09:30`, `01-Mar-24`, `Fri, 01 Mar 2024 09:30 +0000`,
  `1 tháng 3 năm 2024`, `1 thg 3, 2024`;
- numbers, in a column of dates: `46027.4`, the days of Excel since the end of 1899; seconds, milli-
  and microseconds since 1970, of ten, thirteen and sixteen digits; `20240301093000`;
- the same with the time first, a weekday, the words `lúc`, `SA`, `CH`, `chiều`, `9h30`, or the name
  of a zone: `09:30 1/3/2024`, `Thứ Sáu, 1/3/2024 2:05 CH`;
- months, which are their first day: `2024-03`, and where a whole month may be meant `03/2024`,
  `T3/2024`, `Tháng 3 năm 2024` and `Mar 2024` as well.

Days that stand for none, such as `9999-12-31`, `0000-00-00` and `1900-01-01`, and words such as
`N/A`, are empty. Weeks (`2024-W09`) are no instants.

Times without an offset are in the zone given, or that of the header: `Created (UTC)`. Who writes
the time of day or the weekday in Vietnamese writes the day first. Of two digits 69 to 99 are the
years 1969 to 1999, 00 to 68 the years 2000 to 2068, as POSIX has it.

Source: IEEE Std 1003.1, strptime, `%y`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import duckdb

from data.connection import row, value
from data.errors import LoadError
from data.values.text import NOTHING

ORDERS = ("dmy", "mdy")

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
_NO_DAY = (
    r"(0000|0001|9999|2999)[-/.]?\d{1,2}[-/.]?\d{1,2}([T ].*)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](0000|0001|9999|2999)( .*)?"
    r"|1900[-/.]0?1[-/.]0?[01]([T ].*)?|0?[01][-/.]0?1[-/.]1900( .*)?"
    r"|1899[-/.]12[-/.]3[01]([T ].*)?|3[01][-/.]12[-/.]1899( .*)?|0?0:00(:00)?|0"
)
_MIDNIGHT = (
    r"([T ,]|^)0?0:00(:00([.,]0+)?)?( ?(Z|z|UTC|GMT|[+-]\d{2}(:?\d{2})?))?$"
    r"|[T ,]12:00(:00([.,]0+)?)? ?[Aa][Mm]$"
)


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
class _Shape:
    """One way of writing dates: what it looks like, and how it is read.

    It is read by its formats, or by a cast where it has none. Nearly all dates have a shape that is
    cast: a list of formats takes up to twenty times as long, is at a loss with `24:00`, `Z` and
    mixed marks, and where fractions have nine digits it ends in the year 2262.
    """

    pattern: str
    formats: tuple[str, ...] = ()
    tidy: Callable[[str], str] = _as_it_is
    """What is done to the text before it is read, as SQL of the SQL of the text."""


_SHAPES = {
    "iso": _Shape(rf"{_ISO}({_CLOCK})?", tidy=_without_commas),
    "iso_noon": _Shape(
        rf"{_ISO}{_NOON}",
        ("%Y-%m-%d %I:%M%p", "%Y-%m-%d %I:%M:%S%p", "%Y-%m-%d %I:%M:%S.%f%p"),
        _without_space_before_noon,
    ),
    "iso_offset": _Shape(rf"{_ISO}{_OFFSET}", tidy=_with_numeric_offset),
    # All but the last two are put into the order of the above first, and then read as those.
    "parts": _Shape(rf"{_PARTS}({_CLOCK})?"),
    "parts_noon": _Shape(rf"{_PARTS}{_NOON}"),
    "parts_offset": _Shape(rf"{_PARTS}{_OFFSET}"),
    "short_parts": _Shape(rf"{_SHORT}({_CLOCK})?"),
    "short_parts_noon": _Shape(rf"{_SHORT}{_NOON}"),
    "short_parts_offset": _Shape(rf"{_SHORT}{_OFFSET}"),
    "named": _Shape(rf"{_NAMED}({_CLOCK})?"),
    "named_noon": _Shape(rf"{_NAMED}{_NOON}"),
    "named_offset": _Shape(rf"{_NAMED}{_OFFSET}"),
    "vietnamese": _Shape(rf"{_NAMED_VI}({_CLOCK})?"),
    "vietnamese_noon": _Shape(rf"{_NAMED_VI}{_NOON}"),
    "vietnamese_offset": _Shape(rf"{_NAMED_VI}{_OFFSET}"),
    "compact": _Shape(r"\d{8}", ("%Y%m%d",)),
    "compact_time": _Shape(r"(19|20)\d{12}", ("%Y%m%d%H%M%S",)),
    "serial": _Shape(r"(2[6-9]\d{3}|[3-6]\d{4}|7[0-2]\d{3})([.,]\d{1,15})?"),
    "seconds": _Shape(r"[1-9]\d{8,9}([.]\d{1,9})?"),
    "milliseconds": _Shape(r"[1-9]\d{11,12}"),
    "microseconds": _Shape(r"[1-9]\d{14,15}"),
    "nothing": _Shape(NOTHING),
    "month": _Shape(r"\d{4}[-/]\d{1,2}", ("%Y-%m", "%Y/%m")),
}
_NUMBERS = ("serial", "seconds", "milliseconds", "microseconds")
"""Shapes that are dates in a column of dates only."""
_MONTHS = {
    "month": _SHAPES["month"],
    "month_year": _Shape(r"\d{1,2}[-/.]\d{4}", ("%m-%Y", "%m/%Y", "%m.%Y")),
    "month_vi": _Shape(
        r"(?i)(t|th|thg|tháng)[ .]*\d{1,2}( năm |[ ./-]+)\d{4}", ("%m %Y",), _digits_of_month
    ),
    "month_name": _Shape(rf"(?i)({_MONTH_NAMES})[a-z]*[ .,/-]+\d{{4}}", ("%b %Y",), _short_month),
}
"""The shapes of a whole month. All but the first are read only where one may be meant."""
_EARLIEST, _LATEST = "timestamp '1900-01-03'", "timestamp '2900-01-01'"
_LAST_PARTS = r"^\d{1,2}[-/.](\d{1,2})[-/.](\d{4}|\d{2})([T ,]|$)"


class AmbiguousDates(LoadError):
    """No date of a file shows whether the day or the month comes first; the user must say."""


@dataclass(frozen=True)
class DateColumn:
    """What a look over a whole column of dates found."""

    column: str
    shapes: tuple[str, ...]
    """The shapes that occur, keys of the table of shapes."""
    is_uniform: bool = False
    """Whether all of it has that one shape, so that values need not be told apart."""
    holds_days: bool = False
    """Whether no date has a time of day, but for midnights, as tools write that know no days."""
    day_first: int = 0
    """Dates that make sense with the day first only."""
    month_first: int = 0
    either: int = 0
    """Dates that are two different days, depending on the order."""
    example: str = ""
    """One of those."""
    year_first: str = ""
    """A date of two-digit numbers, when the year may come first in all of them."""
    serials: int = 0
    """Dates that are Excel's number of a day."""
    serial: str = ""
    """One of those."""
    is_tidied: bool = False
    """Whether some have to be put into a shape first."""

    @property
    def text(self) -> str:
        """The SQL of the text that is read."""
        text = _text(self.column)
        if not self.is_tidied:
            return text
        return (
            f"case when {_has_shape(text, _SHAPES | _MONTHS)} then {text} else {_tidied(text)} end"
        )

    @property
    def has_parts(self) -> bool:
        """Whether the order of day and month matters here."""
        return any("parts" in shape for shape in self.shapes)


def look(
    con: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    *,
    months: bool = False,
    this_year: int = 2099,
) -> DateColumn:
    """Looks over a whole column of dates: which shapes occur, and which order they speak for.

    `months`: a value may be a whole month, whose instant is its beginning. `this_year`: no date is
    of a later one, which tells `31-12-24` from a date that begins with its year.
    """
    text = _text(column)
    every = _SHAPES | (_MONTHS if months else {})
    timed = f"contains({text}, ':') and not regexp_matches({text}, '{_MIDNIGHT}')"
    # Nearly every column is of one of the first two shapes; the others are looked for if need be.
    for shapes in (("iso", "iso_offset"), tuple(every)):
        counts = ", ".join(
            f"count(*) filter (regexp_full_match({text}, '{every[shape].pattern}'))"
            for shape in shapes
        )
        total, times, *found = row(
            con,
            f"select count(*) filter ({text} <> ''), count(*) filter ({timed}), {counts} "
            f'from "{table}"',
        )
        if sum(found) == total:
            break
    is_tidied = sum(found) < total and _gains(con, table, text, every)
    if is_tidied:
        text = DateColumn(column, (), is_tidied=True).text
        counts = ", ".join(
            f"count(*) filter (regexp_full_match(text, '{every[shape].pattern}'))"
            for shape in shapes
        )
        found = list(row(con, f'select {counts} from (select {text} as text from "{table}")'))
    present = tuple(shape for shape, count in zip(shapes, found, strict=True) if count)
    seen = DateColumn(
        column,
        present,
        is_uniform=total in found and not is_tidied,
        holds_days=not times,
        is_tidied=is_tidied,
    )
    if "serial" in present:
        serials, serial = row(
            con,
            f'select count(*), min({text}) from "{table}" '
            f"where regexp_full_match({text}, '{_SHAPES['serial'].pattern}')",
        )
        whole = r"\d{5}([.,]0+)?"
        days = f"regexp_full_match({text}, '{whole}')"
        is_timed = value(
            con,
            f'select count(*) from "{table}" where not {days} '
            f"and regexp_full_match({text}, '{_SHAPES['serial'].pattern}')",
        )
        seen = replace(
            seen, serials=serials, serial=serial, holds_days=seen.holds_days and not is_timed
        )
    if any(shape in present for shape in ("seconds", "milliseconds", "microseconds")):
        seen = replace(seen, holds_days=False)
    if not seen.has_parts:
        return seen
    # Who writes the time or the weekday in Vietnamese writes the day first.
    is_vietnamese = f"regexp_matches(written, '{_IN_VIETNAMESE}')" if seen.is_tidied else "false"
    split = row(
        con,
        f"""
        with parts as (
            select
                {text} as text,
                {_text(column)} as written,
                regexp_extract({text}, '^(\\d{{1,2}})[-/.]', 1) as first,
                regexp_extract({text}, '{_LAST_PARTS}', 1) as second,
                regexp_extract({text}, '{_LAST_PARTS}', 2) as third
            from "{table}"
        ),
        numbers as (
            select
                text,
                {is_vietnamese} as is_vietnamese,
                try_cast(first as integer) as first,
                try_cast(second as integer) as second,
                contains(text, '-') and length(third) = 2
                    and try_cast(first as integer) <= {this_year % 100:d}
                    and try_cast(second as integer) between 1 and 12
                    and try_cast(third as integer) between 1 and 31 as may_begin_with_year
            from parts
            where second <> ''
        )
        select
            count(*) filter ((first > 12 and second <= 12) or is_vietnamese),
            count(*) filter (first <= 12 and second > 12),
            count(*) filter (first <= 12 and second <= 12 and first <> second),
            coalesce(any_value(text) filter (first <= 12 and second <= 12 and first <> second), ''),
            case when bool_and(may_begin_with_year) then min(text) else '' end
        from numbers
        """,
    )
    day_first, month_first, either, example, year_first = split
    return replace(
        seen,
        day_first=day_first,
        month_first=month_first,
        either=either,
        example=example,
        year_first=year_first,
    )


def _has_shape(text: str, shapes: Mapping[str, _Shape]) -> str:
    patterns = "|".join(f"({shape.pattern})" for shape in shapes.values())
    return f"regexp_full_match({text}, '{patterns}')"


def _gains(
    con: duckdb.DuckDBPyConnection, table: str, text: str, shapes: Mapping[str, _Shape]
) -> bool:
    """Whether some that have no shape have one once they are tidied."""
    return bool(
        value(
            con,
            f"with odd as (select distinct {text} as text from \"{table}\" where {text} <> '' "
            f"and not {_has_shape(text, shapes)}) "
            f"select count(*) from odd where {_has_shape(_tidied('text'), shapes)}",
        )
    )


_MONTHS_IN_WORDS = (
    ("mười hai|chạp", 12), ("mười một", 11), ("mười", 10), ("chín", 9), ("tám", 8), ("bảy|bẩy", 7),
    ("sáu", 6), ("năm", 5), ("tư|bốn", 4), ("ba", 3), ("hai", 2), ("một|giêng", 1),
)  # fmt: skip
_IN_VIETNAMESE = r"(?i)(^|[ \d,])(sa|ch|sáng|trưa|chiều|tối|thứ|chủ nhật|lúc|ngày|giờ)([ ,]|$)"
_TIME = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_TIDY = (
    (r"[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]", ""),
    (r"[\s\x{00A0}\x{2009}\x{202F}]+", " "),
    (r"^[ \'‘’]+|[ .,;]+$", ""),
    (r"(?i)^(thứ (hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật|cn|t[2-7])[ ,]+", ""),
    (r"(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[.]?,? ", ""),
    (r"(?i)[ ,]+(lúc|vào|at|luc) ", " "),
    (r"(?i)\b(\d{1,2}) ?(h|giờ) ?(\d{2})( ?(m|p|phút))?\b", r"\1:\3"),
    (r"(?i)\b(\d{1,2}) ?(h|giờ)( |$)", r"\1:00\3"),
    (rf"(?i)({_TIME}) ?(sa|sáng|a[.]m[.]?)( |,|$)", r"\1 AM\5"),
    (rf"(?i)({_TIME}) ?(ch|chiều|tối|trưa|p[.]m[.]?)( |,|$)", r"\1 PM\5"),
    (r"(?i)\b((1[3-9]|2[0-3])(:\d{2}){1,2}) PM", r"\1"),
    (r"(?i)\b00?((:\d{2}){1,2}) AM", r"12\1 AM"),
    (r"^(\d{4}[-/]\d{1,2}[-/]\d{1,2})[/_](\d{1,2}:)", r"\1 \2"),
    (r"^(\d{1,2}/[A-Za-z]{3}/\d{4}):", r"\1 "),
    (r"^(\d{4})[:.](\d{1,2})[:.](\d{1,2})( |$)", r"\1-\2-\3\4"),
    (r"(\d) ?/ ?(\d)", r"\1/\2"),
    (r" [-–|] ?(\d{1,2}:)", r" \1"),
    (rf"(?i)^({_TIME}( ?[ap]m)?)[ ,]+([^:]+)$", r"\5 \1"),
    (r"(?i)^(tháng|thg|th)[. ]*(\d{1,2}) (\d{1,2}),? (\d{4})", r"\3 tháng \2 \4"),
    (r"(?i) \([a-z ]+\)$", ""),
    (r"(?i) ?(utc|gmt) ?([+-]\d)", r" \2"),
    (r"(?i) ict$", " +07"),
    (r"(:\d{2}) ?([+-])(\d)(:?00)?$", r"\1 \g20\3"),
)
"""What is done to a date that has no shape, one after the other: a pattern, and what it becomes."""


def _tidied(text: str) -> str:
    """The SQL of dates without what people and tools put around them."""
    tidy = f"nfc_normalize({text})"
    for pattern, becomes in _TIDY:
        said = becomes.replace(r"\g2", r"\2")
        tidy = f"regexp_replace({tidy}, '{pattern.replace(chr(39), chr(39) * 2)}', '{said}', 'g')"
    for words, number in _MONTHS_IN_WORDS:
        tidy = f"regexp_replace({tidy}, '(?i)tháng ({words})\\b', 'tháng {number:d}')"
    return f"trim({tidy})"


def day_month_orders(
    columns: Sequence[DateColumn], file: str, headers: Mapping[str, str], given: str | None = None
) -> dict[str, str]:
    """For each column of a file, `dmy` or `mdy`.

    A column whose dates fit both orders follows the file's other columns. `headers` are the
    columns' names for the message.

    Raises:
        AmbiguousDates: nothing in the file shows which it is.
    """
    if given:
        return {seen.column: given for seen in columns}
    for seen in columns:
        if seen.year_first:
            raise AmbiguousDates(
                f"{file}: in column {headers[seen.column]!r} the year of {seen.year_first!r} can "
                "be its first or its last number. Say which part comes first when it is the last: "
                '--day-month-order dmy or mdy, or day_month_order = "dmy" in the mapping; else '
                "write years with four digits."
            )
    votes = sum(seen.day_first for seen in columns), sum(seen.month_first for seen in columns)
    orders = {}
    for seen in columns:
        day, month = (seen.day_first, seen.month_first)
        if not (day or month):
            day, month = votes
        if not (day or month) and seen.either:
            raise AmbiguousDates(
                f"{file}: in column {headers[seen.column]!r} the date {seen.example!r} can be two "
                "days, and no other date of the file shows which. Say which part comes first: "
                '--day-month-order dmy or mdy, or day_month_order = "dmy" in the mapping.'
            )
        orders[seen.column] = "mdy" if month > day else "dmy"
    return orders


def is_mixed(seen: DateColumn) -> bool:
    """Whether some dates of the column speak for the day first and some for the month."""
    return seen.day_first > 0 and seen.month_first > 0


def instant(seen: DateColumn, order: str, offset: int | None = None) -> str:
    """The SQL expression of a column's instants, null where there is no readable date.

    Uses the parameter `$zone`, the IANA zone of times that have no offset, unless the header gives
    the `offset` of them all in minutes east of Greenwich.
    """
    if not seen.shapes:
        return "cast(null as timestamp)"
    text = seen.text
    readings = {
        name: _reading(name, text, order)
        if offset is None
        else _reading(name, text, order).replace(_IN_ZONE, _at_offset(offset))
        for name in seen.shapes
    }
    branches = " ".join(
        f"when regexp_full_match({text}, '{(_SHAPES | _MONTHS)[name].pattern}') then {reading}"
        for name, reading in readings.items()
    )
    parsed = next(iter(readings.values())) if seen.is_uniform else f"case {branches} end"
    # Written twice, worked out once: the engine shares common expressions.
    return f"case when {parsed} >= {_EARLIEST} and {parsed} < {_LATEST} then {parsed} end"


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
    elif name in _NUMBERS:
        return _from_number(name, text)
    shape = (_SHAPES | _MONTHS)[name]
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


_ZONE_OF_HEADER = re.compile(
    r"(?i)(?:[(\[]\s*(?P<in>utc|gmt|z|ict|giờ việt nam)?\s*(?P<off>[+-]\d{1,2}(?::?\d{2})?)?"
    r"(?:\s*[,/-]?\s*[a-z_/ ]+)?\s*[)\]]|[\s_-](?P<last>utc|gmt))\s*$"
)


def offset_of_header(header: str) -> int | None:
    """The offset from Greenwich, in minutes, that a header gives for its times: `Created (GMT+7)`.

    None when it gives none.
    """
    found = _ZONE_OF_HEADER.search(header)
    if found is None or not (found["in"] or found["off"] or found["last"]):
        return None
    if found["off"]:
        sign = -1 if found["off"].startswith("-") else 1
        digits = found["off"][1:].replace(":", "")
        hours, minutes = (
            (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        )
        return sign * (60 * hours + minutes) if hours <= 14 and minutes < 60 else None
    return 420 if (found["in"] or "").casefold() in ("ict", "giờ việt nam") else 0


def without_zone(header: str) -> str:
    """A header without the zone that it gives for its times: `Created` of `Created (UTC)`."""
    found = _ZONE_OF_HEADER.search(header)
    if found is None or not (found["in"] or found["off"] or found["last"]):
        return header
    return header[: found.start()] or header


def is_nothing(column: str) -> str:
    """The SQL condition for what stands for no date: `N/A`, `0000-00-00`, `9999-12-31`."""
    return f"regexp_full_match({_text(column)}, '{NOTHING}|{_NO_DAY}')"


def day_of_serial(text: str) -> date:
    """The day that a number of Excel's means."""
    return date(1899, 12, 30) + timedelta(days=int(text[:5]))


def is_day_only(seen: DateColumn) -> str:
    """The SQL condition for dates without a time of day.

    A midnight is one where the whole column has no other time of day.
    """
    if seen.holds_days:
        return "true"
    if any(shape in seen.shapes for shape in (*_NUMBERS, "compact_time")):
        timed = r"\d{5}[.,]0*[1-9]\d*|\d{9,}(\.\d+)?"
        return f"not regexp_matches({seen.text}, ':|^({timed})$')"
    return f"not contains({seen.text}, ':')"


def is_month(column: str) -> str:
    """The SQL condition for whole months."""
    patterns = "|".join(f"({shape.pattern})" for shape in _MONTHS.values())
    return f"regexp_full_match({_text(column)}, '{patterns}')"


def local_day(instant_column: str) -> str:
    """The SQL expression of the day that an instant falls on in the zone `$zone`."""
    return f"cast(timezone($zone, timezone('UTC', {instant_column})) as date)"


def is_future(instant_column: str) -> str:
    """The SQL condition for instants more than a day after `$now`."""
    return f"{instant_column} > $now + interval 1 day"


def is_date_text(text: str) -> bool:
    """Whether a text has one of the shapes of dates that are read here."""
    return any(
        re.fullmatch(shape.pattern, text.strip())
        for name, shape in _SHAPES.items()
        if name not in (*_NUMBERS, "nothing")
    )


def zone_exists(con: duckdb.DuckDBPyConnection, zone: str) -> bool:
    """Whether an IANA time zone of this name is known."""
    try:
        row(con, "select timezone($zone, timestamp '2024-01-01')::varchar", {"zone": zone})
    except duckdb.Error:
        return False
    return True


def utc(moment: datetime) -> datetime:
    """An aware moment as the naive UTC that the store keeps; a naive one is UTC already."""
    offset = moment.utcoffset()
    return moment if offset is None else (moment - offset).replace(tzinfo=None)


def _text(column: str) -> str:
    return f'trim("{column}")'
