"""Rows as an Excel workbook to take away: in one pass, however many there are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Any

import pandas as pd
from pandas.api.types import is_float_dtype

from data.spreadsheet import harmless

ROWS = 1_048_575
"""The rows that a sheet of Excel has beside its headings; more go to the next sheet."""

_CHUNK = 2**18  # bytes
_LONGEST = 32_767  # letters of a cell
_WIDEST, _NARROWEST = 42, 9

Sheet = Any
"""A worksheet of XlsxWriter, which carries no types of its own; a book and formats likewise."""


class Share(float):
    """A fraction that is shown as a percentage."""


_DAY = {"vi": "dd/mm/yyyy", "en": "d mmm yyyy"}


def to_xlsx(
    pieces: Iterator[pd.DataFrame], title: str, lang: str, about: pd.DataFrame | None = None
) -> Iterator[bytes]:
    """The pieces of a table as a file, in chunks. Memory is that of one piece and one chunk.

    Days and times are dates of Excel, times in their own zone (naive ones as they are); numbers are
    numbers, and everything else is text: an id, a phone number, and what looks like a formula.

    title: of the sheet, shortened and without what a sheet's name may not have
    about: a sheet after it that says what it is of, called as its last column
    """
    with TemporaryFile() as file:
        with _book(file) as book:
            formats = _formats(book, lang)
            _fill(book, pieces, _sheet_name(title), formats)
            if about is not None:
                _fill(book, iter([about]), _sheet_name(about.columns[-1]), formats)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def to_workbook(
    sheets: Sequence[tuple[str, pd.DataFrame]],
    lang: str,
    choices: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """Small tables as the sheets of one file, each with its title, written as `to_xlsx` does.

    choices: heading to what Excel offers below it; anything else may be written there as well.
    """
    with TemporaryFile() as file:
        with _book(file) as book:
            formats = _formats(book, lang)
            for title, rows in sheets:
                _fill(book, iter([rows]), _sheet_name(title), formats)
                for column, heading in enumerate(rows.columns):
                    if heading in choices:
                        _offer(
                            book.get_worksheet_by_name(_sheet_name(title)), column, choices[heading]
                        )
        file.seek(0)
        return file.read()


def _book(file: IO[bytes]) -> Any:
    """A workbook that is written row by row."""
    from xlsxwriter import Workbook  # pages are drawn without it

    return Workbook(file, {"constant_memory": True})


def _fill(book: Any, pieces: Iterator[pd.DataFrame], title: str, formats: dict[str, Any]) -> None:
    sheet, row, number = None, 0, 1
    for piece in pieces:
        columns = [_plain(piece[name]) for name in piece.columns]
        if sheet is None:
            sheet = _sheet(book, title, piece, formats)
        for values in zip(*columns, strict=True):
            if row == ROWS:
                number, row = number + 1, 0
                sheet = _sheet(book, f"{title[:27]} {number}", piece, formats)
            row += 1
            for column, value in enumerate(values):
                _write(sheet, row, column, value, formats)


def _offer(sheet: Sheet, column: int, values: Sequence[str]) -> None:
    """Has Excel offer a list of values in a column, and take others without a word."""
    offered = {"validate": "list", "source": list(values), "show_error": False}
    sheet.data_validation(1, column, ROWS, column, offered)


def _formats(book: Any, lang: str) -> dict[str, Any]:
    day = _DAY[lang]
    return {
        "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": day}),
        "instant": book.add_format({"num_format": f"{day} hh:mm"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "number": book.add_format({"num_format": "#,##0.0"}),
        "small": book.add_format({"num_format": "0.0###"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "text": book.add_format({"num_format": "@"}),
        # Shown as it is, and still text after somebody has edited the cell.
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
    }


def _sheet(book: Any, title: str, piece: pd.DataFrame, formats: dict[str, Any]) -> Sheet:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(piece.columns):
        longest = max((len(str(value)) for value in piece[name].head(200)), default=0)
        sheet.set_column(column, column, min(max(longest + 2, _NARROWEST), _WIDEST))
        sheet.write_string(0, column, str(name), formats["heading"])
    if len(piece.columns):
        sheet.autofilter(0, 0, 0, len(piece.columns) - 1)
    return sheet


def _plain(values: "pd.Series[Any]") -> list[Any]:
    """The values of a column as Python has them, None for a missing one; times without a zone."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    if is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        return [None if pd.isna(value) else int(value) for value in values]
    return [None if pd.isna(value) else value for value in values.astype(object)]


def _write(sheet: Sheet, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        # To the second: Excel shows less, and rounds what is finer.
        sheet.write_datetime(row, column, value.replace(microsecond=0), formats["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, bool) or not isinstance(value, int | float):
        text = str(value)[:_LONGEST]
        kind = "text" if harmless(text) == text else "quoted"
        sheet.write_string(row, column, text, formats[kind])
    elif isinstance(value, Share):
        sheet.write_number(row, column, value, formats["share"])
    else:
        kind = "whole" if value % 1 == 0 else "number" if abs(value) >= 1 else "small"
        sheet.write_number(row, column, value, formats[kind])


def _sheet_name(title: str) -> str:
    usual = (
        letter if letter.isprintable() and letter not in "[]:*?/\\'" else " " for letter in title
    )
    return "".join(usual)[:31].strip() or "–"
