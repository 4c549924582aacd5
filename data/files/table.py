"""Any file a person has on the desk becomes a DuckDB table of text.

The format is recognised by the content, never by the name: gzip or a ZIP around anything, XLSX
(XLS, ODS), tables in HTML or XML as many systems write them under the name of a workbook, JSON,
Parquet, else delimited text. What is regular is read by DuckDB's own reader; a file with blank
lines, stray quotes, rows of uneven length or huge cells is read record by record, so that every
row has the number of the line it begins on and what cannot be read is kept with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.connection import columns_of, row, value
from data.errors import LoadError
from data.files import json_records, limits, parquet
from data.files.cells import (
    WIDE,
    cell_names,
    let_go,
    make_unread,
    make_view,
    put_records,
    refuse_long_rows,
    row_of,
    show_columns,
    take_back,
    take_out_faults,
)
from data.files.delimited import (
    CELL_LIMIT,
    RAW_LIMIT,
    count_lines,
    delimiter_of,
    head_of,
    open_text,
    records,
    to_utf8,
)
from data.files.footer import set_aside
from data.files.header import Aside, Headed, distinct_headers, headed
from data.files.markup import html_records, xml_records
from data.files.packing import kind_of, own_errors, unpacked
from data.files.workbook import Sheet, Workbook, open_workbook
from data.quoting import literal, quoted

MANY_CELLS = 1_000_000
"""To read so many again, which is seldom asked for, is better than to hold them."""


def _number(cell: str) -> int:
    return int(cell.removeprefix("#"))


@dataclass(frozen=True)
class TableFile:
    """A file that has been read into two temporary tables of a connection.

    `table` is a view, one row per row of the file: `line` (bigint, the header is on line 1) and
    `#1` … `#n` (varchar, null for the empty cell), in the order of `headers`. `unread` holds what
    could not be read: `line`, `column`, `value`, `reason`, `raw`, and `is_row`, whether it is the
    whole row or that cell alone.
    """

    slot: int
    """The number in the names of the tables."""
    name: str
    headers: tuple[str, ...]
    format: str
    encoding: str | None
    delimiter: str | None
    rows: int
    """How many rows the file has below its header, those included that could not be read, and the
    lines of `below`."""
    notices: tuple[str, ...] = ()
    """What a person must know about how it was read."""
    above: tuple[Aside, ...] = ()
    """The lines above the header."""
    below: tuple[Aside, ...] = ()
    """The lines below it that are no rows: totals, notes, the header once more."""
    sheets: tuple[Sheet, ...] = ()
    """The sheets of a workbook that were read, in their order."""
    sheets_left: tuple[str, ...] = ()
    """Of a workbook: the sheets that hold something and were not read."""
    hidden_sheets: tuple[str, ...] = ()
    """Of a workbook: all that are hidden."""
    merged_cells: int = 0
    """Of a workbook: the cells of the sheets read that are merged with those under them."""
    numbering: str = "line"
    """The SQL of the line of a row of its cells."""
    source: str = ""
    """The query that reads its rows from the file again; empty where it would not be the same."""

    @property
    def table(self) -> str:
        """The view of its rows."""
        return f"file_{self.slot:d}"

    @property
    def unread(self) -> str:
        """The table of the rows and cells that could not be read."""
        return f"unread_{self.slot:d}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The names of the view's columns that hold the cells."""
        return cell_names(len(self.headers))

    def row_of(self, alias: str) -> str:
        """The SQL of a list of all cells of a row of `table`, which has that alias."""
        return row_of(len(self.headers), alias)

    def show(
        self,
        con: duckdb.DuckDBPyConnection,
        cells: Iterable[str],
        filled: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Makes sure that `table` has these of its columns, however many there are.

        An empty cell of a column that is `filled` has the text of the first of others that has one.
        """
        show_columns(
            con,
            self.slot,
            len(self.headers),
            self.numbering,
            map(_number, cells),
            {
                _number(cell): [_number(other) for other in others]
                for cell, others in (filled or {}).items()
            },
        )

    def let_go(self, con: duckdb.DuckDBPyConnection) -> bool:
        """Gives back the memory of its cells: from here on they are read when they are asked for.

        Returns whether it did. Of a small file, or one that was mended on the way in, they stay.
        """
        is_worth_it = self.rows * len(self.headers) >= MANY_CELLS
        if is_worth_it and self.source:
            let_go(con, self.slot, len(self.headers), self.source)
        return is_worth_it and bool(self.source)

    def take_back(self, con: duckdb.DuckDBPyConnection, lines: str) -> None:
        """Reads the cells of the lines that a query names, of a file whose cells were let go."""
        take_back(con, self.slot, len(self.headers), lines)

    def place_of(self, line: int) -> tuple[str, int]:
        """What the file and the line are called where a person looks for them."""
        if len(self.sheets) < 2:
            return self.name, line
        sheet = max((each for each in self.sheets if each.before < line), key=lambda e: e.before)
        return f"{self.name} › {sheet.name}", line - sheet.before

    def place(self, line: str) -> tuple[str, str, dict[str, object]]:
        """The same as SQL of the SQL of a line, with what it binds."""
        if len(self.sheets) < 2:
            return "$file", line, {"file": self.name}
        at = f"len(list_filter($sheet_before, lambda before: before < {line}))"
        return (
            f"$sheet_name[{at}]",
            f"{line} - $sheet_before[{at}]",
            {
                "sheet_before": [sheet.before for sheet in self.sheets],
                "sheet_name": [f"{self.name} › {sheet.name}" for sheet in self.sheets],
            },
        )

    def sample(self, con: duckdb.DuckDBPyConnection, rows: int) -> list[tuple[str | None, ...]]:
        """The cells of the first rows."""
        first = f'from "{self.table}" order by line limit {rows:d}'
        # (their cells are put together once they are found: not those of every row)
        found = con.execute(
            f"select {self.row_of('file')} from ({first}) as file order by line"
        ).fetchall()
        return [tuple(cells) for (cells,) in found]


def read_table(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    scratch: Path,
    *,
    slot: int = 1,
    name: str | None = None,
    sheet: str | None = None,
    header: int | None = None,
) -> TableFile:
    """Reads a file into the temporary tables number `slot` of the connection.

    `scratch` is a folder for files in between, `name` what the file is called in messages, `sheet`
    the sheet of a workbook (the first visible one with data unless given),
    `header` the line that the header is on (found unless given).

    Raises:
        LoadError: the file is missing, empty, cut off, binary, too large, or has nothing below its
            header.
    """
    shown = name or path.name
    with own_errors(shown):
        plain = unpacked(path, shown, scratch)
        match kind_of(plain, shown):
            case "parquet":
                found = _read_parquet(con, plain, shown, slot)
            case "xlsx":
                found = _read_workbook(con, plain, shown, slot, sheet, header)
            case "json":
                found = _read_json(con, to_utf8(plain, shown, scratch).path, shown, slot)
            case "html":
                rows = html_records(to_utf8(plain, shown, scratch).path, shown)
                found = _read_records(con, headed(rows, shown, None, header), shown, slot, "html")
            case "xml":
                rows = xml_records(plain, shown)
                found = _read_records(con, headed(rows, shown, None, header), shown, slot, "xml")
            case _:
                found = _read_text(con, plain, shown, scratch, slot, header)
    if found.rows == 0:
        raise LoadError(f"{shown}: there is a header, but no rows below it.")
    return found


def _read_parquet(con: duckdb.DuckDBPyConnection, path: Path, name: str, slot: int) -> TableFile:
    headers, cells, _ = parquet.look_at(con, path, name)
    at = {"path": str(path)}
    texts = [f"cast({quoted(header)} as varchar)" for header in headers]
    with parquet.clear_errors(name):
        # A value that is there once may be that of every row.
        size, longest = row(
            con,
            f"select sum(list_sum([{', '.join(f'strlen({text})' for text in texts)}])), "
            f"max(list_max([{', '.join(f'length({text})' for text in texts)}])) "
            "from read_parquet($path)",
            at,
        )
        limits.check_unpacked(name, path.stat().st_size, int(size or 0))
        con.execute(
            f'create or replace temp table "cells_{slot:d}" as '
            f"select file_row_number + 2 as line, {cells} "
            "from read_parquet($path, file_row_number = true)",
            at,
        )
    make_unread(con, slot)
    make_view(con, slot, len(headers))
    if longest and longest > CELL_LIMIT:
        refuse_long_rows(con, slot, headers)
    return _found(con, name, Headed(headers, 1, (), iter(())), slot, "parquet")


def _read_json(con: duckdb.DuckDBPyConnection, path: Path, name: str, slot: int) -> TableFile:
    held, headers, cells = json_records.look_at(con, path, name)
    is_record = "json_type(json) = 'OBJECT'"
    con.execute(
        f'create or replace temp table "cells_{slot:d}" as '
        f"select line, {cells} from {held} where {is_record}"
    )
    make_unread(con, slot)
    con.execute(
        f"insert into \"unread_{slot:d}\" select line, null, null, 'unreadable_row', "
        f"left(cast(json as varchar), {RAW_LIMIT:d}), true from {held} "
        f"where ({is_record}) is not true"
    )
    con.execute(f"drop table {held}")
    make_view(con, slot, len(headers))
    refuse_long_rows(con, slot, headers)
    return _found(con, name, Headed(headers, 0, (), iter(())), slot, "json", "utf-8")


def _read_workbook(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    slot: int,
    sheet: str | None,
    header: int | None,
) -> TableFile:
    book = open_workbook(path, name, sheet, header)
    return _read_records(con, book.table(), name, slot, "xlsx", book=book)


def _read_text(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    scratch: Path,
    slot: int,
    header: int | None,
) -> TableFile:
    text = to_utf8(path, name, scratch)
    notices = []
    if text.damaged:
        notices.append(
            f"{name}: {text.damaged:,} characters are not valid UTF-8, the first one on line "
            f"{text.damaged_line:,}; each was read as �."
        )
    delimiter = delimiter_of(head_of(text.path))
    top = headed(records(open_text(text.path), delimiter), name, delimiter, header)
    width = len(top.headers)
    lines = count_lines(text.path, after=top.line - 1)
    if 0 < width <= WIDE and lines.plain and lines.count > 1:
        try:
            source = _read_csv(text.path, delimiter, width, top.line - 1)
            con.execute(f'create or replace temp table "cells_{slot:d}" as select * from {source}')
            if _line_numbered(con, slot, width, lines.count, top.line):
                return _found(
                    con, name, top, slot, "csv", text.encoding, delimiter,
                    notices=notices, source=source,
                )  # fmt: skip
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            # Something in it is irregular: the careful reader says what, and where.
            pass
    return _read_records(con, top, name, slot, "csv", text.encoding, delimiter, notices=notices)


def _read_csv(path: Path, delimiter: str, width: int, skip: int) -> str:
    """The call of DuckDB's reader, all columns being text.

    skip: how many lines are above that of the header.
    """
    typed = ", ".join(f"'{cell}': 'varchar'" for cell in cell_names(width))
    return (
        f"read_csv({literal(str(path))}, delim = {literal(delimiter)}, quote = '\"', "
        f"escape = '\"', header = true, skip = {skip:d}, auto_detect = false, "
        f"strict_mode = true, columns = {{{typed}}})"
    )


def _line_numbered(
    con: duckdb.DuckDBPyConnection, slot: int, width: int, line_count: int, header: int
) -> bool:
    """Makes the view with line numbers; False when the table is not the file line by line.

    line_count: of the line of the header and those below; header: the number of that line.
    """
    cells = [f'"{cell}"' for cell in cell_names(width)]
    rows, blank, *longest = row(
        con,
        f"select count(*), count(*) filter (coalesce({', '.join(cells)}) is null), "
        f'{", ".join(f"max(strlen({cell}))" for cell in cells)} from "cells_{slot:d}"',
    )
    if blank or any(length is not None and length > CELL_LIMIT for length in longest):
        return False
    together = f"concat({', '.join(cells)})"
    breaks = f"length({together}) - length(replace({together}, chr(10), ''))"
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
        make_view(con, slot, width)
    else:
        make_view(con, slot, width, f"rowid + {header + 1:d}")
    make_unread(con, slot)
    return True


def _read_records(
    con: duckdb.DuckDBPyConnection,
    top: Headed,
    name: str,
    slot: int,
    kind: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    *,
    notices: Iterable[str] = (),
    book: Workbook | None = None,
) -> TableFile:
    """Reads records one by one, refusing those that do not fit the header."""
    put_records(con, slot, top.headers, top.below, delimiter or ",")
    make_view(con, slot, len(top.headers))
    return _found(con, name, top, slot, kind, encoding, delimiter, notices=notices, book=book)


def _found(
    con: duckdb.DuckDBPyConnection,
    name: str,
    top: Headed,
    slot: int,
    kind: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    *,
    notices: Iterable[str] = (),
    book: Workbook | None = None,
    source: str = "",
) -> TableFile:
    sheets = book.sheets if book else ()
    below: tuple[Aside, ...] = ()
    if kind not in _WITHOUT_NOTES:
        below = set_aside(con, slot, top.headers, [sheet.before for sheet in sheets] or [0])
    rows = value(
        con,
        f'select (select count(*) from "cells_{slot:d}") + '
        f'(select count(*) from "unread_{slot:d}" where is_row)',
    )
    shown = tuple(distinct_headers(top.headers))
    is_numbered = "line" in columns_of(con, f"cells_{slot:d}", "temp")
    has_faults = take_out_faults(con, slot, shown, delimiter or ",")
    by_row = f"select row_number() over () + {top.line:d} as line, * from {source}"
    return TableFile(
        slot=slot,
        name=name,
        headers=shown,
        format=kind,
        encoding=encoding,
        delimiter=delimiter,
        rows=rows + len(below),
        notices=tuple(notices),
        above=top.above,
        below=below,
        sheets=sheets,
        sheets_left=book.others if book else (),
        hidden_sheets=book.hidden if book else (),
        merged_cells=book.merged if book else 0,
        numbering="line" if is_numbered else f"rowid + {top.line + 1:d}",
        source=by_row if source and not (is_numbered or has_faults) else "",
    )


_WITHOUT_NOTES = ("parquet", "json")
"""Formats whose every record is a row."""
