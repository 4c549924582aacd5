"""One file's rows, read as its mapping says: typed, each either good or refused with its reason."""

from collections.abc import Collection, Iterator, Sequence

import duckdb

from data.connection import row, value
from data.files.header import Aside
from data.files.table import TableFile
from data.load.columns import columns_of_rows
from data.load.intake import Intake, Setting
from data.load.notices import Notice
from data.load.reader import Columns, Reader, reader_of
from data.load.rejects import REASONS, list_cells
from data.load.staging import is_month, join_key, local
from data.mapping.fields import OF_LEADS, STATUS_FIELDS
from data.mapping.mapping import FileMapping
from data.quoting import one_of, quoted, used
from data.values.text import tidied, tidy


def take_in(
    con: duckdb.DuckDBPyConnection,
    file: TableFile,
    entry: FileMapping,
    setting: Setting,
    lookups: Sequence[Intake] = (),
    known: Collection[str] = (),
) -> Intake:
    """Reads a file's rows into their table, `rows_<slot>` of `data.load.staging`.

    Cells that cannot be read in rows that are kept are blanked and listed at once in `refusals`;
    rows that are refused as a whole only know why, since they may yet be refused for more. `known`
    are the further dimensions that the store and the files before this one have.

    Raises:
        MappingError: a column of the mapping is not there.
        AmbiguousDates: the order of day and month has to be said.
    """
    intake = Intake(file, entry, notices=[*file.notices, *_about_sheets(file), *_about_lines(file)])
    reader = reader_of(con, intake, setting, known)
    columns = columns_of_rows(reader)
    _make_rows(reader, columns)
    taken = value(con, f'select count(*) from "{intake.table}"')
    unread = value(con, f'select count(*) from "{file.unread}" where is_row')
    intake.skipped = file.rows - unread - taken
    refuse_doubled(con, intake)
    if entry.table == "spend":
        _look_for_months(con, intake)
    if entry.table == "rates":
        key = f'"{local("day")}", currency'
        _refuse_second_rows(con, intake, key, "duplicate_rate", "day")
    _list_blanks(con, intake, columns)
    for lookup in lookups:
        _look_up(con, intake, lookup)
    return intake


_LINES_SAID = 5


def _about_sheets(file: TableFile) -> Iterator[Notice]:
    """What to say of the sheets of a workbook: which were read, and which were not."""
    read = [sheet.name for sheet in file.sheets]
    if len(read) > 1:
        yield Notice.of("sheets_together", file=file.name, count=len(read), sheets=_named(read))
    if file.sheets_left:
        others = [
            f"{name} (hidden)" if name in file.hidden_sheets else name for name in file.sheets_left
        ]
        yield Notice.of(
            "sheets_left", file=file.name, read=_named(read), others=_named(others),
            example=file.sheets_left[0],
        )  # fmt: skip
    if file.merged_cells:
        yield Notice.of("cells_merged", file=file.name, count=file.merged_cells)
    hidden = [name for name in read if name in file.hidden_sheets]
    if hidden:
        yield Notice.of("sheet_hidden", file=file.name, sheets=_named(hidden))


def _named(sheets: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in sheets)


def _about_lines(file: TableFile) -> Iterator[Notice]:
    """What to say of the lines of a file that are no rows of its table."""
    for key, asides in (("lines_above", file.above), ("lines_below", file.below)):
        if asides:
            said = [
                f"{line} “{aside.text}”"
                for aside in asides[:_LINES_SAID]
                for line in [_line(file, aside)]
            ]
            more = " …" if len(asides) > _LINES_SAID else ""
            yield Notice.of(key, file=file.name, count=len(asides), said=", ".join(said) + more)


def _line(file: TableFile, aside: Aside) -> str:
    place, line = file.place_of(aside.line)
    if aside.sheet:
        return f"{aside.sheet} {aside.line:,}"
    return f"{line:,}" if place == file.name else f"{place} {line:,}"


def _make_rows(reader: Reader, columns: Columns) -> None:
    """Makes the table of rows: every cell is read once, then each row is judged as a whole."""
    intake = reader.intake
    typed = ", ".join(f'{sql} as "{name}"' for name, sql in columns.typed.items())
    finished = ", ".join(
        f'{columns.finished.get(name, quoted(name))} as "{name}"' for name in columns.typed
    )
    soft = " + ".join(
        f"case when {blank.condition} then {1 << bit:d} else 0 end"
        for bit, blank in enumerate(columns.blanks)
    )
    only = _only(reader, columns)
    sql = (
        f'create or replace temp table "{intake.table}" as '
        f'with typed as (select *, {typed} from "{intake.file.table}" {only}) '
        f"select line, {finished}, "
        f"cast({_first_refusal(columns, 'reason')} as {one_of(REASONS)}) as refusal, "
        f"cast({_first_refusal(columns, 'cell')} as {one_of(intake.file.cells)}) as refused_cell, "
        f"cast({soft or '0'} as {_bits(columns)}) as soft from typed"
    )
    reader.con.execute(sql, used(sql, columns.parameters))


def _bits(columns: Columns) -> str:
    """The narrowest type that has a bit for each cell that may be blanked."""
    widths = {"utinyint": 8, "uinteger": 32, "ubigint": 64}
    return next((kind for kind, n in widths.items() if len(columns.blanks) <= n), "hugeint")


