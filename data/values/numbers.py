"""Columns of text become numbers and yes-or-no answers, worked out in SQL."""

import re
import unicodedata

import duckdb

from data.connection import row, value

_MARKS = (
    r"(đồng|vnđ|vnd|usd|eur|gbp|brl|sgd|aud|cad|jpy|cny|krw|thb|inr|hkd|twd|myr|rub|chf"
    r"|(us|r|s|a|c|hk|nt)\$|[₫đ$€£¥₩฿₹₽'’\s\x{00a0}\x{2009}\x{202f}])"
)
_NUMBER = r"[-+]?[0-9][0-9.,]*|\([0-9][0-9.,]*\)|[-+]?[.,][0-9]+"
_DONG_SIGN = r"(?i)(vnđ|vnd|đồng|[₫đ])"
_DONG = r"(?i)\s*((vnđ|vnd|đồng|[₫đ])\s*)?[0-9]{1,3}([.,][0-9]{3})+\s*(vnđ|vnd|đồng|[₫đ])?\s*"
"""Thousands of dong, which has no fractions: whichever mark the column's fractions follow."""
_AFTER = r"[0-9][0-9.,]*-"
_POWER = r"[-+]?[0-9]([.,][0-9]+)?[eE][+]?[0-9]{1,2}"

_UNITS = {
    1e9: ("tỷ", "tỉ", "ty", "bn", "billion", "b"),
    1e6: ("triệu", "trieu", "tr", "million", "mil", "mio", "mn", "m"),
    1e3: ("nghìn", "ngàn", "nghin", "ngan", "k"),
}
_UNIT = "|".join(name for names in _UNITS.values() for name in names)
_SCALED = rf"([-+]?[0-9][0-9.,]*)({_UNIT})(([0-9]{{1,3}})({_UNIT})?)?"
"""`1,5 tỷ`, `250tr`, `2 tỷ 5`, `1 tỷ 200 triệu`, without spaces and in lower case."""

_COMMA = r"\..*,|\..*\.|,([0-9]{1,2}|[0-9]{4,})$|^0,"
_POINT = r",.*\.|,.*,|\.([0-9]{1,2}|[0-9]{4,})$|^0\."

YES = ("yes", "y", "true", "t", "1", "x", "✓", "✔", "có", "co", "đúng", "rồi")
NO = ("no", "n", "false", "f", "0", "không", "khong", "sai", "chưa", "-", "✗")


def decimal_mark(
    con: duckdb.DuckDBPyConnection, table: str, column: str, *, has_thousandths: bool = False
) -> str:
    """Whether a whole column writes its fractions after a point or a comma.

    `1.200.000` and `1.200,5` speak for the comma, `1,200.50` and `12.5` for the point. When all
    that is there is like `1.200`, the mark divides thousands, since money has no thousandths; a
    rate may have them.
    """
    text = _bare(column)
    comma, point, dotted, with_comma = row(
        con,
        f"""
        with numbers as (
            select {text} as text from "{table}"
            where contains("{column}", '.') or contains("{column}", ',')
        )
        select
            count(*) filter (regexp_matches(text, '{_COMMA}')),
            count(*) filter (regexp_matches(text, '{_POINT}')),
            count(*) filter (contains(text, '.')),
            count(*) filter (contains(text, ','))
        from numbers
        """,
    )
    if comma != point:
        return "," if comma > point else "."
    return "," if (dotted > with_comma) is not has_thousandths else "."


