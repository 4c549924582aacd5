"""Medians: what is not reached is not drawn, what is not final is dotted."""

import pandas as pd
import pytest

from ui import charts
from ui.language import current
from ui.theme import LIGHT

DAY = 86_400.0


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
