"""Workbooks: the rows of a sheet as records of text."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from data.errors import LoadError
from data.files.delimited import Record

_SAVE_AS = "Export it as CSV, XLSX or Parquet."


def sheet_records(path: Path, name: str, sheet: str | None) -> Iterator[Record]:
    """The rows of a sheet, of the first one with data unless it is named. Raises LoadError."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            inside = parts.namelist()
        if not any(part.startswith("xl/") or part == "content.xml" for part in inside):
            raise LoadError(f"{name}: this is a ZIP of other files. Unpack it and load those.")
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = [sheet] if sheet else book.sheet_names
            for title in names:
                rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
                if any(cell != "" for row in rows for cell in row):
                    break
            else:
                raise LoadError(f"{name}: the file is empty.")
    except (CalamineError, OSError, ValueError) as error:
        raise LoadError(f"{name}: the workbook cannot be read ({error}). {_SAVE_AS}") from error
    for line, row in enumerate(rows, start=1):
        yield Record(line, [_cell_text(cell) for cell in row])


def _cell_text(cell: object) -> str:
    """A workbook's cell as text: real dates as ISO, whole numbers without a fraction."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()
