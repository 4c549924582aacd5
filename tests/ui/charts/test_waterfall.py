"""Waterfall: steps meet, and their numbers lie within the plot."""

import pandas as pd
import pytest

from tests.support.figures import BOTH
from ui import charts
from ui.charts.canvas import bare, width_of
from ui.theme import LIGHT, Look


def steps(*rows: tuple[str, str, float, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["label", "kind", "start", "end", "text"])
    return frame.assign(value=frame["end"] - frame["start"])


CHANGE = steps(
    ("Kỳ trước", "total", 424, 424, "424"),
    ("Nhiều lead hơn", "step", 424, 476, "+52"),
    ("Nguồn tốt hơn", "step", 476, 476, "0"),
    ("Tiềm năng → Cơ hội", "step", 476, 439, "−37"),
    ("Kỳ này", "total", 439, 439, "439"),
)


@BOTH
def test_steps_of_a_waterfall(look: Look) -> None:
    figure = charts.waterfall(CHANGE, look)
    (bars,) = [trace for trace in figure.data if trace.type == "bar"]
    assert list(bars.base) == [424, 476, 476]
    assert list(bars.x) == [52, 0, -37]
    grey = look.over(look.neutral, 0.45)
    assert list(bars.marker.color) == [look.good, grey, look.bad]
    totals = [trace for trace in figure.data if trace.type == "scatter"]
    assert [tuple(total.x) for total in totals] == [(424, 424), (439, 439)]
    assert {total.line.width for total in totals} == {4}
    assert [shape.x0 for shape in figure.layout.shapes] == [424, 476, 476, 439]
    assert {shape.line.dash for shape in figure.layout.shapes} == {"dot"}
    colours = {bare(note.text): note.font.color for note in figure.layout.annotations}
    assert colours["+52"] == look.good_text
    assert colours["−37"] == look.bad_text
    assert [note.font.size for note in figure.layout.annotations] == [18, 14, 14, 14, 18]


@pytest.mark.parametrize(
    "rows",
    [
        CHANGE,
        CHANGE.iloc[:1],
        steps(("Trước", "total", 5e6, 5e6, "5.000.000"), ("Mất", "step", 5e6, 0, "−5.000.000")),
        CHANGE.assign(label="Một lý do có tên rất dài của kỳ này"),
    ],
)
def test_numbers_of_a_waterfall_lie_within_on_a_phone(rows: pd.DataFrame) -> None:
    figure = charts.waterfall(rows, LIGHT)
    low, high = figure.layout.xaxis.range
    above = figure.layout.yaxis.showticklabels is False
    names = 0 if above else max(width_of(text) for text in rows["label"]) + 8
    px = (330 - names) / (high - low)
    assert all(low <= value <= high for value in [*rows["start"], *rows["end"]])
    values = [each for each in figure.layout.annotations if each.text.startswith("<b>")]
    assert len(values) == len(rows)
    for each in values:
        wide = width_of(each.text, each.font.size)
        if each.xanchor == "right":
            assert (each.x - low) * px + each.xshift >= wide - 1
        else:
            assert (high - each.x) * px - each.xshift >= wide - 1
    bottom, top = figure.layout.yaxis.range
    assert top < 0
    assert bottom > len(rows) - 1


def test_a_step_that_is_not_sure_is_grey() -> None:
    bars = next(
        t for t in charts.waterfall(CHANGE.assign(sure=False), LIGHT).data if t.type == "bar"
    )
    assert set(bars.marker.color) == {LIGHT.over(LIGHT.neutral, 0.45)}


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    figure = charts.waterfall(CHANGE.iloc[:0], look)
    assert not figure.data
    assert figure.layout.xaxis.visible is False
