"""What an XLSX file says about its sheets, looked up in its parts before a reader makes room.

A reader keeps room for every cell between the first and the last, so that one stray cell in the
last corner of a sheet costs 500 GB; and it gives an error such as `#N/A` as an empty cell. Both are
seen in the text of the sheet's part, which is read once from beginning to end.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from data.errors import LoadError
from data.files import limits

_CHUNK = 1 << 22
_LONGEST_ROW = 1 << 25
_HEAD_PART = 1 << 24  # the parts that list the sheets are small
_FAULTS = 2_000_000

_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*(?<!/)>(?!</)')
_FAULT = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt=["\']e["\'])[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]{1,40})<",
    re.DOTALL,
)
_UNSAVED = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*>'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
UNSAVED = "#FORMULA"
"""Stands for a formula whose value was never worked out by a spreadsheet and saved."""

Place = tuple[int, int]
"""A cell's row and column, from 0 on."""


@dataclass
class Sheet:
    """What the part of one sheet shows."""

    last: Place = (0, 0)
    """The last row and the last column in which a cell is filled."""
    filled: int = 0
    faults: dict[Place, str] = field(default_factory=dict)
    """Cells that hold an error instead of a value, and formulas that hold none."""


def check(path: Path, name: str) -> None:
    """Makes sure that the parts of a packed workbook may be unpacked. Raises LoadError."""
    with zipfile.ZipFile(path) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    limits.check_unpacked(name, path.stat().st_size, unpacked)


def parts_of_sheets(path: Path) -> dict[str, str]:
    """The part of each sheet by the sheet's name; empty for a workbook that is no XLSX."""
    with zipfile.ZipFile(path) as parts:
        names = set(parts.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        targets = {
            each.get("Id", ""): each.get("Target", "")
            for each in _elements(parts, "xl/_rels/workbook.xml.rels", "Relationship")
        }
        sheets = {
            each.get("name", ""): next(
                (targets.get(value, "") for key, value in each.items() if key.endswith("}id")), ""
            )
            for each in _elements(parts, "xl/workbook.xml", "sheet")
        }
    found = {sheet: str(PurePosixPath("/xl") / target)[1:] for sheet, target in sheets.items()}
    return {sheet: part for sheet, part in found.items() if part in names}


def _elements(parts: zipfile.ZipFile, part: str, tag: str) -> list[ElementTree.Element]:
    with parts.open(part) as file:
        tree = ElementTree.fromstring(file.read(_HEAD_PART))
    return [each for each in tree.iter() if each.tag.rpartition("}")[2] == tag]


def has_cells(path: Path, part: str) -> bool:
    """Whether any cell of a sheet is filled."""
    with zipfile.ZipFile(path) as parts:
        return any(_CELL.search(text) for text in _texts(parts, part))


def look(path: Path, part: str, name: str, sheet: str) -> Sheet:
    """Looks over all cells of a sheet.

    Raises:
        LoadError: the cells that are filled lie too far apart, or it unpacks to too much.
    """
    found = Sheet()
    last_row = last_column = -1
    with zipfile.ZipFile(path) as parts:
        for text in _texts(parts, part):
            cells = _CELL.findall(text)
            found.filled += len(cells)
            if cells:
                columns = {column for column, _ in cells}
                last_column = max(last_column, *(_column(letters) for letters in columns))
                last_row = max(last_row, *(int(row) - 1 for row in {row for _, row in cells}))
            if b'"e"' in text or b"'e'" in text:
                for column, row, fault in _FAULT.findall(text):
                    found.faults[int(row) - 1, _column(column)] = fault.decode("utf-8", "replace")
            if b"<f" in text or b":f" in text:
                for column, row in _UNSAVED.findall(text):
                    found.faults[int(row) - 1, _column(column)] = UNSAVED
            if len(found.faults) > _FAULTS:
                raise LoadError(
                    f"{name}: in the sheet {sheet!r} more than {_FAULTS:,} cells hold an error "
                    "such as #N/A. Put its formulas right, and save it again."
                )
    found.last = max(last_row, 0), max(last_column, 0)
    if (last_row + 1) * (last_column + 1) > limits.SHEET_CELLS:
        raise LoadError(
            f"{name}: the sheet {sheet!r} reaches to cell {_letters(last_column)}{last_row + 1}, "
            f"though only {found.filled:,} of its cells are filled; at most {limits.SHEET_CELLS:,} "
            "are read, the empty ones between included. Delete the rows below and the columns "
            "beside the table, or export it as CSV."
        )
    return found


def _texts(parts: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a part in pieces that end between two rows."""
    rest, read = b"", 0
    with parts.open(part) as file:
        while chunk := file.read(_CHUNK):
            read += len(chunk)
            text = rest + chunk
            end = text.rfind(b"</row>") + 6
            if end < 6:
                end = text.rfind(b":row>") + 5
            if end < 5 and len(text) < _LONGEST_ROW:
                rest = text
                continue
            cut = end if end >= 5 else len(text)
            yield text[:cut]
            rest = text[cut:]
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
