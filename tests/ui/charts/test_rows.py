"""Rows of bars: what stands above them fits a phone, and what is missing is None."""

from dataclasses import dataclass

import pandas as pd
import pytest

from tests.support.figures import texts
from ui.charts.canvas import bare, base
from ui.charts.rows import FITTING, Above, font_size_of, read_rows, write_above
from ui.theme import LIGHT


@dataclass(frozen=True)
class Step:
    label: str
    count: int | None
    rate: float | None = None


def test_whatever_is_missing_is_none() -> None:
    frame = pd.DataFrame({"label": ["a", "b"], "count": [1, float("nan")], "other": [1, 2]})
    assert read_rows(Step, frame) == [Step("a", 1), Step("b", None)]
    rates = frame.assign(rate=pd.array([pd.NA, 0.5], dtype="Float64"))
    assert [step.rate for step in read_rows(Step, rates)] == [None, 0.5]
    assert read_rows(Step, frame.iloc[:0]) == []


@pytest.mark.parametrize("length", [1, 20, 30, 33, 34, 60])
def test_what_stands_above_a_bar_fits(length: int) -> None:
    line = Above("n" * length, "  1.234", "<b>42,0%</b>")
    size = font_size_of([line, Above("short", "", "")])
    figure = base(LIGHT, 100)
    write_above(figure, line, 0, size)
    name, value = texts(figure)
    assert len(bare(name)) + len(bare(value)) <= FITTING[size]
    assert ("…" in name) == (length > 33)


def test_nothing_at_the_right_is_not_written() -> None:
    figure = base(LIGHT, 100)
    write_above(figure, Above("<a>", "", ""), 0, 15)
    assert texts(figure) == ["<b>&lt;a&gt;</b>"]
