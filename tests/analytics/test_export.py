"""Answers that leave the house: no spreadsheet runs them, no program chokes on them."""

import csv
import io
import json
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.export import instant_text, to_csv, to_records

texts = st.text(max_size=12).filter(lambda text: "\x00" not in text)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_a_text(start: str) -> None:
    rows = pd.DataFrame({f"{start}head": [f"{start}1+1", "plain", None], "n": [-1.5, 2.0, 3.0]})
    header, *body = read(to_csv(rows))
    assert header == [f"'{start}head", "n"]
    assert body == [[f"'{start}1+1", "-1.5"], ["plain", "2.0"], ["", "3.0"]]


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_every_other_text_comes_back(rows: list[tuple[str, str]]) -> None:
    found = read(to_csv(pd.DataFrame(rows, columns=["a", "b"])))[1:]
    for row, cells in zip(rows, found, strict=True):
        for text, cell in zip(row, cells, strict=True):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert cell in (text, f"'{text}")


def test_instants_are_utc_with_a_z() -> None:
    rows = pd.DataFrame({"at": [datetime(2024, 1, 2, 3, 4, 5), None]})
    assert read(to_csv(rows)) == [["at"], ["2024-01-02T03:04:05Z"], [""]]
    assert to_records(rows) == [{"at": "2024-01-02T03:04:05Z"}, {"at": None}]
    assert instant_text(datetime(2024, 1, 2, 3, 4, 5, 6)) == "2024-01-02T03:04:05.000006Z"


def test_an_instant_keeps_its_microseconds_in_both() -> None:
    rows = pd.DataFrame({"at": [datetime(2024, 1, 2, 3, 4, 5, 6)]})
    assert to_records(rows) == [{"at": "2024-01-02T03:04:05.000006Z"}]
    assert read(to_csv(rows)) == [["at"], ["2024-01-02T03:04:05.000006Z"]]


def test_records_are_json() -> None:
    rows = pd.DataFrame(
        {
            "n": [1, 2],
            "rate": [0.5, float("nan")],
            "name": ["Ánh", None],
            "none": [None, None],
            "yes": [True, False],
        }
    )
    records = to_records(rows)
    assert json.loads(json.dumps(records, allow_nan=False)) == [
        {"n": 1, "rate": 0.5, "name": "Ánh", "none": None, "yes": True},
        {"n": 2, "rate": None, "name": None, "none": None, "yes": False},
    ]
    assert to_records(rows.iloc[:0]) == []


def test_nothing_is_a_header() -> None:
    assert read(to_csv(pd.DataFrame(columns=["a", "b"]))) == [["a", "b"]]
