"""A file as a person has it: what is around the table, and cells as people write them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.load.loader import load
from data.load.summary import Summary
from data.store import Store

SHEET = """Danh sách lead tháng 1, 2026;;;;;;

Lead ID;Created (UTC);Source;source;Amount;Owner;Name
A1;Thứ Hai, 05/01/2026 2:05 CH;;Web;1,5 tỷ;N/A;Na
A2;46027,5;Zalo;x;$1,200.50;Lan;null
A\u200b3;N/A;Zalo;;300.000đ;-;Minh
1.23E+15;13/01/2026 09:00;Zalo;;nhiều;Lan;An
A4;2026-W05;Zalo;;;Lan;Bình
Tổng cộng: 5;;;;;;
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, dict[str, tuple[Any, ...]]]:
    folder = tmp_path_factory.mktemp("people")
    (folder / "leads.csv").write_text(SHEET)
    store = Store(folder / "store")
    moves = folder / "moves.csv"
    moves.write_text("Lead ID,Stage,Entered at\nA3,mql,2026-01-20\n")
    summary = load(store, [folder / "leads.csv", moves], now=datetime(2026, 6, 1))
    with store.cursor(store.generation()) as cursor:
        rows = cursor.execute(
            "select lead_id, cast(created_at as varchar), source, amount, currency, owner, name "
            "from leads"
        ).fetchall()
    return summary, {row[0]: row[1:] for row in rows}


def test_cells_are_read_as_they_are_meant(
    loaded: tuple[Summary, dict[str, tuple[Any, ...]]],
) -> None:
    _, leads = loaded
    assert leads["A1"] == ("2026-01-05 14:05:00", "Web", 1.5e9, "VND", None, "Na")
    assert leads["A2"] == ("2026-01-05 12:00:00", "Zalo", 1200.5, "USD", "Lan", "null")
    assert leads["A3"][1:] == ("Zalo", 300_000, "VND", None, "Minh")
    assert leads["1.23E+15"][:3] == ("2026-01-13 09:00:00", "Zalo", None)
    assert "A4" not in leads


def test_every_line_is_loaded_refused_or_left_out(
    loaded: tuple[Summary, dict[str, tuple[Any, ...]]],
) -> None:
    file = loaded[0].files[0]
    assert (file.read, file.loaded, file.refused, file.skipped, file.lines) == (6, 4, 1, 1, 1)
    assert file.reasons == {"unreadable_date": 1}
    assert file.blanked == {"unreadable_number": 1}
    assert loaded[0].left_out == {}


def test_what_was_decided_is_said(loaded: tuple[Summary, dict[str, tuple[Any, ...]]]) -> None:
    said = {notice.key for notice in loaded[0].notices if hasattr(notice, "key")}
    assert {
        "lines_above",
        "lines_below",
        "excel_days",
        "zone_of_header",
        "damaged_ids",
        "dollars",
    } <= said


def test_a_row_of_a_further_sheet_is_listed_where_it_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, ids in (("T1", ["A1", "A2"]), ("T2", ["A3", None])):
        sheet = book.create_sheet(title)
        sheet.append(["Lead ID", "Created at", "Source"])
        for each in ids:
            sheet.append([each, "2026-01-13", "Web"])
    del book["Sheet"]
    book.save(tmp_path / "leads.xlsx")
    store = Store(tmp_path / "store")
    summary = load(store, [tmp_path / "leads.xlsx"], now=datetime(2026, 6, 1))
    assert (summary.read, summary.loaded, summary.refused) == (4, 3, 1)
    with store.cursor(store.generation()) as cursor:
        assert cursor.execute("select file, line, reason from rejected_rows").fetchall() == [
            ("leads.xlsx › T2", 3, "missing_lead_id")
        ]
        assert cursor.execute("select lead_id, sheet from leads order by 1").fetchall() == [
            ("A1", "T1"),
            ("A2", "T1"),
            ("A3", "T2"),
        ]