def has_words(con: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether some of a column's numbers are more than digits and marks: `250tr`, `300.000đ`."""
    is_digits = f"regexp_full_match({_bare(column)}, '{_NUMBER}')"
    is_dong = f"regexp_matches(\"{column}\", '{_DONG_SIGN}')"
    odd = f"trim(\"{column}\") <> '' and (not {is_digits} or {is_dong})"
    return bool(value(con, f'select count(*) from "{table}" where {odd}'))


def number(column: str, mark: str, *, words: bool = True) -> str:
    """The SQL expression of a column's numbers, null where there is none that can be read.

    words: whether there are units, powers and the like, which cost as much again for every row.
    """
    text = _bare(column)
    digits = _digits(text, mark)
    # Accountants write losses in brackets.
    signed = f"replace(replace({digits}, '(', '-'), ')', '')"
    after = f"'-' || replace({digits}, '-', '')"
    power = f"replace({text}, ',', '.')"
    cell = f'"{column}"'
    plain = f"when regexp_full_match({cell}, '-?[0-9]+') then try_cast({cell} as double) "
    marked = f"when regexp_full_match({text}, '{_NUMBER}') then try_cast({signed} as double) "
    if not words:
        return f"case {plain}{marked}end"
    return (
        f"case {plain}when regexp_matches({cell}, '{_DONG_SIGN}') "
        f"and regexp_full_match({cell}, '{_DONG}') "
        f"then try_cast(regexp_replace({text}, '[.,]', '', 'g') as double) {marked}"
        f"when regexp_full_match({text}, '{_AFTER}') then try_cast({after} as double) "
        f"when regexp_full_match({text}, '{_POWER}') then try_cast({power} as double) "
        f"when regexp_full_match({text}, '{_SCALED}') then {_scaled(text, mark)} end"
    )


def _digits(text: str, mark: str) -> str:
    thousands = "," if mark == "." else "."
    digits = f"replace({text}, '{thousands}', '')"
    return f"replace({digits}, ',', '.')" if mark == "," else digits


def _scaled(text: str, mark: str) -> str:
    """The number of a text such as `1,5tỷ` and `2tỷ5`: left of the unit, and right of it."""
    first, unit, rest, smaller = (
        f"regexp_extract({text}, '^{_SCALED}$', {group:d})" for group in (1, 2, 4, 5)
    )
    # One or two digits after a mark are a fraction here, whatever the column's other numbers are.
    left = (
        f"try_cast(case when regexp_full_match({first}, '[-+]?[0-9]+[.,][0-9]{{1,2}}') "
        f"then replace({first}, ',', '.') else {_digits(first, mark)} end as double)"
    )
    right = (
        f"case when {rest} = '' then 0 "
        f"when {smaller} = '' then try_cast({rest} as double) / pow(10, length({rest})) "
        f"* {_factor(unit)} else try_cast({rest} as double) * {_factor(smaller)} end"
    )
    is_smaller = f"({smaller} = '' or {_factor(smaller)} < {_factor(unit)})"
    sign = f"(case when starts_with({first}, '-') then -1 else 1 end)"
    return f"case when {is_smaller} then {left} * {_factor(unit)} + {sign} * ({right}) end"


def _factor(unit: str) -> str:
    cases = " ".join(f"when {unit} in {names!r} then {size:.0f}" for size, names in _UNITS.items())
    return f"(case {cases} end)"


_HEADER_REMARK = re.compile(r"(?i)(?:[(\[]|đvt|đơn vị(?: tính)?|,)\s*:?([^()\[\],]*)[)\]]?\s*$")
_HEADER_UNITS = {name: size for size, names in _UNITS.items() for name in names} | {
    "millions": 1e6, "thousands": 1e3, "billions": 1e9, "1000": 1e3, "1000000": 1e6,
}  # fmt: skip
_IN_FULL = 1e6  # of a column that counts a unit a number beyond is written out after all


def unit_of_header(header: str) -> float:
    """What the numbers of a column count, as its header says: a million in `Doanh thu (triệu)`."""
    remark = _HEADER_REMARK.search(unicodedata.normalize("NFC", header))
    if remark is None:
        return 1
    text = re.sub(r"(?<=[0-9])[.,](?=000)", "", remark[1].casefold())
    words = re.findall(r"[^\W\d_]+|[0-9]+", text.replace("trđ", "tr"))
    return next((_HEADER_UNITS[word] for word in words if word in _HEADER_UNITS), 1)


def in_unit(number: str, column: str, unit: float) -> str:
    """The SQL of numbers that count a unit, but for those that name one, or are in full."""
    text = _bare(column)
    is_bare = f"regexp_full_match({text}, '{_NUMBER}') and abs({number}) < {_IN_FULL:.0f}"
    return f"case when {is_bare} then {number} * {unit:.0f} else {number} end"


def answer(column: str) -> str:
    """The SQL expression of a column's yes and no, null for any other word."""
    text = f'lower(nfc_normalize(trim("{column}")))'
    return f"case when {text} in {YES!r} then true when {text} in {NO!r} then false end"


def _bare(column: str) -> str:
    """The SQL of a cell without currency and spaces, in lower case.

    It is a case because the engine works it out for every row, and most have nothing to take away.
    """
    text = f'lower(nfc_normalize("{column}"))'
    marks = _MARKS.replace(chr(39), chr(39) * 2)
    return (
        f'case when regexp_full_match("{column}", \'[-+0-9.,()]*\') then "{column}" '
        f"else regexp_replace({text}, '{marks}', '', 'g') end"
    )
