"""Answers as text to take away: CSV that no spreadsheet runs as formulas, and JSON values."""

from datetime import date, datetime
from typing import Any

import pandas as pd

from data.spreadsheet import harmless


def to_csv(rows: pd.DataFrame, *, header: bool = True) -> str:
    """The rows as CSV with a header line, or without one where they continue others.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. Instants are in
    UTC, with a Z; those of another zone are its local times, to the minute.
    """
    safe = rows.map(_cell)
    safe.columns = [harmless(name) for name in rows.columns]
    # Ended as RFC 4180 says; a bare return inside a text is then quoted.
    return str(safe.to_csv(index=False, header=header, lineterminator="\r\n"))


def to_records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON values: instants in ISO 8601 with Z, days without it, missing ones None."""
    return [
        {name: _plain(value) for name, value in zip(rows.columns, row, strict=True)}
        for row in rows.itertuples(index=False, name=None)
    ]


def instant_text(instant: datetime) -> str:
    """A naive UTC instant in ISO 8601 with Z."""
    return instant.isoformat() + "Z"


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if not isinstance(value, datetime) or pd.isna(value):
        return value
    return instant_text(value) if value.tzinfo is None else value.strftime("%Y-%m-%d %H:%M")


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
