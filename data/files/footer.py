"""What stands below a table, or within it, and is no row: totals, notes, the header once more."""

import re
from collections.abc import Sequence

import duckdb

from data.connection import columns_of, value
from data.files.cells import WIDE, row_of
from data.files.header import Aside

_LOOKED_AT = 40
_NAMES_COMPARED = 8  # of a header that may come again
_SHOWN = 100

_TOTAL = re.compile(
    r"(grand |sub-?)?totals?|sum|tổng (cộng|số|tiền)|tổng|cộng|tong cong", re.IGNORECASE
)
"""What a line of totals begins with, and says nothing else but a number."""
_AFTER_TOTAL = re.compile(r"\s*([:=(\d].*)?", re.DOTALL)
_NOTE = re.compile(
    r"(?i)['\"]?(copyright|©|\(c\) \d{4}|confidential|generated (by|on|at)|"
    r"exported (by|on|at|from)|"
    r"all rights reserved|report (name|run|generated)|ngày (in|xuất)\b|người (lập|xuất|in)\b|"
    r"xuất (bởi|từ|lúc|ngày|dữ liệu)\b|ghi chú ?:|notes? ?:|nguồn ?:|"
    r"(page|trang) \d+ ?(/|of|trên)|ký tên|\(ký|đã ký)"
)


def set_aside(
    con: duckdb.DuckDBPyConnection, slot: int, headers: Sequence[str], parts: Sequence[int] = (0,)
) -> tuple[Aside, ...]:
    """Takes the lines that are no rows out of `cells_<slot>` and `unread_<slot>`.

    At the end of a table these are totals, and notes in a line of their own with whatever comes
    after them; within it, the header once more.

    parts: the lines after which the parts of the table begin, of which each has an end.

    Returns: those lines, in their order.
    """
    again = _headers_again(con, slot, headers)
    known = {aside.line for aside in again}
    # (where there are several sheets, the last column is the name of the row's)
    width = len(headers) - (len(parts) > 1)
    below: list[Aside] = []
    for first, last in zip(parts, (*parts[1:], None), strict=True):
        below += _below(con, slot, len(headers), width, known, first, last)
    found = tuple(sorted((*again, *below), key=lambda aside: aside.line))
    if found:
        lines = [aside.line for aside in found]
        if not _has_lines(con, slot):
            _number(con, slot)
        for table in ("cells", "unread"):
            con.execute(
                f'delete from "{table}_{slot:d}" where list_contains($lines, line)',
                {"lines": lines},
            )
    return found


def _has_lines(con: duckdb.DuckDBPyConnection, slot: int) -> bool:
    """Whether the numbers of the lines are written down, and not counted by the rows."""
    return "line" in columns_of(con, f"cells_{slot:d}", "temp")


def _number(con: duckdb.DuckDBPyConnection, slot: int) -> None:
    """Writes the number of each line down: it must not hang on how many rows are before it."""
    con.execute(f'create temp table "numbered_{slot:d}" as select * from "file_{slot:d}"')
    con.execute(f'drop view "file_{slot:d}"')
    con.execute(f'drop table "cells_{slot:d}"')
    con.execute(f'alter table "numbered_{slot:d}" rename to "cells_{slot:d}"')
    con.execute(f'create temp view "file_{slot:d}" as select * from "cells_{slot:d}"')


def _headers_again(
    con: duckdb.DuckDBPyConnection, slot: int, headers: Sequence[str]
) -> list[Aside]:
    named = [(number, name) for number, name in enumerate(headers, 1) if name][:_NAMES_COMPARED]
    if len(named) < 2:
        return []
    same = " and ".join(
        # (hardly a cell has the name in it, and to trim them all takes ten times as long)
        f'contains("#{number:d}", $name_{number:d}) and trim("#{number:d}") = $name_{number:d}'
        for number, _ in named
        if number <= WIDE
    )
    values = {f"name_{number:d}": name.strip() for number, name in named if number <= WIDE}
    rows = con.execute(f'select line from "file_{slot:d}" where {same}', values).fetchall()
    return [Aside(line, " ".join(name for _, name in named)[:_SHOWN]) for (line,) in rows]


def _below(
    con: duckdb.DuckDBPyConnection,
    slot: int,
    held: int,
    width: int,
    known: set[int],
    first: int,
    until: int | None,
) -> list[Aside]:
    """The lines at the end of the part between two lines that are no rows."""
    if width < 2:
        return []
    inside = f"line > {first:d}" + ("" if until is None else f" and line <= {until:d}")
    cells = row_of(held, "found")
    # (first which lines they are: to gather the cells of all rows takes longer)
    which = (
        f'line in (select line from "file_{slot:d}" where {inside} '
        f"order by line desc limit {_LOOKED_AT:d})"
    )
    if not _has_lines(con, slot):  # then no line is without a row
        since = f'select max(line) - {_LOOKED_AT:d} from "file_{slot:d}" where {inside}'
        which = f"{inside} and line > {value(con, since) or 0:d}"
    last = con.execute(
        f'select line, {cells}, null from "file_{slot:d}" as found where {which} '
        f'union all select line, null, raw from "unread_{slot:d}" where is_row and {inside} '
        f"order by line desc limit {_LOOKED_AT:d}"
    ).fetchall()
    tail: list[tuple[int, str, bool]] = []  # from the last line up: those that may be no rows
    for line, cells_of_row, raw in last:
        if line in known:
            continue
        filled = None if cells_of_row is None else cells_of_row[:width]
        texts = [raw] if filled is None else [text for text in map(_bare, filled) if text]
        texts = [text for text in texts if text != "--"]
        is_whole = filled is not None and len(texts) == width
        is_note = len(texts) <= 2 and bool(texts) and _NOTE.match(texts[0])
        is_sure = not is_whole and (bool(is_note) or _is_total(texts))
        if not is_sure and (raw is not None or len(texts) > 1):
            break
        tail.append((line, " ".join(texts), is_sure))
    while tail and not tail[-1][2]:
        tail.pop()  # what comes before the first sure one is a row
    return [Aside(line, text[:_SHOWN]) for line, text, _ in tail]


def _bare(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _is_total(texts: Sequence[str]) -> bool:
    if not texts:
        return False
    found = _TOTAL.match(texts[0])
    return found is not None and _AFTER_TOTAL.fullmatch(texts[0], found.end()) is not None
