"""What came of a load: its summary, whether anything is new, and what is written down about it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from data.connection import columns_of, row, value
from data.draft import Draft
from data.load.intake import Intake
from data.load.staging import PLACED, REFUSALS
from data.load.summary import FileSummary, NothingLoaded, Summary
from data.pipeline import Pipeline
from data.spreadsheet import write_csv

_REFUSED_COLUMNS = ("file", "line", "column", "value", "reason", "raw")


def summarize(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    pipeline: Pipeline,
    notices: Sequence[str],
) -> Summary:
    """What the load did, once its rows are in the draft and its refusals are listed."""
    first, last = row(
        con,
        "select min(instant), max(instant) from (select created_at as instant from leads "
        "union all select entered_at from stage_history)",
    )
    unknown = con.execute(
        f"select stage, count(*) from {PLACED} where refusal is null "
        "and not list_contains($slugs, stage) group by 1 order by 2 desc, 1",
        {"slugs": [*pipeline.slugs, *pipeline.exit_slugs]},
    ).fetchall()
    return Summary(
        generation=None,
        files=tuple(_file_summary(con, intake) for intake in intakes),
        leads=value(con, "select count(*) from leads"),
        moves=value(con, "select count(*) from stage_history"),
        first_event=first,
        last_event=last,
        unknown_stages=dict(unknown),
        notices=tuple(notices),
    )


def _file_summary(con: duckdb.DuckDBPyConnection, intake: Intake) -> FileSummary:
    counts: dict[bool, dict[str, int]] = {True: {}, False: {}}
    rows = con.execute(
        f"select is_row, reason, count(*) from {REFUSALS} where slot = $slot "
        "group by all order by 3 desc, 2",
        {"slot": intake.slot},
    ).fetchall()
    for is_row, reason, count in rows:
        counts[is_row][reason] = count
    refused = sum(counts[True].values())
    return FileSummary(
        name=intake.file.name,
        table=intake.entry.table,
        read=intake.file.rows,
        loaded=intake.file.rows - refused - intake.skipped,
        refused=refused,
        skipped=intake.skipped,
        reasons=counts[True],
        blanked=counts[False],
        rule=intake.rule,
        lines=len(intake.file.below),
    )


def nothing_loaded(con: duckdb.DuckDBPyConnection, path: Path, summary: Summary) -> NothingLoaded:
    """The error of a load that left nothing; refused rows are in the file it names."""
    why = [f"{reason} {count:,}" for reason, count in summary.reasons.items()]
    why += [f"left out, as only {rule} counts: {n:,}" for rule, n in summary.left_out.items()]
    message = (
        f"Not one of {summary.read:,} rows could be used ({', '.join(why)}), so the store stays as "
        "it was."
    )
    if summary.reasons:
        rows = con.execute(
            f"select * exclude (is_row, slot) from {REFUSALS} order by slot, line, reason"
        )
        write_csv(path, _REFUSED_COLUMNS, iter(rows.fetchone, None))
        message += f" The refused rows and their reasons are in {path}."
    if summary.left_out:
        message += (
            " Which rows count is said by `only` in a mapping: load with one if it is others."
        )
    return NothingLoaded(message, summary)


def is_unchanged(draft: Draft) -> bool:
    """Whether the draft of a merge holds just what the store had before it."""
    if not draft.has_settings_of_previous():
        return False
    columns = columns_of(draft.con, "leads", "previous")
    if set(columns) != set(columns_of(draft.con, "leads")):
        return False
    compared = {"{of}leads": ", ".join(f'"{name}"' for name in columns if name != "lead_number")}
    compared |= {f"{{of}}{name}": "*" for name in _WHOLE}
    if columns_of(draft.con, "screening", "previous"):  # (other versions did not screen)
        compared |= {"{of}screening": _SCREENED, "{of}screening_rules": "*"}
    elif value(draft.con, "select count(*) from screening"):
        return False
    return all(_is_same(draft.con, table, names) for table, names in compared.items())


# Of the history also where a move stands in its file: it decides beside another one at the same
# instant, which may come with a later load.
_WHOLE = (
    "stage_history",
    "further_cells",
    "statuses",
    "reasons",
    "touches",
    "sales",
    "spend",
    "rates",
    "rejected_rows",
)
_SCREENED = "* exclude (place, has_email, has_phone)"


def _is_same(con: duckdb.DuckDBPyConnection, table: str, columns: str) -> bool:
    count = "select count(*) from "
    now, before = table.format(of=""), table.format(of="previous.")
    if value(con, f"{count}{now}") != value(con, f"{count}{before}"):
        return False
    added = f"(select {columns} from {now} except all select {columns} from {before})"
    return int(value(con, f"{count}{added}")) == 0


def keep_refused(con: duckdb.DuckDBPyConnection, *, merge: bool) -> None:
    """Writes the refusals down in `rejected_rows`, those that are there already only once."""
    if merge:
        con.execute("insert into rejected_rows select * from previous.rejected_rows")
    con.execute(
        f"insert into rejected_rows select * exclude (is_row, slot) from {REFUSALS} "
        "except all select * from rejected_rows"
    )


def keep_files(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    summary: Summary,
    now: datetime,
    *,
    merge: bool,
) -> None:
    """Writes the files down in `loaded_files`, one row for each table that a file fed."""
    if merge:
        con.execute("insert into loaded_files by name select * from previous.loaded_files")
    for intake, file in zip(intakes, summary.files, strict=True):
        fed = [file.table]
        if intake.has_creation and file.table in ("stage_history", "stage_columns"):
            fed.append("leads")
        for table in fed:
            con.execute(
                "insert into loaded_files values ($file, $table, $shape, $read, $loaded, "
                "$refused, $now, $encoding, $delimiter)",
                {
                    "file": file.name,
                    "table": table,
                    "shape": "stage_columns" if intake.entry.stages else "rows",
                    "read": file.read,
                    "loaded": file.loaded,
                    "refused": file.refused,
                    "now": now,
                    "encoding": intake.file.encoding,
                    "delimiter": intake.file.delimiter,
                },
            )
