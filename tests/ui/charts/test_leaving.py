"""The charts of time in stage: what is not reached is not drawn, what is not sure is dotted."""

import pandas as pd
import pytest

from ui import charts
from ui.charts.leaving import Axis
from ui.language import current
from ui.theme import DARK, LIGHT

DAY = 86_400.0
AXIS = Axis(DAY, 14 * DAY, (0, 7, 14), "days")


@pytest.fixture
def stages() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stage": ["a", "b"],
            "label": ["A", "<b>"],
            "group": ["lead", "prospect"],
            "stays": [1200, 30],
            "median": [3 * DAY, None],
            "low": [2 * DAY, None],
            "high": [4 * DAY, None],
            "mean": [5 * DAY, 2 * DAY],
            "text": ["3 ngày", "chưa tới"],
            "interval": ["(2–4)", ""],
            "mean_text": ["5 ngày", "2 ngày"],
        }
    )


@pytest.fixture
def curve() -> pd.DataFrame:
    still = [1 - 0.1 * place for place in range(1, 10)]
    return pd.DataFrame(
        {
            "seconds": [place * DAY for place in range(1, 10)],
            "at_risk": [90, 80, 70, 60, 50, 40, 30, 20, 10],
            "still": still,
            "still_low": [share - 0.05 for share in still],
            "still_high": [share + 0.05 for share in still],
            "advanced": [0.1 * place for place in range(1, 10)],
            "lost": [0.0] * 9,
            "went_back": [0.0] * 9,
        }
    )


def test_a_median_that_is_not_reached_has_words_and_no_mark(stages: pd.DataFrame) -> None:
    figure = charts.medians(stages, LIGHT)
    (bar,) = figure.select_traces({"type": "bar"})
    assert list(bar.customdata) == ["a"]
    dots, means = figure.select_traces({"type": "scatter", "mode": "markers"})
    assert (list(dots.customdata), list(means.customdata)) == (["a"], ["a", "b"])
    assert "open" in means.marker.symbol
    texts = [note.text for note in figure.layout.annotations]
    assert any("chưa tới" in text for text in texts)
    assert any("&lt;b&gt;" in text for text in texts)


def test_the_dot_is_where_half_have_left_and_few_are_dotted(curve: pd.DataFrame) -> None:
    figure = charts.leaving(curve, DARK, group="prospect", axis=AXIS)
    (dot,) = (trace for trace in figure.data if trace.mode == "markers")
    assert (list(dot.x), list(dot.y)) == ([5.0], [0.5])
    lines = [
        trace for trace in figure.data if trace.hovertext is not None and trace.mode == "lines"
    ]
    solid, dotted, *others = lines
    assert (solid.line.dash, dotted.line.dash) == ("solid", "dot")
    assert solid.x[0] == 0
    assert min(dotted.x) == 6  # the first time with fewer than fifty at risk
    assert len(others) == 2  # of advanced; nobody was lost or went back


def test_a_curve_that_does_not_reach_half_has_no_dot(curve: pd.DataFrame) -> None:
    figure = charts.leaving(curve.head(3), LIGHT, group="lead", axis=AXIS)
    assert not [trace for trace in figure.data if trace.mode == "markers"]


@pytest.mark.parametrize(
    ("last", "unit", "end"), [(1.5, 3600, 36), (9, DAY, 14), (5000, DAY, 5000)]
)
def test_an_axis_is_as_long_as_what_matters(last: float, unit: float, end: float) -> None:
    rows = pd.DataFrame({"seconds": [last * DAY], "still": [0.9], "at_risk": [100]})
    axis = charts.axis_for(rows, DAY, "days", "hours")
    assert (axis.unit, axis.end // axis.unit) in ((unit, end), (unit, end + 1))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_months_that_are_not_final_are_dotted(lang: str) -> None:
    current.use(lang)
    points = pd.DataFrame(
        {
            "name": ["x"] * 3 + ["rest"] * 3,
            "named": [True] * 3 + [False] * 3,
            "place": [0, 1, 2] * 2,
            "label": ["1", "2", "3"] * 2,
            "tick": ["1", "", "3"] * 2,
            "median": [DAY, 2 * DAY, None, DAY, DAY, DAY],
            "low": [DAY] * 6,
            "high": [2 * DAY] * 6,
            "stays": [200, 20, 5, 900, 900, 30],
            "immature": [False, False, True] * 2,
            "text": ["t"] * 6,
        }
    )
    figure = charts.months(points, LIGHT, unit=DAY)
    dashes = [trace.line.dash for trace in figure.data if trace.mode == "lines"]
    assert dashes.count("dot") == 2
    colours = {trace.line.color for trace in figure.data if trace.mode == "lines"}
    assert LIGHT.bad in colours
    alone = charts.months(points[points["named"]], LIGHT, unit=DAY)
    assert any(trace.fill == "tonexty" for trace in alone.data)
