"""Any file a person has on the desk becomes a DuckDB table of text.

The format is recognised by the content, never by the name: gzip around anything, XLSX (XLS, ODS),
Parquet, else delimited text. What is regular is read by DuckDB's own reader; a file with blank
lines, stray quotes, rows of uneven length or huge cells is read record by record, so that every
row has the number of the line it begins on and what cannot be read is kept with its reason.
"""

import csv
import gzip
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.connection import row, value
from data.errors import LoadError
from data.files.delimited import (
    CELL_LIMIT,
    RAW_LIMIT,
    ROW_LIMIT,
    Record,
    count_lines,
    delimiter_of,
    head_of,
    open_text,
    records,
    to_utf8,
)
from data.files.workbook import sheet_records
from data.quoting import quoted

_GZIP, _ZIP, _PARQUET, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_SAVE_AS = "Export it as CSV, XLSX or Parquet."


@dataclass(frozen=True)
class TableFile:
    """A file that has been read into two temporary tables of a connection.

    `table` is a view, one row per row of the file: `line` (bigint, the header is on line 1) and
    `#1` … `#n` (varchar, null for the empty cell), in the order of `headers`. `unread` holds the
    rows that could not be read: `line`, `column`, `value`, `reason`, `raw`.
    """

    slot: int
    """The number in the names of the tables."""
    name: str
    headers: tuple[str, ...]
    format: str
    encoding: str | None
    delimiter: str | None
    rows: int
    """How many rows the file has below its header, the unread ones included."""

    @property
    def table(self) -> str:
        """The view of its rows."""
        return f"file_{self.slot:d}"

    @property
    def unread(self) -> str:
        """The table of the rows that could not be read."""
        return f"unread_{self.slot:d}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The names of the view's columns that hold the cells."""
        return _cell_names(len(self.headers))


@dataclass(frozen=True)
class Preview:
    """The top of a file, for a form in which its mapping is corrected."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    row_count: int
    format: str
    encoding: str | None
    delimiter: str | None


def read_table(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    scratch: Path,
    *,
    slot: int = 1,
    name: str | None = None,
    sheet: str | None = None,
) -> TableFile:
    """Reads a file into the temporary tables number `slot` of the connection.

    `scratch` is a folder for files in between, `name` what the file is called in messages, `sheet`
    the sheet of a workbook (the first one with data unless given).

    Raises:
        LoadError: the file is missing, empty, cut off, binary, or has nothing below its header.
    """
    shown = name or path.name
    try:
        plain = _unpacked(path, shown, scratch)
        with plain.open("rb") as file:
            magic = file.read(4)
        if not magic.strip(b"\r\n \t\xef\xbb\xbf"):
            raise LoadError(f"{shown}: the file is empty.")
        if magic == _PARQUET:
            found = _read_parquet(con, plain, shown, slot)
        elif magic in (_ZIP, _OLE):
            found = _read_workbook(con, plain, shown, scratch, slot, sheet)
        else:
            found = _read_text(con, plain, shown, scratch, slot)
    except OSError as error:
        raise LoadError(f"{shown}: cannot be read: {error.strerror or error}.") from error
    if found.rows == 0:
        raise LoadError(f"{shown}: there is a header, but no rows below it.")
    return found


def preview(path: Path, scratch: Path, *, rows: int = 20, name: str | None = None) -> Preview:
    """The headers and first rows of a file, read as `read_table` reads it. Raises LoadError."""
    with duckdb.connect() as con:
        found = read_table(con, path, scratch, name=name)
        cells = ", ".join(f'"{cell}"' for cell in found.cells)
        top = con.execute(f'select {cells} from "{found.table}" order by line limit {rows:d}')
        return Preview(
            found.name,
            found.headers,
            tuple(top.fetchall()),
            found.rows,
            found.format,
            found.encoding,
            found.delimiter,
        )


def _unpacked(path: Path, name: str, scratch: Path) -> Path:
    with path.open("rb") as file:
        if file.read(2) != _GZIP:
            return path
    plain = scratch / f"{path.name}.plain"
    try:
        with gzip.open(path) as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LoadError(
            f"{name}: the compressed file is cut off or damaged. Copy or export it again."
        ) from error
    return plain


def _read_parquet(con: duckdb.DuckDBPyConnection, path: Path, name: str, slot: int) -> TableFile:
    try:
        described = con.execute("describe select * from read_parquet($path)", {"path": str(path)})
        headers = [str(row[0]) for row in described.fetchall()]
        cells = ", ".join(
            f"nullif(cast({quoted(header)} as varchar), '') as \"#{number}\""
            for number, header in enumerate(headers, 1)
        )
        con.execute(
            f'create temp table "cells_{slot:d}" as select {cells} from read_parquet($path)',
            {"path": str(path)},
        )
    except duckdb.Error as error:
        raise LoadError(f"{name}: the Parquet file is cut off or damaged. Export it again.") from (
            error
        )
    _make_unread(con, slot)
    _make_view(con, slot, "rowid + 2")
    return _found(con, name, headers, slot, "parquet", None, None)


def _read_workbook(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    scratch: Path,
    slot: int,
    sheet: str | None,
) -> TableFile:
    return _read_records(
        con, sheet_records(path, name, sheet), name, scratch, slot, "xlsx", None, None
    )


def _read_text(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, scratch: Path, slot: int
) -> TableFile:
    text, encoding = to_utf8(path, name, scratch)
    head = head_of(text)
    delimiter = delimiter_of(head)
    headers = _plain_header(head, delimiter)
    lines = count_lines(text)
    if headers and lines.plain and lines.count > 1:
        try:
            con.execute(
                f'create or replace temp table "cells_{slot:d}" as select * from '
                f"{_read_csv(('#', len(headers)), header=True)}",
                {"path": str(text), "delimiter": delimiter},
            )
            if _line_numbered(con, slot, len(headers), lines.count):
                return _found(con, name, list(headers), slot, "csv", encoding, delimiter)
        except duckdb.Error:
            # Something in it is irregular: the careful reader says what, and where.
            pass
    found = records(open_text(text), delimiter)
    return _read_records(con, found, name, scratch, slot, "csv", encoding, delimiter)


def _plain_header(head: str, delimiter: str) -> tuple[str, ...]:
    """The header's cells when the header is the first line and nothing else, else ()."""
    if head[:4].casefold() == "sep=":
        return ()
    first = next(records(iter([head.split("\n", 1)[0]]), delimiter), None)
    return tuple(first.cells) if first and first.raw is None else ()


