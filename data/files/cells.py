"""The tables of a file on a connection: its cells, and the rows and cells that cannot be read."""

from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pyarrow as pa

from data.connection import row
from data.files import xlsx
from data.files.delimited import CELL_LIMIT, RAW_LIMIT, ROW_LIMIT, Record

FAULTS = (
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    "#FIELD!", "#BLOCKED!", "#CONNECT!", "#GETTING_DATA", xlsx.UNSAVED,
)  # fmt: skip
"""What a spreadsheet shows, and exports, where it could not work out a cell."""

_AT_ONCE = 200_000  # cells that are handed to the engine together

Refusal = tuple[int | str | bool | None, ...]
"""A row of `unread_<slot>`."""


def cell_names(width: int) -> tuple[str, ...]:
    """The names of the columns of cells: no field and no dimension can have such a name."""
    return tuple(f"#{number}" for number in range(1, width + 1))


def make_unread(con: duckdb.DuckDBPyConnection, slot: int) -> None:
    """Makes `unread_<slot>`, empty."""
    con.execute(
        f'create or replace temp table "unread_{slot:d}" '
        '(line bigint, "column" varchar, value varchar, reason varchar, raw varchar, '
        "is_row boolean)"
    )


def make_view(con: duckdb.DuckDBPyConnection, slot: int, line: str | None) -> None:
    """Makes the view `file_<slot>` of the cells, with the line of each row as SQL if need be."""
    added = f"{line} as line, " if line else ""
    con.execute(
        f'create or replace temp view "file_{slot:d}" as select {added}* from "cells_{slot:d}"'
    )


def put_records(
    con: duckdb.DuckDBPyConnection,
    slot: int,
    headers: list[str],
    found: Iterable[Record],
    delimiter: str,
) -> None:
    """Makes `cells_<slot>` of the records that fit the header, `unread_<slot>` of the others."""
    names = cell_names(len(headers))
    typed = "".join(f', "{name}" varchar' for name in names)
    con.execute(f'create or replace temp table "cells_{slot:d}" (line bigint{typed})')
    make_unread(con, slot)
    for good, bad in _batches(found, headers, delimiter):
        if good:
            lines = [record.line for record in good]
            cells = [
                [cell or None for cell in column]
                for column in zip(*(_filled(record.cells, len(names)) for record in good))
            ]
            _insert(
                con,
                f"cells_{slot:d}",
                [pa.array(lines, pa.int64()), *(pa.array(column, pa.string()) for column in cells)],
            )
        if bad:
            kinds = (pa.int64(), *[pa.string()] * 4, pa.bool_())
            columns = zip(zip(*bad), kinds, strict=True)
            _insert(con, f"unread_{slot:d}", [pa.array(each, kind) for each, kind in columns])


def _batches(
    found: Iterable[Record], headers: list[str], delimiter: str
) -> Iterator[tuple[list[Record], list[Refusal]]]:
    most = max(_AT_ONCE // len(headers), 1)
    good: list[Record] = []
    bad: list[Refusal] = []
    for record in found:
        refusal = _refusal(record, headers, delimiter)
        if refusal is None:
            good.append(record)
        else:
            bad.append((record.line, *(part or None for part in refusal), True))
        if len(good) + len(bad) >= most:
            yield good, bad
            good, bad = [], []
    yield good, bad


def _filled(cells: list[str], width: int) -> list[str]:
    return cells[:width] + [""] * (width - len(cells))


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: list[pa.Array]) -> None:
    names = [str(number) for number in range(len(columns))]
    con.register("arriving", pa.Table.from_arrays(columns, names))
    try:
        con.execute(f'insert into "{table}" select * from arriving')
    finally:
        con.unregister("arriving")


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


def refuse_long_rows(con: duckdb.DuckDBPyConnection, slot: int, headers: Sequence[str]) -> None:
    """Moves the rows with a cell that is too long from the cells to what could not be read."""
    names = cell_names(len(headers))
    longest = row(
        con,
        "select "
        + ", ".join(f'max(length("{name}"))' for name in names)
        + f' from "cells_{slot:d}"',
    )
    for name, header, length in zip(names, headers, longest, strict=True):
        if length is None or length <= CELL_LIMIT:
            continue
        too_long = f'from "cells_{slot:d}" where length("{name}") > {CELL_LIMIT:d}'
        con.execute(
            f'insert into "unread_{slot:d}" select line, $header, left("{name}", 100) || \'…\', '
            f"'cell_too_long', left(\"{name}\", {RAW_LIMIT:d}), true {too_long}",
            {"header": header},
        )
        con.execute(f"delete {too_long}")


def take_out_faults(
    con: duckdb.DuckDBPyConnection, slot: int, headers: Sequence[str], delimiter: str
) -> None:
    """Empties the cells that hold an error of a spreadsheet, and lists them as unread."""
    names = cell_names(len(headers))
    at_fault = row(
        con,
        "select " + ", ".join(f'count(*) filter ("{name}" in {FAULTS!r})' for name in names)
        + f' from "cells_{slot:d}"',
    )  # fmt: skip
    raw = ", ".join(f"coalesce(\"{name}\", '')" for name in names)
    found = [pair for pair, count in zip(zip(names, headers), at_fault, strict=True) if count]
    for name, header in found:
        con.execute(
            f'insert into "unread_{slot:d}" select line, $header, "{name}", \'error_cell\', '
            f"left(array_to_string([{raw}], $delimiter), {RAW_LIMIT:d}), false "
            f'from "file_{slot:d}" where "{name}" in {FAULTS!r}',
            {"header": header, "delimiter": delimiter},
        )
    if found:
        emptied = ", ".join(
            f'"{name}" = case when "{name}" in {FAULTS!r} then null else "{name}" end'
            for name, _ in found
        )
        touched = " or ".join(f'"{name}" in {FAULTS!r}' for name, _ in found)
        con.execute(f'update "cells_{slot:d}" set {emptied} where {touched}')
