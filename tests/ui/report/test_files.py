"""The files of a report: whatever is in a text stays a text, and a story is all of its pages."""

import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pypdf import PdfReader

from ui.report import paper, sheets, slides
from ui.report.picture import NoBrowser
from ui.report.report import Card, Cell, Chart, Report, Table, Text, Tile

FORMULAS = ("=1+1", "+84 90", "-2", "@SUM(A1)", "\t=1", "＝1")
MARKUP = ("#let x = 1", "*bold* _it_", "$x^2$", "<b>b</b>", "\\ // /* [a]", "Đỗ Thị Hằng – ₫")


def bars(names: tuple[str, ...]) -> Chart:
    mark = {
        "type": "bar",
        "orientation": "h",
        "x": [5] * len(names),
        "y": [*range(len(names))],
        "hovertext": [f"<b>{name.replace('<', '&lt;')}</b>, =part<br>5" for name in names],
        "marker": {"color": "#174A92"},
    }
    return Chart("bars", {"data": [mark], "layout": {"height": 300}}, "a finding")


def card(title: str = "A finding", **parts: Any) -> Card:
    rows = [
        [Cell(text), Cell("12,5%", 0.125), Cell("1.234", 1234)] for text in (*FORMULAS, *MARKUP)
    ]
    return Card(
        "card",
        title,
        "its measure",
        **{
            "parts": [bars(FORMULAS), Table(["=name", "share", "share"], rows), Text("a reading")],
            "definitions": [("Counted:", "=leads"), ("As of:", "#today")],
            "numbers": pd.DataFrame({"reached": [1, 2], "rate": [0.031, None]}),
            **parts,
        },
    )


def report(title: str = "Page", *cards: Card) -> Report:
    tile = Card("tile", "", parts=[Tile("New leads", "4.438", "−5%", ["was 4.672"])])
    return Report(
        "vi",
        title,
        "What it says first",
        [tile],
        cards or [card()],
        [("Period:", "Q3"), ("Filters:", "no filters")],
        f"http://pheu.test/{title}",
    )


def none(*_figure: Any) -> bytes:
    raise NoBrowser("no browser here")


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([report()])))
    assert len(book.worksheets) == 3
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f", cell.value
    texts = [cell for cell in book.worksheets[1]["A"] if cell.value in FORMULAS]
    assert len(texts) == len(FORMULAS)
    assert all(cell.quotePrefix for cell in texts)


def test_numbers_of_a_workbook_are_numbers_as_they_are_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([report()])))
    _about, table, numbers = book.worksheets
    assert [cell.value for cell in table[1]] == ["=name", "share", "share "]
    assert [cell.value for cell in table[2]][1:] == [0.125, 1234]
    assert (table["B2"].number_format, table["C2"].number_format) == ("0.0%", "#,##0")
    assert [[cell.value for cell in row] for row in numbers.iter_rows()] == [
        ["reached", "rate"],
        [1, 0.031],
        [2, None],
    ]


def test_sheets_have_names_of_their_own_whatever_the_titles_are() -> None:
    long = "Một kết luận dài hơn ba mươi mốt chữ cái"
    cards = [card(long), card(long.upper()), card("[a]: b? c* \\d/e'"), card("")]
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([report("Page", *cards)] * 2)))
    names = [name.casefold() for name in book.sheetnames]
    assert len(set(names)) == len(names) == 2 * (1 + 2 * len(cards))
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_no_cell_of_a_sheet_behind_a_chart_is_a_formula() -> None:
    book = Presentation(io.BytesIO(slides.write([report()], none)))
    (chart,) = [shape.chart for slide in book.slides for shape in slide.shapes if shape.has_chart]
    behind = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    cells = [cell for row in behind.active.iter_rows() for cell in row]
    assert {"'=1+1", "'@SUM(A1)"} <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)


def test_no_cell_of_a_table_on_a_slide_is_a_formula_where_it_is_pasted() -> None:
    rows = [[Cell(text), Cell("+9%", 0.09)] for text in (*FORMULAS, "-2+3", "+1,2 điểm")]
    table = Table(["=name", "change"], rows)
    book = Presentation(io.BytesIO(slides.write([report("P", card(parts=[table]))], none)))
    (drawn,) = [shape.table for slide in book.slides for shape in slide.shapes if shape.has_table]
    assert [[cell.text for cell in row.cells] for row in drawn.rows] == [
        ["'=name", "change"],
        *([said, "+9%"] for said in ("'=1+1", "+84 90", "-2", "'@SUM(A1)", "'\t=1", "'＝1")),
        ["'-2+3", "+9%"],
        ["+1,2 điểm", "+9%"],
    ]


def test_a_workbook_has_the_lists_of_the_page_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "MOST_LISTED", 3)
    pieces = [pd.DataFrame({"lead": [f"L{n}", f"L{n + 1}"]}) for n in range(0, 8, 2)]
    told = replace(report(), lists={"Leads": lambda: iter(pieces)})
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([told])))
    assert [cell.value for cell in book["Leads"]["A"]] == ["lead", "L0", "L1", "L2"]
    said = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert "3" in said["Leads"]
    monkeypatch.setattr(sheets, "MOST_LISTED", 8)
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([told])))
    assert book["Leads"].max_row == 9
    assert "Leads" not in {row[0].value for row in book.worksheets[0].iter_rows()}


def test_texts_on_paper_are_no_markup() -> None:
    pages = PdfReader(io.BytesIO(paper.write([report()], none))).pages
    text = " ".join(page.extract_text() for page in pages)
    for said in (*MARKUP, "@SUM(A1)", "#today", "4.438", "no browser here"):
        assert re.sub(r"\s", "", said) in re.sub(r"\s", "", text)


@pytest.mark.parametrize("stop", [1, 2], ids=["alone", "two"])
def test_a_story_is_all_of_its_pages(stop: int) -> None:
    story = [report("One"), report("Two", card(parts=[Text("only words")]))][:stop]
    pages = PdfReader(io.BytesIO(paper.write(story, none))).pages
    links = [
        note.get_object()["/A"]["/URI"]
        for page in pages
        for note in page.get("/Annots", ())
        if "/A" in note.get_object()
    ]
    assert list(dict.fromkeys(links)) == [each.link for each in story]
    book = Presentation(io.BytesIO(slides.write(story, none)))
    titles = [slide.shapes.title.text for slide in book.slides]
    assert titles.count("What it says first") == stop
    about = openpyxl.load_workbook(io.BytesIO(sheets.write(story))).worksheets
    assert sum(sheet["A1"].value == "Pheu" for sheet in about) == stop


def test_a_slide_without_a_browser_says_so_in_place_of_the_picture() -> None:
    curve = Chart("curve", {"data": [], "layout": {"height": 300}}, "a finding")
    book = Presentation(io.BytesIO(slides.write([report("P", card(parts=[curve]))], none)))
    last = list(book.slides)[-1]
    texts = [shape.text_frame.text for shape in last.shapes if shape.has_text_frame]
    assert "no browser here" in texts
