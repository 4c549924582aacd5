"""What a load refuses: the reasons, and the list of refused rows and cells."""

from collections.abc import Mapping

import duckdb

from data.connection import value
from data.files.delimited import RAW_LIMIT
from data.load.intake import Intake
from data.load.staging import PLACED, REFUSALS
from data.values.text import heading

REASONS = {
    "unreadable_row": "the row is not valid in its file: quotes that do not close, too many cells",
    "cell_too_long": "a cell is longer than 65,536 characters, or the row than 1,048,576",
    "missing_lead_id": "no lead id",
    "missing_date": "no date at all, so it is not known when the lead came or moved",
    "missing_stage": "a move without a stage",
    "unreadable_date": "not a date that exists, or not in the day-month order of its column",
    "future_date": "more than a day later than the load",
    "duplicate_lead_id": "a second row with the same lead id in one file",
    "unknown_lead": "the lead is in none of the files of leads: load it with them or after them",
    "before_lead": "the move is earlier than the creation of its lead",
    "unreadable_number": "not a number; a lead was kept without it, spend and rates were not",
    "missing_amount": "spend without an amount: not known, which is not zero",
    "negative_amount": "an amount below zero: write what was spent, without what was paid back",
    "unknown_currency": "not a currency of ISO 4217, such as VND or USD",
    "bad_span": "the last day that spend covers is before the first, or ten years after it",
    "bad_rate": "a rate is above zero, and 1 for the currency of the store",
    "duplicate_rate": "a second rate of one currency for the same day in one file",
    "error_cell": "an error such as #N/A, or a formula without its value; taken as an empty cell",
    "unreadable_answer": "neither yes nor no; the row was kept without it",
    "missing_source": "spend or a touch without a source",
}
"""Every reason of `rejected_rows` as the command line says it; screens translate theirs."""


def list_cells(
    con: duckdb.DuckDBPyConnection,
    intake: Intake,
    reason: str,
    cell: str | None,
    condition: str,
    parameters: Mapping[str, object] | None = None,
    *,
    whole: bool,
) -> None:
    """Lists the rows of a file in `refusals` where a condition on `rows` and `file` holds.

    `cell` is the one to blame; `whole` tells whether the row is refused with it, or kept without.
    """
    raw = f"list_transform({intake.file.row_of('file')}, lambda cell: coalesce(cell, ''))"
    header = dict(zip(intake.file.cells, intake.file.headers, strict=True)).get(cell or "")
    value = f'file."{cell}"' if cell else "null"
    named, line, bound = intake.file.place("file.line")
    con.execute(
        f"insert into {REFUSALS} select {named}, {line}, $header, {value}, $reason, "
        f"left(array_to_string({raw}, $delimiter), {RAW_LIMIT:d}), $whole, $slot "
        f'from "{intake.file.table}" as file join "{intake.table}" as rows using (line) '
        f"where {condition}",
        {
            **bound,
            "header": header,
            "reason": reason,
            "whole": whole,
            "delimiter": intake.file.delimiter or ",",
            "slot": intake.slot,
            **(parameters or {}),
        },
    )


def hold_refused(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Holds the cells of the rows of a file that there is something to list of."""
    intake.hold(
        con,
        f'select line from "{intake.table}" where refusal is not null union '
        f"select line from {PLACED} where refusal is not null and slot = {intake.slot:d}",
    )


def list_refused(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Lists the rows of a file that were refused as a whole, when all is known about them.

    And what could not be read: rows, and those cells of good rows that are not left out on purpose.
    """
    ignored = {heading(header) for header in intake.entry.ignore}
    found = con.execute(
        f'select distinct refusal, refused_cell from "{intake.table}" where refusal is not null'
    ).fetchall()
    for reason, cell in sorted(found, key=str):
        list_cells(
            con,
            intake,
            reason,
            cell,
            "rows.refusal = $reason and rows.refused_cell is not distinct from $cell",
            {"cell": cell},
            whole=True,
        )
    if not value(con, f'select count(*) from "{intake.file.unread}"'):
        return
    named, line, bound = intake.file.place("line")
    con.execute(
        f'insert into {REFUSALS} select {named}, {line}, "column", value, reason, raw, is_row, '
        "$slot "
        f'from "{intake.file.unread}" where is_row or (not list_contains($ignored, "column") '
        f'and line in (select line from "{intake.table}" where refusal is null))',
        {
            **bound,
            "slot": intake.slot,
            "ignored": [each for each in intake.file.headers if heading(each) in ignored],
        },
    )
