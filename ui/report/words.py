"""What all files say in the same words."""

from collections.abc import Sequence

from ui.language import formats
from ui.language.messages import _
from ui.report.report import Cell


def is_number(column: Sequence[Cell]) -> bool:
    """Whether a column of a table has numbers alone, which stand at the right."""
    return any(isinstance(cell.value, int | float) for cell in column) and all(
        isinstance(cell.value, int | float) or cell.text in ("", formats.NOTHING) for cell in column
    )


def left_out(rows: int, most: int) -> str:
    """That a table has more rows than are shown, if it has."""
    if rows <= most:
        return ""
    return _(
        "{n} of {all} rows; the Excel file has all of them.",
        n=formats.number(most),
        all=formats.number(rows),
    )
