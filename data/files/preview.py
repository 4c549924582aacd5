"""The top of a file, read without the rest: for a form in which its mapping is corrected."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from data.connection import value
from data.errors import LoadError
from data.files import json_records, parquet
from data.files.delimited import (
    Record,
    delimiter_of,
    encoding_of_head,
    head_of,
    open_text,
    records,
    to_utf8,
)
from data.files.header import Aside, Headed, distinct_headers, headed
from data.files.markup import html_records, xml_records
from data.files.packing import kind_of, own_errors, unpacked
from data.files.workbook import open_workbook

_TOP = 1 << 20  # bytes of a text that a preview reads


@dataclass(frozen=True)
class Preview:
    """The top of a file, for a form in which its mapping is corrected."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    row_count: int | None
    """How many rows the file has; None when only its top was read."""
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None = None
    """Of a workbook: the sheet that was read."""
    sheets: tuple[str, ...] = ()
    """Of a workbook: all sheets that hold something."""
    together: tuple[str, ...] = ()
    """Of a workbook: those that are read, as one table."""
    above: tuple[Aside, ...] = ()
    """The lines above the header."""
    header_line: int | None = None
    """The line that the header ends on; None where the format says which names there are."""


def preview(
    path: Path,
    scratch: Path,
    *,
    rows: int = 20,
    name: str | None = None,
    sheet: str | None = None,
    header: int | None = None,
) -> Preview:
    """The headers and first rows of a file, of which no more is read than that takes.

    sheet, header: as in `read_table`.

    Raises:
        LoadError: as `read_table` does, for what shows at the top of the file.
    """
    shown = name or path.name
    with own_errors(shown):
        plain = unpacked(path, shown, scratch, most=_TOP)
        match kind_of(plain, shown):
            case "parquet":
                return _top_of_parquet(plain, shown, rows)
            case "xlsx":
                book = open_workbook(plain, shown, sheet, header)
                table = book.table()
                found = _top(table, shown, rows)
                top = Preview(shown, *found, "xlsx", None, None, book.sheet, book.filled)
                return replace(top, together=book.read, above=table.above, header_line=table.line)
            case "json":
                return _top_of_json(to_utf8(plain, shown, scratch).path, shown, rows)
            case "html" | "xml" as kind:
                table = headed(_marked_up(plain, shown, scratch, kind), shown, None, header)
                found = _top(table, shown, rows)
                top = Preview(shown, *found, kind, None, None, above=table.above)
                return replace(top, header_line=table.line)
        text = to_utf8(_head_file(plain, shown, scratch), shown, scratch)
        delimiter = delimiter_of(head_of(text.path))
        is_whole = plain.stat().st_size < _TOP
        table = headed(records(open_text(text.path), delimiter), shown, delimiter, header)
        found = _top(table, shown, rows, is_whole=is_whole)
        top = Preview(shown, *found, "csv", text.encoding, delimiter, above=table.above)
        return replace(top, header_line=table.line)


def _marked_up(path: Path, name: str, scratch: Path, kind: str) -> Iterator[Record]:
    if kind == "xml":
        return xml_records(path, name)
    return html_records(to_utf8(path, name, scratch).path, name)


def _top(
    table: Headed, name: str, wanted: int, *, is_whole: bool = False
) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...], int | None]:
    """The headers and the first rows of a table, and how many rows there are when all are here."""
    header, below = table.headers, table.below
    width = len(header)
    count = None
    if is_whole:
        rows = list(below)
        count, below = len(rows), iter(rows)
        if not rows:
            raise LoadError(f"{name}: there is a header, but no rows below it.")
    whole = (record.cells for record in below if record.raw is None)
    top = tuple(
        tuple(cell or None for cell in (*cells[:width], *[""] * (width - len(cells))))
        for cells in islice(whole, wanted)
    )
    return tuple(distinct_headers(header)), top, count


def _top_of_parquet(path: Path, name: str, wanted: int) -> Preview:
    with duckdb.connect() as con:
        headers, cells, count = parquet.look_at(con, path, name)
        top = con.execute(
            f"select {cells} from read_parquet($path) limit {wanted:d}", {"path": str(path)}
        ).fetchall()
    return Preview(name, tuple(distinct_headers(headers)), tuple(top), count, "parquet", None, None)


def _top_of_json(path: Path, name: str, wanted: int) -> Preview:
    with duckdb.connect() as con:
        held, headers, cells = json_records.look_at(con, path, name)
        top = con.execute(
            f"select {cells} from {held} where json_type(json) = 'OBJECT' order by line "
            f"limit {wanted:d}"
        ).fetchall()
        count = int(value(con, f"select count(*) from {held}"))
    return Preview(name, tuple(distinct_headers(headers)), tuple(top), count, "json", "utf-8", None)


def _head_file(path: Path, name: str, scratch: Path) -> Path:
    """The first whole lines of a text, in a file of their own unless that is all of it."""
    with path.open("rb") as file:
        head = file.read(_TOP)
        if not file.read(1):
            return path
    end = max(head.rfind(b"\n"), head.rfind(b"\r"))
    if end < len(head) // 2:  # the last line of it is most of it
        end = len(head)
    encoding = encoding_of_head(head, name) or ""
    if encoding.startswith(("utf-16", "utf-32")):
        end -= end % (4 if encoding == "utf-32" else 2)  # the bytes of the line's end stay together
    elif end == len(head):
        end = len(head.rstrip(bytes(range(0x80, 0x100))))
    top = scratch / f"{path.name}.top"
    top.write_bytes(head[:end])
    return top
