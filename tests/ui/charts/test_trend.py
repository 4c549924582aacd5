"""Trends: what is not final never looks as if it were."""

import pandas as pd
import pytest

from ui import charts
from ui.language import current
from ui.theme import DARK, LIGHT


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
    assert "chưa đủ thời gian →" in notes
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
    assert ["chưa đủ thời gian" in text for text in told] == [False, False, True, True]
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


def test_rates_far_from_zero_fill_the_axis(points: pd.DataFrame) -> None:
    high = points.assign(rate=points["rate"] + 0.9, low=None, high=None)
    figure = charts.trend(high, LIGHT, least=0.8)
    bottom, top = figure.layout.yaxis.range
    assert (bottom, top > 0.95) == (0.8, True)
    assert figure.layout.yaxis.ticktext[0] == "80%"
    for tick, text in zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True):
        assert float(text.rstrip("%").replace(",", ".")) == pytest.approx(tick * 100)
