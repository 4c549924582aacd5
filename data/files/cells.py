"""The tables of a file on a connection: its cells, and the rows and cells that cannot be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa

from data.connection import row, value
from data.files import xlsx
from data.files.delimited import CELL_LIMIT, RAW_LIMIT, ROW_LIMIT, Record
from data.quoting import quoted

FAULTS = (
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    "#FIELD!", "#BLOCKED!", "#CONNECT!", "#GETTING_DATA", xlsx.UNSAVED,
)  # fmt: skip
"""What a spreadsheet shows, and exports, where it could not work out a cell."""

_AT_ONCE = 200_000  # cells that are handed to the engine together

WIDE = 200
"""A table with more columns has its cells in one column of lists: what the engine does with each
column of a table takes longer than in proportion to how many there are."""

Refusal = tuple[int | str | bool | None, ...]
"""A row of `unread_<slot>`."""


def cell_names(width: int) -> tuple[str, ...]:
    """The names of the columns of cells: no field and no dimension can have such a name."""
    return tuple(f"#{number}" for number in range(1, width + 1))


def row_of(width: int, alias: str) -> str:
    """The SQL of a list of all cells of a row of `cells_<slot>` or `file_<slot>`."""
    if width > WIDE:
        return f"{alias}.cells"
    return f"[{', '.join(f'{alias}.{quoted(name)}' for name in cell_names(width))}]"


def make_unread(con: duckdb.DuckDBPyConnection, slot: int) -> None:
    """Makes `unread_<slot>`, empty."""
    con.execute(
        f'create or replace temp table "unread_{slot:d}" '
        '(line bigint, "column" varchar, value varchar, reason varchar, raw varchar, '
        "is_row boolean)"
    )


Filled = Mapping[int, Sequence[int]]
"""By the number of a column, those whose cells are taken where its own are empty."""


def make_view(
    con: duckdb.DuckDBPyConnection,
    slot: int,
    width: int,
    line: str = "line",
    beyond: Iterable[int] = (),
    filled: Filled | None = None,
) -> None:
    """Makes the view `file_<slot>` of the cells, with the SQL of the line of each row.

    Of a wide table it has the first columns, and those `beyond` them that are named.
    """
    filled = filled or {}
    if width > WIDE:
        columns = "".join(
            f', {_filled_cell(number, filled.get(number, ()), wide=True)} as "#{number:d}"'
            for number in (*range(1, WIDE + 1), *beyond)
        )
        what = f"{line} as line, cells{columns}"
    else:
        replaced = ", ".join(
            f'{_filled_cell(number, others, wide=False)} as "#{number:d}"'
            for number, others in filled.items()
        )
        what = "*" if line == "line" else f"{line} as line, *"
        what += f" replace ({replaced})" if replaced else ""
    con.execute(
        f'create or replace temp view "file_{slot:d}" as select {what} from "cells_{slot:d}"'
    )


def _filled_cell(number: int, others: Sequence[int], *, wide: bool) -> str:
    cells = [f"cells[{each:d}]" if wide else f'"#{each:d}"' for each in (number, *others)]
    if len(cells) == 1:
        return cells[0]
    texts = [f"nullif(trim({cell}), '')" for cell in cells]
    return f"coalesce({', '.join(texts)})"


def show_columns(
    con: duckdb.DuckDBPyConnection,
    slot: int,
    width: int,
    line: str,
    numbers: Iterable[int],
    filled: Filled,
) -> None:
    """Shows further columns of a wide table in its view, by their numbers, and fills some."""
    beyond = [number for number in sorted({*numbers}) if number > WIDE]
    if (width > WIDE and beyond) or filled:
        make_view(con, slot, width, line, beyond, filled)


def put_records(
    con: duckdb.DuckDBPyConnection,
    slot: int,
    headers: list[str],
    found: Iterable[Record],
    delimiter: str,
) -> None:
    """Makes `cells_<slot>` of the records that fit the header, `unread_<slot>` of the others."""
    width = len(headers)
    typed = ", ".join(f'"{name}" varchar' for name in cell_names(width))
    columns = "cells varchar[]" if width > WIDE else typed
    con.execute(f'create or replace temp table "cells_{slot:d}" (line bigint, {columns})')
    make_unread(con, slot)
    for good, bad in _batches(found, headers, delimiter):
        if good:
            rows = [_filled(record.cells, width) for record in good]
            lines = pa.array([record.line for record in good], pa.int64())
            cells = [rows] if width > WIDE else zip(*rows, strict=True)
            kind = pa.list_(pa.string()) if width > WIDE else pa.string()
            _insert(con, f"cells_{slot:d}", [lines, *(pa.array(part, kind) for part in cells)])
        if bad:
            kinds = (pa.int64(), *[pa.string()] * 4, pa.bool_())
            parts = zip(zip(*bad, strict=True), kinds, strict=True)
            _insert(con, f"unread_{slot:d}", [pa.array(part, kind) for part, kind in parts])


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


def _filled(cells: list[str], width: int) -> list[str | None]:
    return [cell or None for cell in cells[:width]] + [None] * (width - len(cells))


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
    cells = row_of(len(headers), "found")
    is_long = f"list_transform({cells}, lambda cell: coalesce(length(cell), 0) > {CELL_LIMIT:d})"
    start = f"list_transform({cells}, lambda cell: left(coalesce(cell, ''), 100))"
    con.execute(
        f'insert into "unread_{slot:d}" select line, $headers[number], '
        "starts[number] || '…', 'cell_too_long', "
        f"left(array_to_string(starts, ','), {RAW_LIMIT:d}), true from ("
        f"select line, list_position({is_long}, true) as number, {start} as starts "
        f'from "cells_{slot:d}" as found) where number > 0',
        {"headers": list(headers)},
    )
    con.execute(f'delete from "cells_{slot:d}" where line in (select line from "unread_{slot:d}")')


def take_out_faults(
    con: duckdb.DuckDBPyConnection, slot: int, headers: Sequence[str], delimiter: str
) -> bool:
    """Empties the cells that hold an error of a spreadsheet, and lists them as unread.

    Returns whether there are any.
    """
    width = len(headers)
    names = cell_names(width)
    # (they all begin alike, and of a column in which no cell does so the engine looks at none)
    faults = [
        f'("{name}" >= \'#\' and "{name}" < \'$\' and "{name}" in {FAULTS!r})' for name in names
    ]
    if width > WIDE:
        faults = [f"list_has_any(cells, {list(FAULTS)!r})"]
    if not value(con, f'select count(*) from "cells_{slot:d}" where {" or ".join(faults)}'):
        return False
    counted = ", ".join(f"count(*) filter ({fault})" for fault in faults)
    counts = row(con, f'select {counted} from "cells_{slot:d}"')
    cells = row_of(width, "found")
    is_faulty = f"list_has_any({cells}, {list(FAULTS)!r})"
    con.execute(
        f"""
        insert into "unread_{slot:d}"
        with faulty as (
            select line, {cells} as cells from "file_{slot:d}" as found where {is_faulty}
        ),
        single as (
            select
                line,
                unnest(cells) as cell,
                unnest(range(1, len(cells) + 1)) as number,
                array_to_string(list_transform(cells, lambda c: coalesce(c, '')), $delimiter) as raw
            from faulty
        )
        select line, $headers[number], cell, 'error_cell', left(raw, {RAW_LIMIT:d}), false
        from single
        where cell in {FAULTS!r}
        """,
        {"headers": list(headers), "delimiter": delimiter},
    )
    touched = [quoted(name) for name, count in zip(names, counts, strict=width <= WIDE) if count]
    emptied = ", ".join(f"{name} = {_without_fault(name)}" for name in touched)
    if width > WIDE:
        emptied = f"cells = list_transform(cells, lambda cell: {_without_fault('cell')})"
    con.execute(f'update "cells_{slot:d}" as found set {emptied} where {is_faulty}')
    return True


def let_go(con: duckdb.DuckDBPyConnection, slot: int, width: int, source: str) -> None:
    """Has the cells be read from their file by a query when they are asked for, and not be held."""
    con.execute(f'drop view temp."file_{slot:d}"')
    con.execute(f'drop table temp."cells_{slot:d}"')
    con.execute(f'create temp view "cells_{slot:d}" as {source}')
    make_view(con, slot, width)


def take_back(con: duckdb.DuckDBPyConnection, slot: int, width: int, lines: str) -> None:
    """Holds the cells of those lines that a query names, which are asked for more than once."""
    con.execute(
        f'create temp table "asked_{slot:d}" as select * from "cells_{slot:d}" '
        f"where line in ({lines})"
    )
    con.execute(f'drop view temp."file_{slot:d}"')
    con.execute(f'drop view temp."cells_{slot:d}"')
    con.execute(f'alter table "asked_{slot:d}" rename to "cells_{slot:d}"')
    make_view(con, slot, width)


def _without_fault(cell: str) -> str:
    return f"case when {cell} in {FAULTS!r} then null else {cell} end"
