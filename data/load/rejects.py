"""What a load refuses, and why: the reasons, and the error of a load that cannot be done."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from data.store import StoreError

if TYPE_CHECKING:
    from data.load.loader import Summary

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

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class LoadError(StoreError):
    """A load that was not done; the store is as it was. The message is for the user.

    `summary` is there when the files were read, but nothing in them could be used.
    """

    def __init__(self, message: str, summary: Summary | None = None) -> None:
        super().__init__(message)
        self.summary = summary


def harmless(cell: object) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes refused rows for a spreadsheet: UTF-8 with BOM, formulas made harmless."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([harmless(cell) for cell in row])


def counts(con: duckdb.DuckDBPyConnection, table: str, file: str) -> dict[str, int]:
    """How often each reason occurs for a file, most frequent first, in a table of refusals."""
    rows = con.execute(
        f'select reason, count(*) from "{table}" where file = $file group by 1 order by 2 desc, 1',
        {"file": file},
    ).fetchall()
    return dict(rows)
