"""A table's values stay values, to sort by; what is read are words in the reader's language."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ui.board import board
from ui.language import current, formats
from ui.page import table
from ui.page.table import Column


def texts(columns: Sequence[Column], **options: Any) -> list[list[str]]:
    """What is read in each row."""
    style = table.styled(columns, **options).hide(axis="index").hide(axis="columns")
    return [line.split("|") for line in style.to_string(delimiter="|").splitlines()]


def test_values_stay_numbers_and_are_written_in_the_readers_language() -> None:
    columns = [
        Column("Stage", ["MQL", "SQL"]),
        Column("Reached", pd.Series([12_480, 37], index=[4, 2]), formats.number),
        Column("Rate", [0.381, 0.05], formats.percent),
        Column("Days", [3.65, 0.1], partial(formats.number, digits=1)),
    ]
    assert table.frame(columns).to_dict("list") == {
        "Stage": ["MQL", "SQL"],
        "Reached": [12_480, 37],
        "Rate": [0.381, 0.05],
        "Days": [3.65, 0.1],
    }
    current.use("vi")
    assert texts(columns)[0] == ["MQL", "12.480", "38,1%", "3,6"]
    current.use("en")
    assert texts(columns)[0] == ["MQL", "12,480", "38.1%", "3.6"]


def test_a_text_may_say_more_than_the_value_it_is_sorted_by() -> None:
    columns = [Column("In the end", [0.4, 0.4, 0.3], ["≥ 40%", "40% (38–42)", "30%"])]
    assert table.frame(columns)["In the end"].tolist() == [0.4, 0.4, 0.3]
    style = table.styled(columns).hide(axis="index").hide(axis="columns")
    for _again in range(2):
        assert style.to_string().splitlines() == ["≥ 40%", "40% (38–42)", "30%"]


def test_a_text_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 texts for 2 rows"):
        table.styled([Column("Rate", [0.1, 0.2], ["10%"])])


def test_what_is_missing_is_said_to_be() -> None:
    open_leads = pd.Series([3, None], dtype="Int64")
    columns = [Column("Open", open_leads, formats.number), Column("ROI", [None, 2.0], str)]
    assert texts(columns, missing="unknown") == [["3", "unknown"], ["unknown", "2.0"]]
    assert table.frame(columns).dtypes.tolist() == [float, float]


def test_two_columns_may_have_one_heading() -> None:
    columns = [Column("Open", [1], formats.number), Column("Open", [2], str)]
    assert texts(columns) == [["1", "2"]]
    assert table.frame(columns).columns.tolist() == ["Open", "Open "]


def test_a_table_of_no_rows_has_its_headings() -> None:
    columns = [Column("Open", [], formats.number, pale=[]), Column("Rate", [], [], pale=True)]
    assert texts(columns) == []
    assert table.frame(columns).columns.tolist() == ["Open", "Rate"]


def drawn(lang: str) -> None:
    from datetime import date

    from ui.language import current, formats
    from ui.page import table
    from ui.page.table import Column

    current.use(lang)
    table.show([Column("Made", [date(2026, 1, 2)]), Column("n", [1234], width=90)], height=300)
    owner, rate = Column("Owner", [None, "Vy"]), Column("Rate", [0.5, 0.4], formats.percent)
    table.show([owner, rate], missing="unknown")


@pytest.mark.parametrize(("lang", "day"), [("en", "D MMM YYYY"), ("vi", "DD/MM/YYYY")])
def test_what_has_no_text_is_written_by_the_browser(lang: str, day: str) -> None:
    screen = AppTest.from_function(drawn, kwargs={"lang": lang}).run()
    assert not screen.exception
    lists, styled = screen.dataframe
    config = json.loads(lists.proto.columns)
    assert config["Made"]["type_config"] == {"type": "date", "format": day}
    assert config["n"]["type_config"] == {"type": "number", "format": "localized"}
    assert config["n"]["width"] == 90
    assert not lists.proto.arrow_data.styler.display_values
    assert styled.proto.placeholder == "unknown"
    assert styled.value["Rate"].tolist() == [0.5, 0.4]


def test_a_table_to_be_read_has_the_texts_of_its_columns_and_cuts_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(board, "show", lambda *parts, **more: told.update(parts=parts))
    columns = [
        Column("Path", ["A", "B"]),
        Column("Rate", [0.1, None], formats.percent, pale=[True, False]),
        Column("Range", ["1–2", "3–4"]),
        Column("Worth", ["₫1B", "35%"], is_amount=True),
    ]
    table.read(columns, caption="Paths", key="paths", secondary=["Range"])
    headings, rows = told["parts"]
    assert [each.right for each in headings] == [False, True, False, True]
    assert [each.secondary for each in headings] == [False, False, True, False]
    assert all(each.on_cards for each in headings)
    assert rows[0].cells[1] == board.Text("", note=formats.percent(0.1))
    assert rows[1].cells[1:3] == [board.Text(formats.NOTHING), board.Text("3–4")]


def test_a_blank_is_shown_as_missing_where_a_table_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[board.Row]] = []
    monkeypatch.setattr(board, "show", lambda _columns, rows, **_options: drawn.append(rows))
    table.read([Column("Lead", ["", "KH1", None])], caption="Leads", key="leads")
    assert [row.cells[0].value for row in drawn[0]] == ["–", "KH1", "–"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rows", "height"),
    [
        pytest.param(1, 2 * 35 + 2, id="few"),
        pytest.param(40, 8 * 35 + 2, id="as many as are whole"),
    ],
)
def test_no_row_is_cut_at_the_edge(rows: int, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(st, "dataframe", lambda _rows, **options: given.append(options["height"]))
    table.show([Column("n", list(range(rows)))], height=300)
    assert given == [height]
