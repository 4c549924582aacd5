"""Workbooks: the rows of a sheet as records of text."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from data.errors import FileRefused, LoadError
from data.files import xlsx
from data.files.delimited import Record
from data.files.header import Aside, Headed, distinct_headers, headed


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read, and the number of lines that stand before its own."""

    name: str
    before: int = 0


SHEET = "sheet"
"""The header of the column that says which of several sheets a row is from."""


@dataclass
class Workbook:
    """A workbook: the sheets that are read of it as one table, and those that are not."""

    path: Path
    name: str
    read: tuple[str, ...]
    filled: tuple[str, ...] = ()
    """All sheets that hold something, in their order."""
    hidden: tuple[str, ...] = ()
    """Those of all sheets that are hidden."""
    header: int | None = None
    """The line that the header of each sheet is on, where somebody has said it."""
    sheets: tuple[Sheet, ...] = ()
    """Those that have been read to their end so far, and the one that is being read."""

    _merged: dict[str, int] = field(default_factory=dict)
    """By sheet, how many cells are merged with those under them."""
    _ranges: dict[str, Sequence[tuple[xlsx.Place, xlsx.Place]]] = field(default_factory=dict)
    """By sheet, the first and the last cell of each that is merged of several."""

    @property
    def sheet(self) -> str:
        """The first sheet that is read."""
        return self.read[0]

    @property
    def merged(self) -> int:
        """How many cells of the sheets that are read are merged with those under them."""
        return sum(self._merged.get(sheet, 0) for sheet in self.read)

    @property
    def others(self) -> tuple[str, ...]:
        """The sheets that hold something and are not read."""
        return tuple(each for each in self.filled if each not in self.read)

    def table(self) -> Headed:
        """The header of the sheets that are read, and the records below it. Raises LoadError.

        Lines are numbered on from one sheet to the next.
        """
        tops = [self.top(sheet) for sheet in self.read]
        if len(tops) == 1:
            self.sheets = (Sheet(self.sheet),)
            return tops[0]
        names = [[*distinct_headers(top.headers)] for top in tops]
        union: dict[str, str] = {}
        for name in (name for each in names for name in each):
            union.setdefault(name.casefold(), name)
        place = {key: number for number, key in enumerate(union)}
        above = tuple(
            Aside(aside.line, aside.text, sheet)
            for sheet, top in zip(self.read, tops, strict=True)
            for aside in top.above
        )
        below = self._joined(place, names, tops)
        return Headed([*union.values(), SHEET], tops[0].line, above, below)

    def top(self, sheet: str) -> Headed:
        """The header of one sheet, and the records below it. Raises LoadError."""
        top = headed(self._records(sheet), self.name, None, self.header)
        merged = {
            first: last[0]
            for first, last in self._ranges.get(sheet, ())
            if first[1] == last[1] and top.line <= first[0] < last[0]
        }
        self._merged[sheet] = len(merged)
        return replace(top, below=_spread(top.below, merged)) if merged else top

    def _joined(
        self, place: dict[str, int], names: list[list[str]], tops: list[Headed]
    ) -> Iterator[Record]:
        before = 0
        for sheet, headers, top in zip(self.read, names, tops, strict=True):
            self.sheets = (*self.sheets, Sheet(sheet, before))
            last = top.line
            columns = [place[header.casefold()] for header in headers]
            for record in top.below:
                cells = [""] * len(place)
                for column, cell in zip(columns, record.cells, strict=False):
                    cells[column] = cell
                last = record.line
                yield Record(before + last, [*cells, sheet, *record.cells[len(headers) :]])
            before += last

    def _records(self, sheet: str) -> Iterator[Record]:
        with _clear_errors(self.name), CalamineWorkbook.from_path(str(self.path)) as book:
            faults = _faults(self.path, self.name, sheet)
            found = book.get_sheet_by_name(sheet)
            self._ranges[sheet] = found.merged_cell_ranges or ()
            yield from _records(found, faults)


def open_workbook(path: Path, name: str, sheet: str | None, header: int | None = None) -> Workbook:
    """The sheet that is asked for, else the first visible one with a table and those of its shape.

    A hidden sheet is read where no visible one holds anything.

    Raises:
        LoadError: it is no workbook, is empty, has no such sheet, or unpacks to too much.
    """
    with _clear_errors(name):
        if zipfile.is_zipfile(path):
            xlsx.check(path, name)
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
        found = Workbook(path, name, (), tuple(filled), hidden, header)
        if sheet is not None:
            found.read = (sheet,)
        elif not filled:
            raise FileRefused("empty", file=name)
        else:
            visible = [each for each in filled if each not in hidden]
            found.read = _of_one_shape(found, visible) if visible else (filled[0],)
        return found


_NUMBER = re.compile(r"[-+]?[0-9][0-9., ]*")
_ALIKE = 0.7  # so much of the headers of two sheets of one shape is the same


def _of_one_shape(book: Workbook, sheets: Sequence[str]) -> tuple[str, ...]:
    """The first sheet that is a table of several columns, and all others with its headers."""
    if len(sheets) == 1:
        return tuple(sheets)
    shapes: dict[str, set[str]] = {}
    for sheet in sheets:
        try:
            top = book.top(sheet)
        except LoadError:
            continue
        if next(top.below, None) is not None:
            shapes[sheet] = {heading.casefold() for heading in distinct_headers(top.headers)}
    first = next((sheet for sheet, shape in shapes.items() if len(shape) > 1), sheets[0])
    shape = shapes.get(first, set())
    alike = tuple(
        sheet
        for sheet, other in shapes.items()
        if len(shape) > 1 and len(shape & other) >= _ALIKE * max(len(shape), len(other))
    )
    return alike or (first,)


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


def _spread(records: Iterator[Record], merged: dict[xlsx.Place, int]) -> Iterator[Record]:
    """The records, what stands in a merged cell being in each of its rows.

    A number is not: an amount of several rows together would count in each of them.
    """
    columns = {column for _, column in merged}
    spread: dict[int, tuple[str, int]] = {}
    for record in records:
        for column in columns:
            text = record.cells[column] if column < len(record.cells) else ""
            last = merged.get((record.line - 1, column))
            if last is not None and text and not _NUMBER.fullmatch(text):
                spread[column] = text, last
            elif not text and column in spread and column < len(record.cells):
                above, end = spread[column]
                if record.line - 1 <= end:
                    record.cells[column] = above
        yield record


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
        raise _unreadable(name, error) from error
    except BaseException as error:
        # A fault within the reader itself, which is not derived from Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: BaseException) -> FileRefused:
    is_locked = "password" in str(error).casefold() or "encrypt" in str(error).casefold()
    return FileRefused("locked" if is_locked else "damaged_workbook", file=name)
