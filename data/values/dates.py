"""Columns of text become instants: naive UTC timestamps, worked out in SQL.

Read are ISO dates and times (`2024-03-01`, `2024-03-01T09:30:00.5+07:00`, `2024/3/1 9:30`),
`20240301`, and days and months in either order (`1/3/2024`,
`01-03-2024 09:30`, `1.3.2024 9:30 PM`);
`2024-03` is the first of March. Where a whole month may be meant, so are `03/2024`, `T3/2024`,
`Tháng 3 năm 2024` and `Mar 2024`.
Times without an offset are in the zone given. The year has four digits; two are not guessed at.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from data.errors import LoadError

ORDERS = ("dmy", "mdy")

_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_PARTS = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?"
_GAP = r"[T ,]+"
_SHAPES = {
    "iso": rf"{_ISO}({_GAP}{_CLOCK})?",
    "iso_noon": rf"{_ISO}{_GAP}{_CLOCK} ?[AaPp][Mm]",
    "iso_offset": rf"{_ISO}{_GAP}{_CLOCK} ?(Z|z|UTC|GMT|[+-]\d{{2}}(:?\d{{2}})?)",
    "parts": rf"{_PARTS}({_GAP}{_CLOCK})?",
    "parts_noon": rf"{_PARTS}{_GAP}{_CLOCK} ?[AaPp][Mm]",
    "parts_offset": rf"{_PARTS}{_GAP}{_CLOCK} ?(Z|z|UTC|GMT|[+-]\d{{2}}(:?\d{{2}})?)",
    "compact": r"\d{8}",
    "month": r"\d{4}[-/]\d{1,2}",
}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {
    "month": _SHAPES["month"],
    "month_year": r"\d{1,2}[-/.]\d{4}",
    "month_vi": r"(?i)(t|th|thg|tháng)[ .]*\d{1,2}( năm |[ ./-]+)\d{4}",
    "month_name": rf"(?i)({'|'.join(_MONTH_NAMES)})[a-z]*[ .,/-]+\d{{4}}",
}
"""The shapes of a whole month. All but the first are read only where one may be meant."""
_EARLIEST = "timestamp '1900-01-01'"


class AmbiguousDates(LoadError):
    """No date of a file tells whether the day or the month comes first; the user must say."""


@dataclass(frozen=True)
class DateColumn:
    """What a look over a whole column of dates found."""

    column: str
    shapes: tuple[str, ...]
    """The shapes that occur, keys of the table of shapes."""
    is_uniform: bool = False
    """Whether all of it has that one shape, so that no value need be told from the others."""
    day_first: int = 0
    """Dates that make sense with the day first only."""
    month_first: int = 0
    either: int = 0
    """Dates that are two different days, depending on the order."""
    example: str = ""
    """One of those."""

    @property
    def has_parts(self) -> bool:
        """Whether the order of day and month matters here."""
        return any(shape.startswith("parts") for shape in self.shapes)


def look(
    con: duckdb.DuckDBPyConnection, table: str, column: str, *, months: bool = False
) -> DateColumn:
    """Looks over a whole column of dates: which shapes occur, and which order they speak for.

    `months`: a value may be a whole month, whose instant is its beginning.
    """
    text = _text(column)
    every = _SHAPES | (_MONTHS if months else {})
    # Nearly every column is of one of the first two shapes; the others are looked for if need be.
    for shapes in (("iso", "iso_offset"), tuple(every)):
        counts = ", ".join(
            f"count(*) filter (regexp_full_match({text}, '{every[shape]}'))" for shape in shapes
        )
        total, *found = con.execute(
            f"select count(*) filter ({text} <> ''), {counts} from \"{table}\""
        ).fetchone() or (0,)
        if sum(found) == total:
            break
    present = tuple(shape for shape, count in zip(shapes, found, strict=True) if count)
    seen = DateColumn(column, present, is_uniform=total in found)
    if not seen.has_parts:
        return seen
    split = con.execute(
        f"""
        with parts as (
            select
                {text} as text,
                regexp_extract({text}, '^(\\d{{1,2}})[-/.]', 1) as first,
                regexp_extract({text}, '^\\d{{1,2}}[-/.](\\d{{1,2}})[-/.]\\d{{4}}', 1) as second
            from "{table}"
        ),
        numbers as (
            select
                text,
                try_cast(first as integer) as first,
                try_cast(second as integer) as second
            from parts
            where second <> ''
        )
        select
            count(*) filter (first > 12 and second <= 12),
            count(*) filter (first <= 12 and second > 12),
            count(*) filter (first <= 12 and second <= 12 and first <> second),
            coalesce(any_value(text) filter (first <= 12 and second <= 12 and first <> second), '')
        from numbers
        """
    ).fetchone() or (0, 0, 0, "")
    return DateColumn(column, seen.shapes, seen.is_uniform, *split)


def day_month_orders(
    columns: Sequence[DateColumn], file: str, headers: Mapping[str, str], given: str | None = None
) -> dict[str, str]:
    """For each column of a file, `dmy` or `mdy`.

    A column that does not tell by itself follows the file's other columns. `headers` are the
    columns' names for the message. Raises AmbiguousDates when nothing in the file tells.
    """
    if given:
        return {seen.column: given for seen in columns}
    votes = sum(seen.day_first for seen in columns), sum(seen.month_first for seen in columns)
    orders = {}
    for seen in columns:
        day, month = (seen.day_first, seen.month_first)
        if not (day or month):
            day, month = votes
        if not (day or month) and seen.either:
            raise AmbiguousDates(
                f"{file}: in column {headers[seen.column]!r} the date {seen.example!r} can be two "
                "days, and no other date of the file tells which. Say which part comes first: "
                '--day-month-order dmy or mdy, or day_month_order = "dmy" in the mapping.'
            )
        orders[seen.column] = "mdy" if month > day else "dmy"
    return orders


def is_mixed(seen: DateColumn) -> bool:
    """Whether some dates of the column speak for the day first and some for the month."""
    return seen.day_first > 0 and seen.month_first > 0


def instant(seen: DateColumn, order: str) -> str:
    """The SQL expression of a column's instants, null where there is no readable date.

    Uses the parameter `$zone`, the IANA zone of times that have no offset.
    """
    text = _text(seen.column)
    if order == "dmy":
        rewritten = f"regexp_replace({text}, '^(\\d+)[-/.](\\d+)[-/.](\\d+)[T ,]*', '\\3-\\2-\\1 ')"
    else:
        rewritten = f"regexp_replace({text}, '^(\\d+)[-/.](\\d+)[-/.](\\d+)[T ,]*', '\\3-\\1-\\2 ')"
    cases = {}
    for shape in seen.shapes:
        iso = f"rtrim({rewritten})" if shape.startswith("parts") else text
        cases[shape] = _finished(shape, iso)
    if not cases:
        return "cast(null as timestamp)"
    branches = " ".join(
        f"when regexp_full_match({text}, '{(_SHAPES | _MONTHS)[shape]}') then {expression}"
        for shape, expression in cases.items()
    )
    parsed = next(iter(cases.values())) if seen.is_uniform else f"case {branches} end"
    # Written twice, worked out once: the engine shares common expressions.
    return f"case when {parsed} >= {_EARLIEST} then {parsed} end"


def _finished(shape: str, iso: str) -> str:
    """The instant of a date and time that is year, month, day, clock, perhaps with an offset."""
    if shape == "compact":
        return _from_zone(f"try_strptime({iso}, '%Y%m%d')")
    if shape == "month":
        return _from_zone(f"try_cast(replace({iso}, '/', '-') || '-01' as timestamp)")
    if shape in _MONTHS:
        year = f"right({iso}, 4)"
        number = f"regexp_extract({iso}, '(\\d{{1,2}})\\D+\\d{{4}}$', 1)"
        if shape == "month_name":
            number = f"list_position({list(_MONTH_NAMES)!r}, left(lower({iso}), 3))"
        return _from_zone(f"try_cast({year} || '-' || {number} || '-01' as timestamp)")
    if shape.endswith("offset"):
        clean = f"regexp_replace({iso}, ' ?(Z|z|UTC|GMT)$', '+00')"
        clean = f"regexp_replace({clean}, ' ([+-])', '\\1')"
        clean = f"regexp_replace({clean}, '^([^ T,]+)[T ,]+', '\\1 ')"
        return f"timezone('UTC', try_cast(replace({clean}, ',', '.') as timestamptz))"
    if shape.endswith("noon"):
        clean = f"upper(regexp_replace({iso}, '^(\\d+)[-/](\\d+)[-/](\\d+)[T ,]+', '\\1-\\2-\\3 '))"
        clean = f"replace(replace({clean}, ' AM', 'AM'), ' PM', 'PM')"
        forms = "['%Y-%m-%d %I:%M%p', '%Y-%m-%d %I:%M:%S%p', '%Y-%m-%d %I:%M:%S.%f%p']"
        return _from_zone(f"try_strptime({clean}, {forms})")
    # The usual case by far is as the cast wants it; only a comma needs work.
    plain = f"case when contains({iso}, ',') then {_without_commas(iso)} else {iso} end"
    return _from_zone(f"try_cast({plain} as timestamp)")


def _without_commas(iso: str) -> str:
    single = f"regexp_replace({iso}, '^([^ T,]+)[T ,]+', '\\1 ')"
    return f"replace({single}, ',', '.')"


def _from_zone(naive: str) -> str:
    return f"timezone('UTC', timezone($zone, {naive}))"


def is_day_only(column: str) -> str:
    """The SQL expression that tells dates without a time of day."""
    return f"not contains({_text(column)}, ':')"


def is_month(column: str) -> str:
    """The SQL expression that tells a whole month from a day."""
    return f"regexp_full_match({_text(column)}, '{'|'.join(f'({m})' for m in _MONTHS.values())}')"


def local_day(instant_column: str) -> str:
    """The SQL expression of the day that an instant falls on in the zone `$zone`."""
    return f"cast(timezone($zone, timezone('UTC', {instant_column})) as date)"


def is_future(instant_column: str) -> str:
    """The SQL condition for instants more than a day after `$now`."""
    return f"{instant_column} > $now + interval 1 day"


def is_date_text(text: str) -> bool:
    """Whether a text has one of the shapes of dates that are read here."""
    return any(re.fullmatch(shape, text.strip()) for shape in _SHAPES.values())


def zone_exists(con: duckdb.DuckDBPyConnection, zone: str) -> bool:
    """Whether an IANA time zone of this name is known."""
    try:
        con.execute(
            "select timezone($zone, timestamp '2024-01-01')::varchar", {"zone": zone}
        ).fetchone()
    except duckdb.Error:
        return False
    return True


def utc(moment: datetime) -> datetime:
    """An aware moment as the naive UTC that the store keeps; a naive one is UTC already."""
    offset = moment.utcoffset()
    return moment if offset is None else (moment - offset).replace(tzinfo=None)


def _text(column: str) -> str:
    return f'trim("{column}")'