def _read_csv(columns: tuple[str, int], *, header: bool, numbered: bool = False) -> str:
    """The call of DuckDB's reader for `path` and `delimiter`, all columns being text."""
    prefix, count = columns
    names = [f"'{prefix}{number}': 'varchar'" for number in range(1, count + 1)]
    typed = ", ".join((["'line': 'bigint'"] if numbered else []) + names)
    return (
        f"read_csv($path, delim = $delimiter, quote = '\"', escape = '\"', header = {header}, "
        f"auto_detect = false, strict_mode = true, columns = {{{typed}}})"
    )


def _line_numbered(con: duckdb.DuckDBPyConnection, slot: int, width: int, line_count: int) -> bool:
    """Makes the view with line numbers; False when the table is not the file line by line."""
    cells = [f'"{cell}"' for cell in _cell_names(width)]
    long = " or ".join(f"strlen({cell}) > {CELL_LIMIT:d}" for cell in cells)
    rows, huge, blank = row(
        con,
        f"select count(*), count(*) filter ({long}), "
        f'count(*) filter (coalesce({", ".join(cells)}) is null) from "cells_{slot:d}"',
    )
    if huge or blank:
        return False
    breaks = " + ".join(
        f"coalesce(length({cell}) - length(replace({cell}, chr(10), '')), 0)" for cell in cells
    )
    if rows + 1 != line_count:
        total = value(con, f'select sum({breaks}) from "cells_{slot:d}"')
        if rows + 1 + (total or 0) != line_count:
            return False
        # Quoted cells go over several lines: a row begins after the lines of those before it.
        con.execute(
            f'create or replace temp table "cells_{slot:d}" as select rowid + 2 + '
            f"coalesce(sum({breaks}) over (order by rowid rows between unbounded preceding and 1 "
            f'preceding), 0)::bigint as line, * from "cells_{slot:d}" order by rowid'
        )
        _make_view(con, slot, None)
    else:
        _make_view(con, slot, "rowid + 2")
    _make_unread(con, slot)
    return True


