"""Columns of text become numbers and yes-or-no answers, worked out in SQL."""

import duckdb

from data.connection import row

_MARKS = r"(?i)(vnđ|vnd|usd|eur|gbp|brl|us\$|r\$|[₫đ$€£¥'\s\x{00a0}\x{202f}])"
_NUMBER = r"[-+]?[0-9][0-9.,]*|\([0-9][0-9.,]*\)|[-+]?[.,][0-9]+"

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


def number(column: str, mark: str) -> str:
    """The SQL expression of a column's numbers, null where there is none that can be read."""
    text = _bare(column)
    thousands = "," if mark == "." else "."
    digits = f"replace({text}, '{thousands}', '')"
    if mark == ",":
        digits = f"replace({digits}, ',', '.')"
    # Accountants write losses in brackets.
    digits = f"replace(replace({digits}, '(', '-'), ')', '')"
    cell = f'"{column}"'
    return (
        f"case when regexp_full_match({cell}, '-?[0-9]+') then try_cast({cell} as double) "
        f"when regexp_full_match({text}, '{_NUMBER}') then try_cast({digits} as double) end"
    )


def answer(column: str) -> str:
    """The SQL expression of a column's yes and no, null for any other word."""
    text = f'lower(nfc_normalize(trim("{column}")))'
    return f"case when {text} in {YES!r} then true when {text} in {NO!r} then false end"


def _bare(column: str) -> str:
    return f"regexp_replace(\"{column}\", '{_MARKS.replace(chr(39), chr(39) * 2)}', '', 'g')"
