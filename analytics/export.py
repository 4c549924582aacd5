"""Answers as text that leaves the house: CSV that no spreadsheet runs, and plain JSON values."""

from datetime import datetime
from typing import Any

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(rows: pd.DataFrame) -> str:
    """The rows as CSV with a header line.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    safe = rows.map(lambda cell: f"'{cell}" if _is_formula(cell) else cell)
    safe.columns = [f"'{name}" if _is_formula(name) else name for name in rows.columns]
    return str(safe.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%SZ"))


def to_records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON values: instants in ISO 8601 with Z, missing values as None."""
    return [
        {name: _plain(value) for name, value in zip(rows.columns, row, strict=True)}
        for row in rows.itertuples(index=False, name=None)
    ]


def instant_text(instant: datetime) -> str:
    """A naive UTC instant in ISO 8601 with Z."""
    return instant.isoformat() + "Z"


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(_FORMULA_STARTS)


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return instant_text(value)
    return value.item() if hasattr(value, "item") else value
