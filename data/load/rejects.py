"""What a load refuses, and why: the reasons, and the error of a load that cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    pass

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
    "bad_rate": "a rate is above zero, and that of the store's own currency is 1",
    "duplicate_rate": "a second rate of one currency for the same day in one file",
    "unreadable_answer": "neither yes nor no; the row was kept without it",
    "missing_source": "spend or a touch without a source",
}
"""Every reason of `rejected_rows`, in English, for the command line. Screens have their own."""


def counts(con: duckdb.DuckDBPyConnection, table: str, file: str) -> dict[str, int]:
    """How often each reason occurs for a file, most frequent first, in a table of refusals."""
    rows = con.execute(
        f'select reason, count(*) from "{table}" where file = $file group by 1 order by 2 desc, 1',
        {"file": file},
    ).fetchall()
    return dict(rows)
