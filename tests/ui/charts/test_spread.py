"""Spread: each range lies beside its row of the heat map."""

from itertools import pairwise

import pandas as pd
import pytest

from tests.support.figures import BOTH, SOURCES, markers, plot_height, texts
from ui import charts
from ui.charts.canvas import bare, width_of
from ui.language import formats
from ui.theme import LIGHT, Look


def ranges(count: int = 6) -> pd.DataFrame:
    rows = [
        {
            "segment": f"s{place}" if place else None,
            "label": SOURCES[place % 6],
            "values": [100 - 15 * place, 104 - 15 * place, 101 - 15 * place],
            "names": ["Chạm đầu", "Chạm cuối", "Markov"],
            "text": f"{100 - 15 * place}–{104 - 15 * place}",
            "sure": place < 4,
        }
        for place in range(count)
    ]
    return pd.DataFrame(rows, columns=["segment", "label", "values", "names", "text", "sure"])


@BOTH
@pytest.mark.parametrize(
    "columns",
    [["0", "1"], ["Chạm\nđầu", "Markov"], ["Chạm đầu", "Chạm cuối", "Markov", *"UWJABC"]],
    ids=["brief heads", "heads of two lines", "heads aslant"],
)
@pytest.mark.parametrize("count", [1, 6])
def test_ranges_lie_beside_the_rows_of_their_heat_map(
    look: Look, columns: list[str], count: int
) -> None:
    rows = ranges(count)
    cells = pd.DataFrame(
        [
            {"row": label, "column": column, "value": 1.0, "text": "1", "immature": False}
            for label in rows["label"]
            for column in columns
        ]
    )
    beside = charts.heat(cells, look)
    figure = charts.spread(rows, look, beside=beside)
    assert figure.layout.height == beside.layout.height
    assert figure.layout.margin.t == beside.layout.margin.t
    assert figure.layout.yaxis.range == beside.layout.yaxis.range
    assert figure.layout.yaxis.ticktext == tuple(beside.layout.yaxis.ticktext)
    assert plot_height(figure) == 30 * count


@BOTH
def test_a_range_has_a_line_a_dot_a_model_and_its_text(look: Look) -> None:
    rows = ranges()
    figure = charts.spread(rows, look)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [tuple(line.x) for line in lines] == [(min(v), max(v)) for v in rows["values"]]
    assert {line.line.width for line in lines} == {6}
    dots = markers(figure)
    assert list(dots.x) == [value for values in rows["values"] for value in values]
    assert list(dots.customdata) == [None] * 3 + [
        f"s{place}" for place in (1, 2, 3, 4, 5) for _ in "abc"
    ]
    assert "Markov: <b>101</b>" in dots.hovertext[2]
    low, high = figure.layout.xaxis.range
    assert low < min(dots.x)
    assert high > max(dots.x)
    assert [bare(text) for text in texts(figure)] == list(rows["text"])


@BOTH
def test_a_range_that_is_not_sure_is_grey(look: Look) -> None:
    figure = charts.spread(ranges(), look)
    assert [text.startswith("<b>") for text in texts(figure)] == [True] * 4 + [False] * 2
    assert list(markers(figure).marker.color[-3:]) == [look.small] * 3
    assert LIGHT.bad not in markers(figure).marker.color


def test_ranges_below_nothing_and_without_markers() -> None:
    rows = ranges(1).assign(values=[[-4.0, 3.0]], names=[["a", "b"]])
    figure = charts.spread(rows, LIGHT)
    assert figure.layout.xaxis.range[0] < -4
    assert 0 in figure.layout.xaxis.tickvals
    assert [trace.mode for trace in charts.spread(rows, LIGHT, dots=False).data] == ["lines"]


def test_ticks_of_ranges_have_room_on_a_phone() -> None:
    rows = ranges().assign(values=[[1e6 * n, 2e6, 4e6] for n in range(6)], text="1,2–1,5 tỷ ₫")
    figure = charts.spread(rows, LIGHT, written=lambda value: formats.money(value, "VND"))
    wide = 330 - figure.layout.margin.r - max(width_of(name) for name in SOURCES)
    low, high = figure.layout.xaxis.range
    places = [(tick - low) / (high - low) * wide for tick in figure.layout.xaxis.tickvals]
    said = [width_of(text, 13) for text in figure.layout.xaxis.ticktext]
    assert all(b - a >= (x + y) / 2 for (a, x), (b, y) in pairwise(zip(places, said, strict=True)))


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    figure = charts.spread(ranges(0), look)
    assert not figure.data
    assert figure.layout.xaxis.visible is False
    assert figure.layout.height > 0


@BOTH
def test_one_value_of_a_row_is_ringed_in_a_colour_of_its_own(look: Look) -> None:
    rows = ranges(3).assign(colour=look.watch, ring=[104.0, 89, 70])
    figure = charts.spread(rows, look)
    *_others, dots, rings = figure.data
    assert list(rings.x) == [104.0, 89, 70]
    assert rings.marker.color == look.background
    assert set(dots.marker.color) == {look.watch}
