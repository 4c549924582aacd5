"""Take away: what is in a file of a page is what is on the page, in both languages."""

import io
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openpyxl
import pandas as pd
import pytest
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from data import stories
from data.shares import LISTS, Share
from data.store import Store
from tests.support import browsing
from tests.support.runtimes import runtime
from tests.support.screen import LANGUAGES, PAGES, boards, dialog, looked_at, opened, settled, shown
from tests.support.serving import Server
from ui import session
from ui.language import current
from ui.page import offscreen, story, take_away
from ui.page.markdown import spoken
from ui.report import paper, picture, sheets, slides
from ui.report.form import form_of
from ui.report.report import Card, Chart, Report, Table, Text, Tile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The page of the words has no numbers, nor a header.
TAKEN = tuple(page for page in PAGES if page != "definitions")
WHERE = [(page, lang) for page in TAKEN for lang in LANGUAGES]
ANALYSES = [(page, "en") for page in ("funnel", "bottlenecks", "time_in_stage", "response")]

pytestmark = pytest.mark.usefixtures("sample")


@cache
def painted(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return file.getvalue()


def paint(figure: Mapping[str, Any], form: str, width: int) -> bytes:
    """A picture as large as it should be, without a browser."""
    assert form == "png"
    return painted(width, round(figure["layout"]["height"]))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the buttons that are drawn from here on make, by the names of the files."""
    found: dict[str, Callable[[], bytes]] = {}

    def download(_label: str, make: Callable[[], bytes], file: str, *_: Any, **_more: Any) -> None:
        found[file] = make

    monkeypatch.setattr(take_away, "_download", download)
    monkeypatch.setattr(picture, "paint", paint)
    monkeypatch.setattr(picture, "is_there", lambda: True)
    return found


_REPORTS: dict[tuple[str, ...], Report] = {}


def reported(page: str, lang: str, **query: str) -> tuple[AppTest, Report]:
    """A page as it is on the screen, and as it is taken away; each drawn once."""
    screen = looked_at(page, lang=lang, **query)
    key = (page, lang, *query.values())
    if key not in _REPORTS:
        showing = session.showing(shown(screen))
        about = offscreen.Reader(page, f"http://pheu.test/{page}", showing, {})
        with runtime():
            _REPORTS[key] = take_away.report(about)
    return screen, _REPORTS[key]


@cache
def presented(page: str, lang: str) -> Any:
    """The slides of a page."""
    _screen, report = reported(page, lang)
    return Presentation(io.BytesIO(slides.write([report], paint)))


def cards_of(report: Report) -> list[Card]:
    return [*report.tiles, *report.cards]


def parts(report: Report, kind: type[Any]) -> list[Any]:
    return [part for card in cards_of(report) for part in card.parts if isinstance(part, kind)]


@pytest.mark.parametrize(
    ("page", "query"),
    [(page, {"lang": lang}) for page, lang in WHERE]
    + [(page, {"lang": lang, "tab": "analysis"}) for page, lang in ANALYSES],
)
def test_a_report_is_what_is_on_the_page(page: str, query: dict[str, str]) -> None:
    screen, report = reported(page, **query)
    titles = [spoken(each.value) for each in screen.main.header]
    assert [card.title for card in report.cards] == titles
    assert {spoken(each.value) for each in screen.main.title} == {report.title}
    tiles = {(each.label, each.value) for each in screen.main.metric}
    assert {(tile.label, tile.value) for tile in parts(report, Tile)} == tiles
    figures = [json.loads(each.proto.spec) for each in screen.main.get("plotly_chart")]
    assert [chart.figure for chart in parts(report, Chart)] == figures
    tables = len(boards(screen)) + len(screen.main.get("dataframe"))
    assert len(parts(report, Table)) == tables
    for said in parts(report, Text):
        assert not re.search(r":material|:gray|:small|badge\[|\\", said.text)


@pytest.mark.parametrize(("page", "lang"), WHERE)
def test_slides_have_a_finding_each_and_say_how_it_counts(page: str, lang: str) -> None:
    _screen, report = reported(page, lang)
    book = presented(page, lang)
    first, *others = book.slides
    assert first.shapes.title.text == report.finding or report.title
    assert [*dict.fromkeys(slide.shapes.title.text for slide in others)] == [
        *dict.fromkeys(card.title for card in report.cards)
    ]
    for slide in book.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert report.link in notes
        assert all(text in notes for _lead_in, text in report.about)
    for card in report.cards:
        (slide, *_more) = [each for each in others if each.shapes.title.text == card.title]
        notes = slide.notes_slide.notes_text_frame.text
        assert all(f"{lead_in} {text}" in notes for lead_in, text in card.definitions)


@pytest.mark.parametrize(("page", "lang"), WHERE)
def test_charts_and_tables_of_slides_have_the_numbers_of_the_page(page: str, lang: str) -> None:
    _screen, report = reported(page, lang)
    book = presented(page, lang)
    shapes = [shape for slide in book.slides for shape in slide.shapes]
    charts = {shape.name: shape.chart for shape in shapes if shape.has_chart}
    forms = {chart.name: form_of(chart.figure) for chart in parts(report, Chart)}
    assert charts.keys() == {name for name, form in forms.items() if form is not None}
    for name, chart in charts.items():
        form = forms[name]
        assert form is not None
        assert list(chart.plots[0].categories) == list(form.categories)
        drawn = [list(each.values) for each in chart.plots[0].series]
        assert drawn == [list(each.values) for each in form.series]
    tables = [shape.table for shape in shapes if shape.has_table]
    for table, found in zip(tables, _in_slides(report), strict=True):
        said = [[cell.text for cell in row.cells] for row in table.rows]
        assert said[0] == list(found.headings)
        assert said[1:] == [[cell.text for cell in row] for row in found.rows[: len(said) - 1]]
        assert len(said) > min(len(found.rows), 12)


def _in_slides(report: Report) -> list[Table]:
    return [table for card in report.cards for table in card.tables()]


@pytest.mark.parametrize(("page", "lang"), WHERE)
def test_a_paper_says_what_the_page_says(page: str, lang: str) -> None:
    _screen, report = reported(page, lang)
    pages = PdfReader(io.BytesIO(paper.write([report], paint))).pages
    text = squeezed(" ".join(each.extract_text() for each in pages))
    for card in report.cards:
        assert squeezed(card.title) in text
        assert all(squeezed(said) in text for _lead_in, said in card.definitions)
    for tile in parts(report, Tile):
        assert squeezed(tile.value) in text
    for said in parts(report, Text):
        assert squeezed(said.text) in text
    for table in parts(report, Table):
        for row in table.rows[:20]:
            assert all(squeezed(cell.text) in text for cell in row)
    assert all(squeezed(said) in text for _lead_in, said in report.about)


def squeezed(text: str) -> str:
    """A text without its spaces and hyphens: lines of a paper break where they have to."""
    return re.sub(r"[\s\u200b\u00ad‐-]", "", text)


@pytest.mark.parametrize(("page", "lang"), WHERE)
def test_a_workbook_has_the_tables_and_says_what_they_are_of(page: str, lang: str) -> None:
    _screen, report = reported(page, lang)
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([report])))
    about, *others = book.worksheets
    said = {cell.value for row in about.iter_rows() for cell in row}
    assert {report.title, report.link, *(text for _lead_in, text in report.about)} <= said
    for card in cards_of(report):
        assert {text for _lead_in, text in card.definitions} <= said
    expected = [
        rows
        for card in report.cards
        for rows in (*card.tables(), *([card.numbers] if card.charts() else []))
        if rows is not None
    ]
    assert len(others) == len(expected) + len(report.lists)
    for sheet, pieces in zip(others[len(expected) :], report.lists.values(), strict=True):
        current.use(lang)
        whole = pd.concat(pieces())
        assert [cell.value for cell in sheet[1]] == list(whole.columns)
        assert sheet.max_row == len(whole) + 1 > 11, "more than the page shows"
    assert set(report.lists) <= {sheet.title for sheet in others}
    assert bool(report.lists) is (page in LISTS)
    for sheet, rows in zip(others, expected, strict=False):
        found = [[cell.value for cell in row] for row in sheet.iter_rows()]
        if isinstance(rows, Table):
            assert found[0] == list(rows.headings)
            assert len(found) == len(rows.rows) + 1
            for line, row in zip(found[1:], rows.rows, strict=True):
                for value, cell in zip(line, row, strict=True):
                    assert value == (cell.text or None) or value == pytest.approx(cell.value)
        else:
            assert found[0] == list(rows.columns)
            assert len(found) == len(rows) + 1


@pytest.mark.parametrize("page", ["overview", "bottlenecks", "to_do", "data"])
def test_the_buttons_make_what_the_reader_sees(
    page: str, made: dict[str, Callable[[], bytes]]
) -> None:
    """Of the very session: its filters, and what was chosen on the page."""
    screen = opened(page, lang="en", team="TP.HCM 2")
    dialog(screen, "take_away")
    assert [name.rpartition(".")[2] for name in made] == ["pptx", "pdf", "xlsx"]
    with runtime():
        (book,) = [make() for name, make in made.items() if name.endswith("xlsx")]
    about = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    said = {cell.value for row in about.iter_rows() for cell in row}
    assert {"Team: TP.HCM 2", *(spoken(each.value) for each in screen.main.header)} <= said


def test_a_story_is_taken_away_as_it_is_told(
    own_sample: Store, made: dict[str, Callable[[], bytes]]
) -> None:
    """A slide says its own words first; of one that shows one card, that is all."""
    number = stories.make(own_sample, "Họp")
    frozen = own_sample.generation()
    link = {"v": "1", "data": f"{frozen.number}-{frozen.id}", "team": "TP.HCM 2"}
    stories.add(own_sample, number, Share("overview", {"v": "1"}, title="=Một"), "nói riêng")
    stories.add(own_sample, number, Share("funnel", link, title="Hai"), "", "pair")
    story.changed()
    (told,) = story.every()
    screen = settled(opened("overview", lang="en").button("project__en").click())
    dialog(screen, "stories")
    names = [name for name in made if name.startswith(f"story-{told.id}")]
    assert [name.rpartition(".")[2] for name in names] == ["pptx", "pdf", "xlsx"]
    with runtime():
        files = {name.rpartition(".")[2]: made[name]() for name in names}
    book = Presentation(io.BytesIO(files["pptx"]))
    titles = [slide.shapes.title.text for slide in book.slides]
    assert (titles[0], titles.count("Hai")) == ("=Một", 1)
    assert len(titles) - titles.index("Hai") == 2, "the words of a slide, and its one card"
    notes = [slide.notes_slide.notes_text_frame.text for slide in book.slides]
    assert "Team: TP.HCM 2" in notes[-1]
    assert not any("nói riêng" in note for note in notes)
    links = {line for note in notes for line in note.splitlines() if line.startswith("http")}
    assert {urlsplit(link).path for link in links} == {"/", "/funnel"}
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    assert {"Hai", "Một"} <= set(re.findall(r"\w+", text))
    sheets_of_it = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).sheetnames
    assert sheets_of_it[:1] + sheets_of_it[-2:-1] == ["About", "About (2)"]


def test_a_figure_is_taken_from_its_own_card(made: dict[str, Callable[[], bytes]]) -> None:
    screen = opened("funnel", lang="en")
    dialog(screen, "how_pair")
    assert [*made] == ["pair.png", "pair.svg"]
    with runtime():
        drawn = Image.open(io.BytesIO(made["pair.png"]()))
    (spec,) = [
        json.loads(each.proto.spec)
        for each in screen.main.get("plotly_chart")
        if "chart_pair" in each.proto.id
    ]
    framed = picture.framed(spec, "title", "measure", ["what it is of", "link"])
    assert drawn.height == framed["layout"]["height"] > spec["layout"]["height"]


def test_a_card_without_a_figure_offers_no_picture(made: dict[str, Callable[[], bytes]]) -> None:
    dialog(opened("overview", lang="en"), "how_findings")
    assert not made


def test_without_a_browser_the_reader_is_told(
    made: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_figure: Any) -> bytes:
        raise picture.NoBrowser("no browser here")

    monkeypatch.setattr(picture, "is_there", lambda: False)
    screen = dialog(opened("funnel", lang="en"), "how_pair")
    told = "Pictures need Chrome or Chromium on the server"
    assert any(told in each.value for each in screen.markdown)
    assert not made
    _screen, report = reported("funnel", "en")
    pages = PdfReader(io.BytesIO(paper.write([report], none))).pages
    assert "no browser here" in pages[0].extract_text()


@pytest.mark.browser
def test_a_file_comes_while_the_page_is_used(browser: "Browser", server: Server) -> None:
    """And the link in it shows the same page."""
    with browser.new_context(locale="en-GB") as context:
        page = browsing.opened(context.new_page(), server, "/funnel?v=2&lang=en")
        title = page.get_by_role("heading", level=2).first.inner_text()
        page.get_by_role("button", name="Take away").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Excel").click()
            page.get_by_role("button", name="Close").click()
            page.get_by_role("dialog").wait_for(state="hidden")
        assert re.fullmatch(r"pheu-funnel-[0-9-]+\.xlsx", download.value.suggested_filename)
        about = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
        said = [cell.value for row in about.iter_rows() for cell in row]
        assert title in said
        (link,) = [each for each in said if str(each).startswith("http")]
        again = browsing.opened(context.new_page(), server, str(link))
        assert again.get_by_role("heading", level=2).first.inner_text() == title
