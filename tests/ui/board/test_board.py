"""A board: its values as the browser is told them, and how it is read and picked from there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.patience import PATIENCE
from tests.support.serving import Server, serving
from ui.board import board
from ui.language import current

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
COLUMNS = [board.Column("Team"), board.Column("Lost", right=True)]


def said(rows: list[board.Row], *, picks: bool = True) -> dict[str, Any]:
    return board.said(COLUMNS, rows, caption="Teams", picks=picks, below=640)


def row(name: str, **options: Any) -> board.Row:
    return board.Row([board.Text(name), board.Text("9")], **options)


def bar(value: float, most: float, **options: Any) -> dict[str, Any]:
    rows = [board.Row([board.Text("A"), board.Bar(value, most, **options)])]
    cell: dict[str, Any] = said(rows)["rows"][0]["cells"][1]
    return cell


def test_cells_are_told_as_what_they_are() -> None:
    cells = (board.Text("A", note="b", strong=True), board.Badge("certain", "blue", "verified"))
    assert said([board.Row(cells, id="a", chosen=True)])["rows"] == [
        {
            "id": "a",
            "chosen": True,
            "cells": [
                {"kind": "text", "value": "A", "note": "b", "strong": True, "whole": False},
                {"kind": "badge", "word": "certain", "tone": "blue", "icon": "verified"},
            ],
        }
    ]


def test_a_phone_number_is_dialled_and_nothing_else_is() -> None:
    rows = [board.Row([board.Text("A"), board.Phone("0375 396 592", "+84375396592")])]
    assert said(rows)["rows"][0]["cells"][1] == {
        "kind": "phone",
        "value": "0375 396 592",
        "dial": "+84375396592",
    }
    for dial in ("", "+", "090 1", "javascript:alert(1)", "1;ext=2"):
        with pytest.raises(ValueError, match="dialled"):
            board.Phone("x", dial)


@pytest.mark.parametrize(
    ("value", "most", "length"),
    [(2, 8, 25), (8, 8, 100), (0, 8, 0), (9, 8, 100), (-1, 8, 0), (3, 0, 0)],
    ids=["a part", "the most", "nothing", "too much", "less than nothing", "of nothing"],
)
def test_a_bar_stays_in_its_cell(value: float, most: float, length: float) -> None:
    assert bar(value, most)["length"] == length


def test_a_range_is_drawn_where_both_its_ends_are_known() -> None:
    assert bar(2, 8, low=-1, high=4)["range"] == [0, 50]
    assert bar(2, 8, low=1)["range"] is None
    assert bar(2, 8)["range"] is None


def test_nothing_can_be_picked_where_nobody_listens() -> None:
    assert said([row("A", id="a")], picks=False)["rows"][0]["id"] is None


def test_the_button_for_all_rows_says_how_many_there_are() -> None:
    rows = [row("A")] * 1_200
    current.use("en")
    assert said(rows)["all"] == "See all 1,200"
    current.use("vi")
    assert said(rows)["all"] == "Xem cả 1.200"


def test_one_row_alone_is_not_folded_away() -> None:
    assert said([row("A")] * 6)["folded"] == {"rows": board.ROWS, "cards": 6}
    assert said([row("A")] * 11)["folded"] == {"rows": 11, "cards": board.CARDS}
    assert said([row("A")] * 12)["folded"] == {"rows": board.ROWS, "cards": board.CARDS}


def test_two_rows_of_one_id_are_an_error() -> None:
    with pytest.raises(ValueError, match="one id"):
        said([row("A", id="a"), row("B", id="a")])


def test_a_row_needs_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        said([board.Row([board.Text("A")])])


def test_a_page_draws_its_board() -> None:
    screen = AppTest.from_file(str(HERE / "page.py")).run(timeout=PATIENCE)
    assert not screen.exception
    drawn = screen.get("bidi_component")[0].proto
    assert drawn.js_source_path == "board.js"
    assert not drawn.js_content
    assert len(json.loads(drawn.json)["rows"]) == 12


@pytest.fixture(scope="module")
def one_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("board")
    app = str((HERE / "served.py").relative_to(Path.cwd()))
    with serving(folder / "store", folder / "server.log", app=app) as running:
        yield running


@pytest.fixture
def page(browser: "Browser", one_board: Server) -> Iterator["Page"]:
    with browser.new_context(viewport={"width": 1440, "height": 1000}) as context:
        drawn = context.new_page()
        drawn.set_default_timeout(PATIENCE * 1_000)
        drawn.goto(one_board.url)
        drawn.get_by_role("table").wait_for()
        yield drawn


def test_a_board_is_read_and_picked_from_with_the_keyboard_at_any_width(page: "Page") -> None:
    from playwright.sync_api import expect

    table = page.get_by_role("table", name="Teams that lose <b>customers</b>")
    button = table.get_by_role("button")
    seen = table.get_by_role("row").filter(visible=True)
    # What strangers have written is text, and has done nothing.
    hostile = '<img src=x onerror="document.title=1">'
    assert button.first.text_content() == hostile
    assert table.locator("img, script, td b").count() == 0
    assert page.title() not in {"1", "2"}
    assert table.get_by_role("img", name="3 lost").count() == 1
    assert table.get_by_role("columnheader", name="Money").is_visible()
    expect(seen).to_have_count(1 + 10)
    # The keyboard picks the third row, and stays there when the page has run.
    button.nth(2).focus()
    page.keyboard.press("Enter")
    page.get_by_text("picked: 2", exact=True).wait_for()
    third = table.locator("button[data-row='2'][aria-current=true]")
    third.wait_for()
    page.wait_for_function(
        "id => document.activeElement?.shadowRoot?.activeElement?.dataset.row == id", arg="2"
    )
    # On a phone the rows are cards: five of them, then all, and the reader goes on at the sixth.
    page.set_viewport_size({"width": 390, "height": 844})
    table.get_by_role("columnheader", name="Money").wait_for(state="hidden")
    expect(seen).to_have_count(1 + 5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    width = third.evaluate("button => button.closest('tr').scrollWidth")
    assert width <= table.evaluate("table => table.clientWidth")
    everything = page.get_by_role("button", name="Xem cả 12")
    everything.focus()
    page.keyboard.press("Enter")
    expect(seen).to_have_count(1 + 12)
    assert everything.is_hidden()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.dataset.row") == "5"
