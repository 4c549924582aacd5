"""How leads leave: the dot is where half have left, few are dotted."""

from itertools import pairwise

import pandas as pd
import pytest

from ui import charts
from ui.charts.leaving import Axis
from ui.theme import DARK, LIGHT

DAY = 86_400.0


AXIS = Axis(DAY, 14 * DAY, (0, 7, 14), "days")


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


def test_no_two_ticks_of_an_axis_touch() -> None:
    for last in (60, 180, 545, 730, 1095):
        rows = pd.DataFrame({"seconds": [last * DAY], "still": [0.9], "at_risk": [100]})
        ticks = charts.axis_for(rows, DAY, "days", "hours").ticks
        assert (ticks[0], ticks[-1]) == (0, last)
        assert min(b - a for a, b in pairwise(ticks)) >= 0.07 * last
