"""Workbooks: which sheet is read, what of it is said, and what costs more than it is worth."""

from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.styles import Font

from data.errors import LoadError
from data.files.preview import preview
from data.files.table import TableFile, read_table
from data.files.workbook import open_workbook
from data.files.xlsx import UNSAVED
from data.load.rows import _about_sheets


def saved(tmp_path: Path, **sheets: list[list[object]]) -> Path:
    """A workbook with sheets of these rows; one whose name begins with `hidden` is."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name.startswith("hidden") else "visible"
        for row in rows:
            sheet.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    book.close()
    return path


def read(path: Path, sheet: str | None = None) -> tuple[TableFile, list[tuple[object, ...]]]:
    with duckdb.connect() as con:
        found = read_table(con, path, path.parent, sheet=sheet)
        rows = con.execute(f'select * from "{found.table}" order by line').fetchall()
        unread = con.execute(f'select line, "column", value from "{found.unread}"').fetchall()
    return found, [*rows, *unread]


ROWS: list[list[object]] = [["id", "x"], ["1", "a"]]


def test_a_hidden_sheet_does_not_go_before_a_visible_one(tmp_path: Path) -> None:
    moves: list[list[object]] = [["lead", "stage"], ["1", "won"]]
    path = saved(tmp_path, hidden_lists=[["k"], ["v"]], Empty=[], Leads=ROWS, Moves=moves)
    found, rows = read(path)
    assert (found.headers, rows) == (("id", "x"), [(2, "1", "a")])
    assert [sheet.name for sheet in found.sheets] == ["Leads"]
    assert found.sheets_left == ("hidden_lists", "Moves")
    said = [*_about_sheets(found)]
    assert [notice.key for notice in said] == ["sheets_left"]
    assert "“Leads” was read, not “hidden_lists (hidden)”, “Moves”" in said[0]
    assert preview(path, tmp_path).sheets == ("hidden_lists", "Leads", "Moves")
    assert preview(path, tmp_path).together == ("Leads",)


def test_sheets_of_one_shape_are_read_together(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        Guide=[["How to fill this in"], ["One row a lead"]],
        January=[["Tháng 1"], ["id", "x", "y"], ["1", "a", 5], ["Tổng", None, 5]],
        hidden=ROWS,
        February=[["id", "y", "X", "note"], ["2", 6, "b", "new"], ["3", 7, "c", None]],
    )
    found, rows = read(path)
    assert found.headers == ("id", "x", "y", "note", "sheet")
    assert rows == [
        (3, "1", "a", "5", None, "January"),
        (6, "2", "b", "6", "new", "February"),
        (7, "3", "c", "7", None, "February"),
    ]
    assert [found.place_of(line) for line in (3, 7)] == [
        ("book.xlsx › January", 3),
        ("book.xlsx › February", 3),
    ]
    assert [aside.text for aside in (*found.above, *found.below)] == ["Tháng 1", "Tổng 5"]
    assert found.rows == 4
    assert preview(path, tmp_path).together == ("January", "February")
    assert read(path, "February")[0].headers == ("id", "y", "X", "note")


def test_a_hidden_sheet_is_read_when_there_is_no_other_and_that_is_said(tmp_path: Path) -> None:
    found, rows = read(saved(tmp_path, Cover=[], hidden=ROWS))
    assert rows == [(2, "1", "a")]
    assert [notice.key for notice in _about_sheets(found)] == ["sheet_hidden"]


def test_the_sheet_that_is_named_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, One=[["k"], ["v"]], Two=ROWS)
    assert read(path, "Two")[1] == [(2, "1", "a")]
    with pytest.raises(LoadError, match=r"no sheet 'Three'. Its sheets are: One, Two"):
        read(path, "Three")


def test_a_format_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path, Leads=ROWS)
    book = openpyxl.load_workbook(path)
    book.active.cell(1_048_576, 16_384).font = Font(bold=True)
    book.save(path)
    assert read(path)[1] == [(2, "1", "a")]


def test_a_value_in_the_last_corner_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    path = saved(tmp_path, Leads=ROWS)
    book = openpyxl.load_workbook(path)
    book.active.cell(1_048_576, 16_384).value = 1
    book.save(path)
    for reader in (read, lambda path: preview(path, tmp_path)):
        with pytest.raises(LoadError, match=r"XFD1048576.*only 5 of its cells.*at most 50,000,000"):
            reader(path)


def test_cells_in_error_and_formulas_without_a_value_are_listed(tmp_path: Path) -> None:
    path = saved(tmp_path, Leads=[["id", "x", "y"], ["1", "#N/A", "=1/0"], ["2", "b", 5]])
    book = openpyxl.load_workbook(path)
    book.active["B2"].data_type = "e"
    book.save(path)
    found, rows = read(path)
    assert rows == [
        (2, "1", None, None),
        (3, "2", "b", "5"),
        (2, "x", "#N/A"),
        (2, "y", UNSAVED),
    ]
    assert found.rows == 2


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(saved(tmp_path, Leads=ROWS).read_bytes()[:-200])
    with pytest.raises(LoadError, match=r"book\.xlsx: the workbook cannot be read"):
        open_workbook(path, path.name, None)


def test_a_cell_merged_over_rows_is_in_each_of_them_unless_it_is_a_number(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        Data=[
            ["Ngày", "Tên", "Giá trị"],
            ["2026-01-05", "An", 10],
            [None, "Bình", None],
            [None, "Chi", 30],
            [None, "Dũng", None],
        ],
    )
    book = openpyxl.load_workbook(path)
    for cells in ("A2:A4", "C2:C3"):
        book["Data"].merge_cells(cells)
    book.save(path)
    file, rows = read(path)
    assert [row[-3:] for row in rows] == [
        ("2026-01-05", "An", "10"),
        ("2026-01-05", "Bình", None),
        ("2026-01-05", "Chi", "30"),
        (None, "Dũng", None),
    ]
    assert file.merged_cells == 2
