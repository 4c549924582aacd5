"""Luck: a band, lines beyond it, and a name for whoever is outside."""

import pandas as pd
import pytest

from tests.support.figures import BOTH, texts
from ui import charts
from ui.charts.canvas import numbers
from ui.theme import LIGHT, Look

LIMITS = pd.DataFrame(
    {
        "leads": [1.0, 50.0, 106.0],
        "low": [0.0, 0.4, 0.45],
        "high": [1.0, 0.6, 0.55],
        "far_low": [0.0, 0.3, 0.4],
        "far_high": [1.0, 0.7, 0.6],
    }
)


def marks(**places: tuple[int, float]) -> pd.DataFrame:
    """A mark for each place: how many leads, and which rate."""
    return pd.DataFrame(
        {
            "segment": place,
            "label": f"Ngô <{place}>",
            "hover": place,
            "leads": leads,
            "even_rate": rate,
            "place": place,
        }
        for place, (leads, rate) in places.items()
    )


@BOTH
def test_whoever_is_outside_is_named_and_has_a_shape_of_its_own(look: Look) -> None:
    rows = marks(inside=(40, 0.5), near=(50, 0.65), above=(90, 0.7), below=(20, 0.1))
    figure = charts.luck(rows, LIMITS, look, rate=0.5)
    assert texts(figure) == ["Ngô &lt;near&gt;", "Ngô &lt;above&gt;", "Ngô &lt;below&gt;"]
    shown = figure.data[-1]
    assert list(shown.marker.symbol) == ["circle", "circle", "diamond", "diamond"]
    assert list(shown.marker.color) == [look.neutral, look.watch, look.good, look.bad]
    assert list(shown.customdata) == ["inside", "near", "above", "below"]
    low, high = figure.layout.yaxis.range
    assert low < 0.1
    assert high > 0.7
    sides = [note.xanchor for note in figure.layout.annotations]
    assert sides == ["left", "right", "left"], "where there is more room"


@BOTH
def test_the_band_and_the_lines_are_the_limits(look: Look) -> None:
    figure = charts.luck(marks(inside=(40, 0.5)), LIMITS, look, rate=0.5)
    high, low, *far, middle, _shown = figure.data
    assert numbers(high.y) == LIMITS["high"].tolist()
    assert (numbers(low.y), low.fill) == (LIMITS["low"].tolist(), "tonexty")
    assert [numbers(line.y) for line in far] == [
        LIMITS["far_low"].tolist(),
        LIMITS["far_high"].tolist(),
    ]
    assert {line.line.dash for line in far} == {"dot"}
    assert set(numbers(middle.y)) == {0.5}
    assert figure.layout.xaxis.range[1] == 106


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_rate_without_limits_has_a_picture(rate: float) -> None:
    flat = LIMITS.assign(low=rate, high=rate, far_low=rate, far_high=rate)
    figure = charts.luck(marks(inside=(40, rate)), flat, LIGHT, rate=rate)
    low, high = figure.layout.yaxis.range
    assert low < rate < high
    assert not charts.luck(marks(), LIMITS, LIGHT, rate=rate).data
