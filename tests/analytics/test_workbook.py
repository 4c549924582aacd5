"""Workbooks: what Excel reads of them is what the rows say, and nothing in them is a formula."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import workbook
from analytics.workbook import to_xlsx


def cells(file: Iterator[bytes]) -> list[list[list[object]]]:
    """The cells of each sheet."""
    book = openpyxl.load_workbook(whole(file))
    return [[[cell.value for cell in row] for row in sheet.rows] for sheet in book.worksheets]


def whole(file: Iterator[bytes]) -> BytesIO:
    return BytesIO(b"".join(file))


def table() -> pd.DataFrame:
    at = pd.Timestamp("2026-10-31 22:24:10", tz="Asia/Ho_Chi_Minh")
    return pd.DataFrame(
        {
            "Công ty": ["Nhựa Nhật Quân", "=1+1", None],
            "Điện thoại": ["0375396592", "+84 90", "@x"],
            "Từ lúc": [at, at, pd.NaT],
            "Ngày": [date(2026, 10, 31), None, None],
            "Số ngày": [3.5, float("nan"), 2.0],
            "Giá trị": [1e9, 2.0, float("nan")],
            "Lead": [1, 2, 3],
        }
    )


def test_dates_are_dates_numbers_are_numbers_and_the_rest_is_text() -> None:
    ((heading, *rows),) = cells(to_xlsx(iter([table()]), "Việc cần làm", "vi"))
    assert heading == list(table().columns)
    local = datetime(2026, 10, 31, 22, 24, 10)
    assert rows == [
        ["Nhựa Nhật Quân", "0375396592", local, datetime(2026, 10, 31), 3.5, 1_000_000_000, 1],
        ["=1+1", "+84 90", local, None, None, 2, 2],
        [None, "@x", None, None, 2, None, 3],
    ]


def test_a_sheet_after_it_says_what_it_is_of() -> None:
    about = pd.DataFrame([("Bộ lọc:", "=1+1")], columns=["Pheu", "Về tệp này"])
    book = openpyxl.load_workbook(whole(to_xlsx(iter([table()]), "Lead", "vi", about)))
    assert book.sheetnames == ["Lead", "Về tệp này"]
    assert book.active.title == "Lead"
    assert [[cell.value for cell in row] for row in book["Về tệp này"]] == [
        ["Pheu", "Về tệp này"],
        ["Bộ lọc:", "=1+1"],
    ]
    assert book["Về tệp này"]["B2"].data_type == "s"


@pytest.mark.parametrize(("lang", "day"), [("vi", "dd/mm/yyyy"), ("en", "d mmm yyyy")])
def test_dates_look_as_the_language_writes_them(lang: str, day: str) -> None:
    sheet = openpyxl.load_workbook(whole(to_xlsx(iter([table()]), "x", lang))).active
    assert sheet.title == "x"
    assert sheet["C2"].number_format == f"{day} hh:mm"
    assert sheet["D2"].number_format == day


def test_nothing_is_a_formula() -> None:
    file = whole(to_xlsx(iter([table()]), "x", "vi"))
    sheet = openpyxl.load_workbook(file).active
    kinds = {cell.data_type for row in sheet.rows for cell in row if cell.value}
    assert kinds <= {"s", "n", "d"}
    assert all(sheet[place].quotePrefix for place in ("A3", "B3", "B4"))
    assert not sheet["A2"].quotePrefix
    with zipfile.ZipFile(file) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_more_than_a_sheet_holds_goes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 4)

    def pieces() -> Iterator[pd.DataFrame]:
        for start in (0, 3, 6):
            yield pd.DataFrame({"n": range(start, start + 3)})

    sheets = cells(to_xlsx(pieces(), "A/B: all of it, and a title that is too long", "en"))
    assert [sheet[0] for sheet in sheets] == [["n"]] * 3
    assert [row[0] for sheet in sheets for row in sheet[1:]] == list(range(9))


def test_of_no_rows_there_are_the_headings() -> None:
    (sheet,) = cells(to_xlsx(iter([table().head(0)]), "", "vi"))
    assert sheet == [list(table().columns)]


@given(st.text(max_size=40))
def test_any_text_is_read_as_it_is(text: str) -> None:
    ((_heading, (found,)),) = cells(to_xlsx(iter([pd.DataFrame({"x": [text]})]), text, "vi"))
    expected = "".join(c for c in text if c.isprintable() or c in " \t\n")
    if expected == text:
        assert (found or "") == text