def _first_refusal(columns: Columns, part: str) -> str:
    cases = " ".join(
        f"when {refusal.condition} then '{getattr(refusal, part)}'" for refusal in columns.refusals
    )
    return f"case {cases} end" if cases else "null"


def _only(reader: Reader, columns: Columns) -> str:
    """The condition on the rows that the mapping takes."""
    conditions = []
    for index, (header, wanted) in enumerate(reader.intake.entry.only):
        columns.parameters[f"only_{index}"] = [tidy(value) for value in wanted]
        cell = reader.cell(header, "only")
        conditions.append(f"list_contains($only_{index}, {tidied(cell)})")
    return f"where {' and '.join(conditions)}" if conditions else ""


def _list_blanks(con: duckdb.DuckDBPyConnection, intake: Intake, columns: Columns) -> None:
    """Lists the cells that were blanked in rows that are kept."""
    kind = _bits(columns)
    some = value(con, f'select bit_or(soft) from "{intake.table}" where refusal is null') or 0
    for bit, blank in enumerate(columns.blanks):
        if not some & 1 << bit:
            continue
        list_cells(
            con,
            intake,
            blank.reason,
            blank.cell,
            f"rows.refusal is null and (rows.soft & cast({1 << bit:d} as {kind})) <> 0",
            whole=False,
        )


def _look_for_months(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Says so when days look like months that a spreadsheet wrote as their first day."""
    if "day" not in intake.entry.columns or "until" in intake.entry.columns:
        return
    day = f'"{local("day")}"'
    days, others = row(
        con,
        f"select count(distinct {day}), "
        f"count(*) filter (\"{is_month('day')}\" or date_part('day', {day}) <> 1) "
        f'from "{intake.table}" where refusal is null',
    )
    if days > 1 and not others:
        intake.notices.append(
            f"{intake.file.name}: every day of column {intake.entry.columns['day']!r} is the first "
            "of its month, and is taken for that day alone. If the amounts are of whole months, "
            "write month instead of day in the mapping."
        )


def refuse_doubled(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Refuses the rows of a list of leads whose lead an earlier good row has."""
    if intake.entry.table in ("leads", "stage_columns") and not intake.entry.may_repeat:
        if intake.has_statuses:
            _refuse_second_statuses(con, intake)
        else:
            _refuse_second_rows(con, intake, "lead_id", "duplicate_lead_id", "lead_id")


def _refuse_second_rows(
    con: duckdb.DuckDBPyConnection, intake: Intake, key: str, reason: str, field: str
) -> None:
    """Refuses rows whose key an earlier good row of the file has."""
    doubled = value(
        con,
        f'select count(*) - count(distinct ({key})) from "{intake.table}" where refusal is null',
    )
    if doubled:
        con.execute(
            f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
            f'where line in (select line from "{intake.table}" where refusal is null '
            f"qualify row_number() over (partition by {key} order by line) > 1)",
            {"reason": reason, "cell": intake.cell(field)},
        )


def _refuse_second_statuses(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Refuses rows that say of their lead what the one before says, as sheets of months do."""
    said = [name for name in _STATUS if name in intake.entry.columns]
    key = f"({', '.join(said)}, null)"
    doubled = value(
        con,
        f'select count(*) - count(distinct lead_id) from "{intake.table}" where refusal is null',
    )
    if not doubled:
        return
    con.execute(
        f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
        f'where line in (select line from "{intake.table}" where refusal is null '
        "window rows_of_lead as (partition by lead_id order by line) "
        f"qualify row_number() over rows_of_lead > 1 and {key} is not distinct from "
        f"lag({key}) over rows_of_lead)",
        {"reason": "duplicate_lead_id", "cell": intake.cell("lead_id")},
    )
    intake.repeats = bool(
        value(
            con,
            f'select count(*) > count(distinct lead_id) from "{intake.table}" '
            "where refusal is null",
        )
    )


_STATUS = ("stage", "entered_at", *STATUS_FIELDS)


def _look_up(con: duckdb.DuckDBPyConnection, intake: Intake, lookup: Intake) -> None:
    """Fills the fields of a lookup in the rows that meet it and do not have them themselves."""
    fields = list(lookup.entry.columns)
    met = [name for name, _ in lookup.entry.join]
    present = {*intake.lead_fields, "lead_id"}
    if intake.entry.table not in OF_LEADS or not fields:
        return
    if not all(name in present for name in met):
        return
    keys = [join_key(lookup.cell_under(header) or "") for _, header in lookup.entry.join]
    first = ", ".join(f'arg_min("{name}", line) as "{name}"' for name in fields)
    key_list = ", ".join(f'lower("{key}") as "{key}"' for key in keys)
    condition = " and ".join(
        f'lower(rows."{name}") = found."{key}"' for name, key in zip(met, keys, strict=True)
    )
    replaced = ", ".join(
        f'coalesce(rows."{name}", found."{name}") as "{name}"' for name in fields if name in present
    )
    fresh = [name for name in fields if name not in present]
    filled = f"replace ({replaced})" if replaced else ""
    added = "".join(f', found."{name}"' for name in fresh)
    con.execute(
        f'create or replace temp table "{intake.table}" as with found as ('
        f'select {key_list}, {first} from "{lookup.table}" group by all) '
        f"select rows.* {filled}{added} "
        f'from "{intake.table}" as rows left join found on {condition}'
    )
    intake.looked_up = (*intake.looked_up, *fresh)
