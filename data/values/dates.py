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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb

from data.connection import row, value
from data.errors import LoadError
from data.values.date_cleaning import IN_VIETNAMESE, tidied
from data.values.date_shapes import MONTHS, NUMBERS, SHAPES, Shape, has_shape, reading_of
from data.values.text import NOTHING
from data.values.zones import Steady, in_utc

ORDERS = ("dmy", "mdy")

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
_PLAIN = r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?"
"""How nearly all systems write a day or a second: it has the first of the shapes, and no spaces."""
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
    is_plain: bool = False
    """Whether all are `2024-03-01 09:30:00` or `2024-03-01`, which are read as they stand."""

    @property
    def text(self) -> str:
        """The SQL of the text that is read."""
        if self.is_plain:
            return f'"{self.column}"'
        text = _text(self.column)
        if not self.is_tidied:
            return text
        return f"case when {has_shape(text, SHAPES | MONTHS)} then {text} else {tidied(text)} end"

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
    every = SHAPES | (MONTHS if months else {})
    cell = f'"{column}"'
    filled, plain, plain_times = row(
        con,
        f"select count({cell}), count(*) filter (regexp_full_match({cell}, '{_PLAIN}')), "
        f"count(*) filter (contains({cell}, ':') and not ends_with({cell}, ' 00:00:00')) "
        f'from "{table}"',
    )
    if 0 < plain == filled:
        return DateColumn(
            column, ("iso",), is_uniform=True, holds_days=not plain_times, is_plain=True
        )
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
            f"where regexp_full_match({text}, '{SHAPES['serial'].pattern}')",
        )
        whole = r"\d{5}([.,]0+)?"
        days = f"regexp_full_match({text}, '{whole}')"
        is_timed = value(
            con,
            f'select count(*) from "{table}" where not {days} '
            f"and regexp_full_match({text}, '{SHAPES['serial'].pattern}')",
        )
        seen = replace(
            seen, serials=serials, serial=serial, holds_days=seen.holds_days and not is_timed
        )
    if any(shape in present for shape in ("seconds", "milliseconds", "microseconds")):
        seen = replace(seen, holds_days=False)
    if not seen.has_parts:
        return seen
    # Who writes the time or the weekday in Vietnamese writes the day first.
    is_vietnamese = f"regexp_matches(written, '{IN_VIETNAMESE}')" if seen.is_tidied else "false"
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


def _gains(
    con: duckdb.DuckDBPyConnection, table: str, text: str, shapes: Mapping[str, Shape]
) -> bool:
    """Whether some that have no shape have one once they are tidied."""
    return bool(
        value(
            con,
            f"with odd as (select distinct {text} as text from \"{table}\" where {text} <> '' "
            f"and not {has_shape(text, shapes)}) "
            f"select count(*) from odd where {has_shape(tidied('text'), shapes)}",
        )
    )


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


def instant(
    seen: DateColumn, order: str, offset: int | None = None, steady: Steady | None = None
) -> str:
    """The SQL expression of a column's instants, null where there is no readable date.

    Uses the parameter `$zone`, the IANA zone of times that have no offset, unless the header gives
    the `offset` of them all in minutes east of Greenwich. `steady`: since when the zone has had one
    offset, if it has.
    """
    if not seen.shapes:
        return "cast(null as timestamp)"
    if seen.is_plain and offset is None:
        parsed = in_utc(f"try_cast({seen.text} as timestamp)", steady)
        return f"case when {parsed} >= {_EARLIEST} and {parsed} < {_LATEST} then {parsed} end"
    text = seen.text
    readings = {name: reading_of(name, text, order, offset) for name in seen.shapes}
    branches = " ".join(
        f"when regexp_full_match({text}, '{(SHAPES | MONTHS)[name].pattern}') then {reading}"
        for name, reading in readings.items()
    )
    parsed = next(iter(readings.values())) if seen.is_uniform else f"case {branches} end"
    # Written twice, worked out once: the engine shares common expressions.
    return f"case when {parsed} >= {_EARLIEST} and {parsed} < {_LATEST} then {parsed} end"


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
    if any(shape in seen.shapes for shape in (*NUMBERS, "compact_time")):
        timed = r"\d{5}[.,]0*[1-9]\d*|\d{9,}(\.\d+)?"
        return f"not regexp_matches({seen.text}, ':|^({timed})$')"
    return f"not contains({seen.text}, ':')"


def is_month(column: str) -> str:
    """The SQL condition for whole months."""
    patterns = "|".join(f"({shape.pattern})" for shape in MONTHS.values())
    return f"regexp_full_match({_text(column)}, '{patterns}')"


def is_future(instant_column: str) -> str:
    """The SQL condition for instants more than a day after `$now`."""
    return f"{instant_column} > $now + interval 1 day"


def _text(column: str) -> str:
    return f'trim("{column}")'
