"""Arrival: each line ends with its name and share, and is dotted where few are at risk."""

import pandas as pd
import pytest

from tests.support.figures import BOTH, texts
from ui import charts
from ui.charts.canvas import bare
from ui.theme import LIGHT, Look

DAY = 86_400


def curves(*finals: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": f"s{line}",
            "label": f"Nguồn <{line}>",
            "colour": LIGHT.sources[line],
            "seconds": days * DAY,
            "share": 0.04 * days / (line + 1),
            "low": 0.03 * days / (line + 1),
            "high": 0.05 * days / (line + 1),
            "at_risk": 90 - 10 * days,
            "is_final": is_final,
            "at_least": 0.15,
        }
        for line, is_final in enumerate(finals)
        for days in range(1, 9)
    )


@BOTH
def test_a_line_ends_with_its_name_and_its_share(look: Look) -> None:
    figure = charts.arrival(curves(True, False), look)
    assert [bare(text) for text in texts(figure)] == [
        "Nguồn &lt;0&gt; 32,0%",
        "Nguồn &lt;1&gt; ≥ 15,0%",
    ]
    assert {trace.line.color for trace in figure.data} == set(LIGHT.sources[:2])


def test_few_at_risk_are_dotted() -> None:
    solid, dotted = charts.arrival(curves(True), LIGHT).data
    assert (solid.line.dash, dotted.line.dash) == ("solid", "dot")
    assert dotted.x[0] == solid.x[-1] == 5, "the first day with fewer than fifty at risk"
    assert "40" in dotted.hovertext[0]


@pytest.mark.parametrize("share", [0.0, 0.002, 1.0])
def test_the_axis_covers_every_share(share: float) -> None:
    figure = charts.arrival(curves(True).assign(share=share), LIGHT)
    low, high = figure.layout.yaxis.range
    assert low < share < high
