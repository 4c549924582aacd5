"""The timeline of a lead: what is still open is dotted."""

import pandas as pd

from tests.support.figures import markers, texts
from ui import charts
from ui.theme import LIGHT


def test_timeline_with_an_open_end() -> None:
    moves = pd.DataFrame(
        {
            "label": ["Lead", "Cơ hội"],
            "group": ["lead", "opportunity"],
            "at": ["02/09/2026, 09:12", "04/09/2026, 10:00"],
            "stayed": ["2 ngày", None],
        }
    )
    figure = charts.timeline(moves, LIGHT, still="đang mở 50 ngày")
    assert [trace.line.dash for trace in figure.data if trace.mode == "lines"] == [None, "dot"]
    assert {"2 ngày", "đang mở 50 ngày", "<b>Cơ hội</b>"} <= set(texts(figure))


def test_timeline_that_ended_outside() -> None:
    moves = pd.DataFrame(
        {
            "label": ["Lead", "Đã rớt"],
            "group": ["lead", None],
            "at": ["02/09/2026", "04/09/2026"],
            "stayed": ["2 ngày", None],
        }
    )
    figure = charts.timeline(moves, LIGHT)
    assert "dot" not in {trace.line.dash for trace in figure.data if trace.mode == "lines"}
    assert markers(figure).marker.color[1] == LIGHT.background
