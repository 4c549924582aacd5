"""Tables written as HTML or XML, as many systems do under the name of a workbook: their rows."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from data.errors import FileRefused
from data.files import limits
from data.files.delimited import Record

_CHUNK = 1 << 20
_SPAN = 1_000  # columns that a cell may go over
_LONGEST_SPAN = 100_000  # rows
_OFFICE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_IGNORED = ("script", "style", "head", "title")
_BREAKS = ("br", "p", "div", "li")


def html_records(path: Path, name: str) -> Iterator[Record]:
    """The rows of the largest table of a page in UTF-8, the first being number 1.

    Raises:
        LoadError: there is none, or it is too large.
    """
    tables = _Tables(name)
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        while chunk := file.read(_CHUNK):
            tables.feed(chunk)
    tables.close()
    largest = max(tables.found, key=lambda rows: sum(map(len, rows)), default=[])
    if not largest:
        raise FileRefused("markup", file=name)
    for number, cells in enumerate(largest, 1):
        yield Record(number, cells)


class _Tables(HTMLParser):
    """The rows of all tables of a page; a table inside another is one by itself."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[list[str]]] = []
        self._name = name
        self._open: list[_Table] = []
        self._ignored = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _IGNORED:
            self._ignored += 1
        elif tag == "table":
            self._open.append(_Table())
            self.found.append(self._open[-1].rows)
        elif not self._open:
            if tag == "tr":  # some leave the table itself out
                self.handle_starttag("table", [])
                self.handle_starttag(tag, attrs)
        elif tag == "tr":
            self._open[-1].begin_row()
        elif tag in ("td", "th"):
            said = dict(attrs)
            across = _whole(said.get("colspan"), _SPAN)
            self._cells += across
            limits.check_cells(self._name, self._cells)
            self._open[-1].begin_cell(across, _whole(said.get("rowspan"), _LONGEST_SPAN))
        elif tag in _BREAKS:
            self._open[-1].write(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _IGNORED:
            self._ignored = max(self._ignored - 1, 0)
        elif self._open and tag == "table":
            self._open.pop().end_row()
        elif self._open and tag == "tr":
            self._open[-1].end_row()
        elif self._open and tag in ("td", "th"):
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._ignored:
            self._open[-1].write(data)

    def close(self) -> None:
        super().close()
        for table in self._open:
            table.end_row()


class _Table:
    """A table that is being read: its cells stand where they do on the screen."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._row: list[str] | None = None
        self._text: list[str] | None = None
        self._across = 1
        self._down = 1
        self._kept: dict[int, int] = {}
        """Columns that a cell of a row above still covers, and for how many rows."""

    def begin_row(self) -> None:
        self.end_row()
        self._row = []

    def begin_cell(self, across: int, down: int) -> None:
        self.end_cell()
        if self._row is None:
            self._row = []
        while self._kept.get(len(self._row)):
            self._row.append("")
        self._text, self._across, self._down = [], across, down

    def write(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end_cell(self) -> None:
        if self._text is None or self._row is None:
            return
        for column in range(len(self._row), len(self._row) + self._across):
            if self._down > 1:
                self._kept[column] = self._down
        self._row += [" ".join("".join(self._text).split()), *[""] * (self._across - 1)]
        self._text = None

    def end_row(self) -> None:
        self.end_cell()
        if self._row is not None:
            self.rows.append(self._row)
            self._kept = {column: left - 1 for column, left in self._kept.items() if left > 1}
        self._row = None


def _whole(text: str | None, most: int) -> int:
    found = re.fullmatch(r"\s*(\d{1,6})\s*", text or "")
    return min(max(int(found[1]), 1), most) if found else 1


def xml_records(path: Path, name: str) -> Iterator[Record]:
    """The rows of the first sheet with any of a workbook that is written as XML.

    Raises:
        LoadError: it is damaged or too large.
    """
    count, number = 0, 0
    try:
        for _, element in ElementTree.iterparse(path, ("end",)):
            if element.tag == f"{_OFFICE}Worksheet" and number:
                return
            if element.tag != f"{_OFFICE}Row":
                continue
            number = max(_index(element, number + 1), number + 1)
            cells: list[str] = []
            for cell in element.iter(f"{_OFFICE}Cell"):
                at = min(_index(cell, len(cells) + 1), limits.COLUMNS) - 1
                cells += [""] * (at - len(cells))
                cells.append("".join(cell.itertext()).strip())
                across = _whole(cell.get(f"{_OFFICE}MergeAcross"), _SPAN)
                if cell.get(f"{_OFFICE}MergeAcross"):
                    cells += [""] * across
            count += len(cells)
            limits.check_cells(name, count)
            yield Record(number, cells)
            element.clear()
    except ElementTree.ParseError as error:
        raise FileRefused("damaged_workbook", file=name) from error


def _index(element: ElementTree.Element, otherwise: int) -> int:
    found = element.get(f"{_OFFICE}Index")
    return int(found) if found and found.isdecimal() and len(found) < 8 else otherwise
