"""Slope: the strongest movers have a colour of their own, and no label lies on another."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.support.figures import BOTH, SOURCES, plot_height, texts
from ui import charts
from ui.charts.canvas import bare
from ui.theme import DARK, LIGHT, Look


def movers(*pairs: tuple[float, float, int]) -> pd.DataFrame:
    rows = [
        {
            "segment": f"s{place}",
            "label": SOURCES[place % 6],
            "left": left,
            "right": right,
            "left_text": f"{left:g}",
            "right_text": f"{right:g}",
            "rank_change": change,
        }
        for place, (left, right, change) in enumerate(pairs)
    ]
    names = ["segment", "label", "left", "right", "left_text", "right_text", "rank_change"]
    return pd.DataFrame(rows, columns=names)


@BOTH
def test_the_strongest_movers_are_named_by_colour(look: Look) -> None:
    rows = movers((148, 104, -2), (96, 121, 1), (92, 108, 1), (61, 63, 0))
    figure = charts.slope(rows, look, left="Chạm đầu", right="Markov")
    assert list(markers_of(figure)[0].marker.color) == [
        look.bad,
        look.ink,
        look.stage("opportunity"),
        look.stage("opportunity"),
    ]
    assert [list(dots.customdata) for dots in markers_of(figure)] == [list(rows["segment"])] * 2
    written = [bare(text) for text in texts(figure)]
    assert {"Facebook Ads 148", "104 ↓2", "121 ↑1", "63", "Chạm đầu", "Markov"} <= set(written)
    assert "Markov: <b>104</b> ↓2" in markers_of(figure)[0].hovertext[0]


def markers_of(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.mode == "markers"]


@pytest.mark.parametrize(
    "pairs",
    [
        [(5.0, 5.0, 0)],
        [(5.0, 5.0, 0)] * 12,
        [(300.0, 2.0, -11), *[(5.0 + n / 100, 4.0 - n / 100, 1) for n in range(10)], (0, 300, 9)],
        [(-3.0, 2.0, 1), (2.0, -3.0, -1)],
    ],
)
def test_labels_of_lines_do_not_meet(pairs: list[tuple[float, float, int]]) -> None:
    figure = charts.slope(movers(*pairs), LIGHT, left="Chạm đầu", right="Chạm cuối")
    low, high = figure.layout.yaxis.range
    for edge in (0, 1):
        on_side = [
            note for note in figure.layout.annotations if note.x == edge and note.yref != "paper"
        ]
        heights = sorted(note.y * plot_height(figure) / (high - low) for note in on_side)
        assert len(heights) == len(pairs)
        assert all(b - a >= 19 for a, b in pairwise(heights))
        assert all(low <= note.y <= high for note in on_side), "else it is dropped"
    margin = figure.layout.margin
    assert 340 - margin.l - margin.r >= 70, "room for the lines on a phone"
    for trace in figure.data:
        assert all(low <= y <= high for y in trace.y)


def test_nobody_moves() -> None:
    figure = charts.slope(movers((5, 6, 0), (4, 3, 0)), DARK, left="a", right="b")
    assert set(markers_of(figure)[0].marker.color) == {DARK.stage("opportunity")}
    assert not any("↑" in text or "↓" in text for text in texts(figure))


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    figure = charts.slope(movers(), look, left="a", right="b")
    assert not figure.data
    assert figure.layout.xaxis.visible is False
    assert figure.layout.height > 0