def _read_records(
    con: duckdb.DuckDBPyConnection,
    found: Iterable[Record],
    name: str,
    scratch: Path,
    slot: int,
    kind: str,
    encoding: str | None,
    delimiter: str | None,
) -> TableFile:
    """Reads records through a regular file in between, refusing those that do not fit."""
    filled = (record for record in found if record.raw is not None or any(record.cells))
    header = next(filled, None)
    if header is not None and header.line == 1 and header.cells[0:1] == [f"sep={delimiter}"]:
        header = next(filled, None)
    if header is not None and delimiter and header.cells == ["sep=", ""]:
        header = next(filled, None)
    if header is None or header.raw is not None:
        raise LoadError(f"{name}: the first line is not a header. {_SAVE_AS}")
    while header.cells and not header.cells[-1]:
        header.cells.pop()
    width = len(header.cells)
    regular, refused = scratch / f"regular_{slot}.csv", scratch / f"refused_{slot}.csv"
    with (
        regular.open("w", encoding="utf-8", newline="") as good_file,
        refused.open("w", encoding="utf-8", newline="") as bad_file,
    ):
        good = csv.writer(good_file, lineterminator="\n")
        bad = csv.writer(bad_file, lineterminator="\n")
        for record in filled:
            refusal = _refusal(record, header.cells, delimiter or ",")
            if refusal is None:
                short = width - len(record.cells)
                good.writerow([record.line, *record.cells[:width], *[""] * short])
            else:
                bad.writerow([record.line, *refusal])
    con.execute(
        f'create or replace temp table "cells_{slot:d}" as select * from '
        f"{_read_csv(('#', width), header=False, numbered=True)}",
        {"path": str(regular), "delimiter": ","},
    )
    _make_unread(con, slot)
    con.execute(
        f'insert into "unread_{slot:d}" select * from '
        f"{_read_csv(('#', 4), header=False, numbered=True)}",
        {"path": str(refused), "delimiter": ","},
    )
    _make_view(con, slot, None)
    return _found(con, name, header.cells, slot, kind, encoding, delimiter)


def _refusal(
    record: Record, headers: list[str], delimiter: str
) -> tuple[str, str, str, str] | None:
    """Column, value, reason and raw text of a record that cannot be taken, else None."""
    if record.raw is not None:
        reason = "cell_too_long" if len(record.raw) > ROW_LIMIT else "unreadable_row"
        return "", "", reason, record.raw[:RAW_LIMIT]
    lengths = [len(cell) for cell in record.cells]
    longest = max(lengths)
    if longest > CELL_LIMIT or sum(lengths) > ROW_LIMIT:
        column = lengths.index(longest)
        named = headers[column] if column < len(headers) else ""
        raw = delimiter.join(cell[:100] for cell in record.cells[:100])
        return named, record.cells[column][:100] + "…", "cell_too_long", raw[:RAW_LIMIT]
    if any(record.cells[len(headers) :]):
        return "", "", "unreadable_row", delimiter.join(record.cells)[:RAW_LIMIT]
    return None


def _make_unread(con: duckdb.DuckDBPyConnection, slot: int) -> None:
    con.execute(
        f'create or replace temp table "unread_{slot:d}" '
        '(line bigint, "column" varchar, value varchar, reason varchar, raw varchar)'
    )


def _make_view(con: duckdb.DuckDBPyConnection, slot: int, line: str | None) -> None:
    added = f"{line} as line, " if line else ""
    con.execute(
        f'create or replace temp view "file_{slot:d}" as select {added}* from "cells_{slot:d}"'
    )


def _found(
    con: duckdb.DuckDBPyConnection,
    name: str,
    headers: list[str],
    slot: int,
    kind: str,
    encoding: str | None,
    delimiter: str | None,
) -> TableFile:
    both = f'(select count(*) from "cells_{slot:d}") + (select count(*) from "unread_{slot:d}")'
    return TableFile(
        slot=slot,
        name=name,
        headers=tuple(distinct_headers(headers)),
        format=kind,
        encoding=encoding,
        delimiter=delimiter,
        rows=value(con, f"select {both}"),
    )


def distinct_headers(headers: Iterable[str]) -> Iterator[str]:
    """The headers as a mapping names them: none blank, and the second `Date` is `Date (2)`."""
    seen: dict[str, int] = {}
    for number, header in enumerate(headers, 1):
        shown = " ".join(header.removeprefix("\ufeff").split()) or f"Column {number}"
        seen[shown] = seen.get(shown, 0) + 1
        yield shown if seen[shown] == 1 else f"{shown} ({seen[shown]})"


def _cell_names(width: int) -> tuple[str, ...]:
    # No field and no dimension can have such a name.
    return tuple(f"#{number}" for number in range(1, width + 1))
