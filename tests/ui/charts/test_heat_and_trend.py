"""Heat maps and trends: what is not final never looks as if it were."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.colors import hex_to_rgb

from ui import charts
from ui.language import current
from ui.theme import DARK, LIGHT, Look, contrast


@pytest.fixture
def cells() -> pd.DataFrame:
    """Three months, the newest least known."""
    rows = [
        ("T1", "0", 0.01, "1,0", False),
        ("T1", "1", 0.03, "3,0", False),
        ("T1", "2", 0.04, "4,0", False),
        ("T2", "0", 0.02, "2,0", False),
        ("T2", "1", 0.05, "5,0", True),
        ("T3", "0", 0.0, "0,0", True),
    ]
    frame = pd.DataFrame(rows, columns=["row", "column", "value", "text", "immature"])
    return frame.assign(n="1.234", hover=frame["text"] + " <b>%</b>")


@pytest.fixture
def points() -> pd.DataFrame:
    """Five weeks; the third is empty, the last two are not final."""
    return pd.DataFrame(
        {
            "label": [f"tuần {n}" for n in range(5)],
            "tick": ["T1", "", "", "", "T2"],
            "year": "2026",
            "rate": [0.04, 0.05, None, 0.02, 0.001],
            "low": [0.03, 0.04, None, 0.01, 0.0],
            "high": [0.05, 0.06, None, 0.03, 0.2],
            "n": [500, 480, 0, 510, 20],
            "mature": [1.0, 1.0, None, 0.4, 0.0],
            "immature": [False, False, False, True, True],
        }
    )


def traces(figure: go.Figure, kind: str) -> list[go.Heatmap]:
    return [trace for trace in figure.data if trace.type == kind]


def test_cells_that_are_not_final_are_tinted_and_dotted(cells: pd.DataFrame) -> None:
    figure = charts.heat(cells, LIGHT)
    final, early = traces(figure, "heatmap")
    assert [list(pd.Series(row).dropna()) for row in final.z] == [[0.01, 0.03, 0.04], [0.02], []]
    assert [list(pd.Series(row).dropna()) for row in early.z] == [[], [0.05], [0.0]]
    assert [shape.line.dash for shape in figure.layout.shapes] == ["dot", "dot"]
    assert [(shape.x0 + shape.x1) / 2 for shape in figure.layout.shapes] == [1, 0]
    # The deepest colour is the highest final value: one that will still change moves nothing.
    assert (final.zmin, final.zmax) == (early.zmin, early.zmax) == (0, 0.04)
    (text,) = traces(figure, "scatter")
    assert list(text.text) == ["1,0", "3,0", "4,0", "2,0", "<i>5,0</i>", "<i>0,0</i>"]
    assert text.textfont.color[-1] == LIGHT.muted


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_numbers_can_be_read_on_their_cells(look: Look) -> None:
    values = [share / 50 for share in range(51)]
    cells = pd.DataFrame(
        {"row": "x", "column": range(51), "value": values, "text": "1", "immature": False}
    )
    figure = charts.heat(cells, look, top=1.0)
    (ground,), (text,) = traces(figure, "heatmap"), traces(figure, "scatter")
    shares, stops = zip(*ground.colorscale, strict=True)
    channels = zip(*map(hex_to_rgb, stops), strict=True)
    drawn = np.transpose([np.interp(values, shares, channel) for channel in channels])
    grounds = ["#" + "".join(f"{round(part):02X}" for part in colour) for colour in drawn]
    assert min(map(contrast, text.textfont.color, grounds)) > 4.2  # the best that two inks can do


def test_rows_and_columns_stay_in_their_order(cells: pd.DataFrame) -> None:
    figure = charts.heat(cells.iloc[::-1], LIGHT)
    assert list(figure.layout.xaxis.ticktext) == ["0", "1", "2"]
    assert [text.split()[0] for text in figure.layout.yaxis.ticktext] == ["T3", "T2", "T1"]
    assert "1.234" in figure.layout.yaxis.ticktext[0]
    assert figure.layout.xaxis.side == "top"


def test_a_text_without_a_value_is_grey_and_nothing_is_nothing() -> None:
    rows = [("a", "x", None, "chưa đạt", False), ("b", "x", None, "", False)]
    cells = pd.DataFrame(rows, columns=["row", "column", "value", "text", "immature"])
    figure = charts.heat(cells.astype({"value": float}), LIGHT)
    (grey,) = traces(figure, "heatmap")
    assert {colour for _, colour in grey.colorscale} == {LIGHT.gray_background}
    assert [pd.notna(row[0]) for row in grey.z] == [True, False]
    assert charts.heat(cells.iloc[:0], LIGHT).layout.height > 0


def test_what_is_not_final_is_dotted_after_a_line(points: pd.DataFrame) -> None:
    figure = charts.trend(points, LIGHT)
    lines = [trace for trace in figure.data if "lines" in (trace.mode or "") and not trace.fill]
    final, early = lines
    assert list(final.x) == [0, 1, 2]
    assert early.line.dash == "dot"
    assert early.line.color == LIGHT.neutral
    assert list(early.x) == [1, 3, 4], "it begins at the last final point"
    (boundary,) = figure.layout.shapes
    assert boundary.x0 == boundary.x1 == 2
    notes = [note.text for note in figure.layout.annotations]
    assert "chưa chín →" in notes
    assert "<b>5,0%</b>" in notes
    # An interval is drawn of final rates only, and the axis follows these.
    bands = [trace for trace in figure.data if trace.fill]
    assert [max(band.y) for band in bands] == [0.06]
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] < 0.1


def test_every_bucket_says_how_much_of_it_is_final(points: pd.DataFrame) -> None:
    (marks,) = [t for t in charts.trend(points, LIGHT).data if t.hovertext is not None]
    told = list(marks.hovertext)
    assert len(told) == 4, "an empty bucket has no rate"
    assert ["chưa chín" in text for text in told] == [False, False, True, True]
    assert "40%" in told[2]
    assert "0%" in told[3]
    assert "500" in told[0]


def test_nothing_final_at_all(points: pd.DataFrame) -> None:
    figure = charts.trend(points.assign(immature=True), LIGHT)
    assert all(
        trace.line.dash == "dot" for trace in figure.data if trace.mode == "lines" and len(trace.x)
    )
    assert figure.layout.shapes[0].x0 < 0


def test_everything_final_and_nothing_marked(points: pd.DataFrame) -> None:
    current.use("en")
    figure = charts.trend(points.assign(immature=False), DARK)
    assert not figure.layout.shapes
    assert "not final →" not in [note.text for note in figure.layout.annotations]


def test_one_line_a_segment(points: pd.DataFrame) -> None:
    two = pd.concat(
        [
            points.assign(segment=name, colour=colour)
            for name, colour in zip("ab", LIGHT.sources[:2], strict=True)
        ]
    )
    figure = charts.trend(two, LIGHT)
    solid = [t for t in figure.data if t.mode == "lines+markers" and t.line.dash is None]
    assert [line.line.color for line in solid] == list(LIGHT.sources[:2])
    names = [note for note in figure.layout.annotations if "■" in note.text]
    assert [note.text.split()[-1] for note in names] == ["a", "b"]
    low, high = (note.y for note in names)
    assert high - low > 0.05 * figure.layout.yaxis.range[1], "equal rates, yet both can be read"
    assert not [trace for trace in figure.data if trace.fill]
    assert len(figure.layout.xaxis.tickvals) == 2


def test_ticks_of_small_rates_differ(points: pd.DataFrame) -> None:
    figure = charts.trend(points.assign(rate=points["rate"] * 1.7, low=None, high=None), LIGHT)
    texts = list(figure.layout.yaxis.ticktext)
    assert len(set(texts)) == len(texts)
    for tick, text in zip(figure.layout.yaxis.tickvals, texts, strict=True):
        assert float(text.rstrip("%").replace(",", ".")) == pytest.approx(tick * 100)
