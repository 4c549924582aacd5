"""Workbooks: the rows of a sheet as records of text."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from data.errors import LoadError
from data.files import xlsx
from data.files.delimited import Record

_SAVE_AS = "Export it as CSV, XLSX or Parquet."


@dataclass(frozen=True)
class Workbook:
    """A workbook: the sheet that is read of it, and those that are not."""

    path: Path
    name: str
    sheet: str
    filled: tuple[str, ...] = ()
    """All sheets that hold something, in their order."""
    hidden: tuple[str, ...] = ()
    """Those of all sheets that are hidden."""

    @property
    def others(self) -> tuple[str, ...]:
        """The sheets that hold something and are not read."""
        return tuple(each for each in self.filled if each != self.sheet)

    @property
    def notices(self) -> list[str]:
        """What a person must know about the sheets."""
        said = []
        if self.others:
            named = ", ".join(
                repr(each) + (" (hidden)" if each in self.hidden else "") for each in self.others
            )
            said.append(
                f"{self.name}: only the sheet {self.sheet!r} was read, not {named}. To load "
                f"another, write sheet = {self.others[0]!r} in a mapping."
            )
        if self.sheet in self.hidden:
            said.append(f"{self.name}: the sheet {self.sheet!r}, which was read, is hidden.")
        return said

    def records(self) -> Iterator[Record]:
        """The rows of the sheet. Raises LoadError."""
        with _clear_errors(self.name), CalamineWorkbook.from_path(str(self.path)) as book:
            faults = _faults(self.path, self.name, self.sheet)
            yield from _records(book.get_sheet_by_name(self.sheet), faults)


def open_workbook(path: Path, name: str, sheet: str | None) -> Workbook:
    """The sheet that is asked for, else the first visible one with data, else a hidden one.

    Raises:
        LoadError: it is no workbook, is empty, has no such sheet, or unpacks to too much.
    """
    with _clear_errors(name):
        if zipfile.is_zipfile(path):
            xlsx.check(path, name)
            with zipfile.ZipFile(path) as parts:
                inside = parts.namelist()
            if not any(part.startswith("xl/") or part == "content.xml" for part in inside):
                raise LoadError(f"{name}: this is a ZIP of other files. Unpack it and load those.")
        with CalamineWorkbook.from_path(str(path)) as book:
            hidden = tuple(
                each.name
                for each in book.sheets_metadata
                if each.visible != SheetVisibleEnum.Visible
            )
            filled = list(_filled(path, name, book))
        if sheet is not None and sheet not in book.sheet_names:
            raise LoadError(
                f"{name}: there is no sheet {sheet!r}. Its sheets are: "
                f"{', '.join(book.sheet_names)}."
            )
        in_turn = [each for each in filled if each not in hidden]
        in_turn += [each for each in filled if each in hidden]
        chosen = sheet or next(iter(in_turn), None)
        if chosen is None:
            raise LoadError(f"{name}: the file is empty.")
        return Workbook(path, name, chosen, tuple(filled), hidden)


def _filled(path: Path, name: str, book: CalamineWorkbook) -> Iterator[str]:
    """The sheets that hold something."""
    parts = xlsx.parts_of_sheets(path) if zipfile.is_zipfile(path) else {}
    for sheet in book.sheet_names:
        if sheet in parts:
            if xlsx.has_cells(path, parts[sheet]):
                yield sheet
        elif book.get_sheet_by_name(sheet).start is not None:
            yield sheet


def _faults(path: Path, name: str, sheet: str) -> dict[xlsx.Place, str]:
    """The cells of a sheet that hold an error. Raises LoadError when it reaches too far."""
    parts = xlsx.parts_of_sheets(path) if zipfile.is_zipfile(path) else {}
    return xlsx.look(path, parts[sheet], name, sheet).faults if sheet in parts else {}


def _records(sheet: CalamineSheet, faults: dict[xlsx.Place, str]) -> Iterator[Record]:
    if sheet.start is None:
        return
    before = sheet.start[1]
    left = [""] * before
    for number, row in enumerate(sheet.iter_rows()):
        cells = left + [_cell_text(cell) for cell in row]
        if faults:
            for column, cell in enumerate(cells):
                if not cell and (number, column) in faults:
                    cells[column] = faults[number, column]
        yield Record(number + 1, cells)


def _cell_text(cell: object) -> str:
    """A workbook's cell as text: real dates as ISO, whole numbers without a fraction."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


@contextmanager
def _clear_errors(name: str) -> Iterator[None]:
    """What goes wrong in a workbook, in the reader's libraries too, as the product's own error."""
    try:
        yield
    except (LoadError, GeneratorExit):
        raise
    except (
        CalamineError, zipfile.BadZipFile, zlib.error, EOFError, ParseError, OSError, ValueError,
        KeyError, NotImplementedError, RuntimeError, OverflowError,
    ) as error:  # fmt: skip
        raise LoadError(f"{name}: the workbook cannot be read ({error}). {_SAVE_AS}") from error
    except BaseException as error:
        # A fault within the reader itself, which is not derived from Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise LoadError(f"{name}: the workbook cannot be read ({error}). {_SAVE_AS}") from error
