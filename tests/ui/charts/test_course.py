"""Course: a turn is a line between two levels."""

import pandas as pd
import pytest

from tests.support.figures import BOTH
from ui import charts
from ui.theme import LIGHT, Look


def months(count: int = 12) -> pd.DataFrame:
    rate = [0.12 if place < 8 else 0.09 for place in range(count)]
    return pd.DataFrame(
        {
            "label": [f"T{place + 1}/2026" for place in range(count)],
            "tick": [f"T{place + 1}" for place in range(count)],
            "year": "2026",
            "rate": rate,
            "low": [each - 0.01 for each in rate],
            "high": [each + 0.01 for each in rate],
            "n": 600,
            "mature": 1.0,
            "immature": [place >= 11 for place in range(count)],
        }
    )


@BOTH
@pytest.mark.parametrize(("after", "is_worse"), [(0.09, True), (0.18, False)])
def test_a_turn_is_a_line_between_two_levels(look: Look, after: float, is_worse: bool) -> None:
    turn = charts.Turn("T9/2026", 0.12, after, "T9/2026: 12,0% → khác")
    figure = charts.course(months(), look, turn=turn)
    levels = [shape for shape in figure.layout.shapes if shape.y0 == shape.y1]
    assert [shape.y0 for shape in levels] == [0.12, after]
    assert {shape.line.dash for shape in levels} == {"dot"}
    assert levels[0].x1 == levels[1].x0 == 7.5
    moments = [shape for shape in figure.layout.shapes if shape.x0 == shape.x1 == 7.5]
    assert [line.line.color for line in moments] == [look.bad if is_worse else look.good]
    assert figure.layout.yaxis.range[1] > after
    words_ = next(note for note in figure.layout.annotations if note.text == f"<b>{turn.text}</b>")
    early = next(note for note in figure.layout.annotations if "chưa đủ thời gian" in note.text)
    assert words_.yshift >= 18, "above the words of what is not final"
    assert early.yshift is None
    assert figure.layout.margin.t >= words_.yshift + 20


def test_a_course_without_a_turn_is_a_trend() -> None:
    assert charts.course(months(), LIGHT) == charts.trend(months(), LIGHT)
    away = charts.Turn("T1/2020", 0.1, 0.2, "T1/2020")
    assert charts.course(months(), LIGHT, turn=away) == charts.trend(months(), LIGHT)


def test_a_turn_at_an_edge_stays_in_the_plot() -> None:
    for label in ("T1/2026", "T12/2026"):
        figure = charts.course(months(), LIGHT, turn=charts.Turn(label, 0.1, 0.2, label))
        low, high = figure.layout.xaxis.range
        assert all(low <= shape.x0 <= high for shape in figure.layout.shapes)


@BOTH
@pytest.mark.parametrize(("after", "is_worse"), [(0.09, True), (0.18, False)])
def test_two_levels_that_are_given_are_named_above_the_plot(
    look: Look, after: float, is_worse: bool
) -> None:
    turn = charts.Turn("T9/2026", 0.12, after, "từ T9/2026")
    points = months()[lambda rows: ~rows["immature"]]
    figure = charts.course_of_two(
        points,
        look,
        turn=turn,
        since=("T3/2026", "T10/2026"),
        before="trước 12%",
        after="nay",
        height=250,
    )
    levels = [shape for shape in figure.layout.shapes if shape.y0 == shape.y1]
    assert [shape.y0 for shape in levels] == [0.12, after]
    assert levels[1].line.color == (look.bad if is_worse else look.good)
    assert (levels[0].x0, levels[0].x1) == (1.5, 8.5), "what it is held against, and no more"
    assert levels[1].x0 == 8.5
    assert figure.layout.yaxis.range[1] > after
    notes = {note.text: note for note in figure.layout.annotations}
    assert notes["trước 12%"].xanchor == "left"
    assert notes["nay"].xanchor == "right"
    assert "từ T9/2026" in notes


def test_where_the_moment_is_not_known_there_is_no_line_at_it() -> None:
    turn = charts.Turn("T9/2026", 0.12, 0.09, "")
    since = ("T1/2026", "T9/2026")
    figure = charts.course_of_two(
        months(), LIGHT, turn=turn, since=since, before="a", after="b", height=250
    )
    assert [shape for shape in figure.layout.shapes if shape.x0 == shape.x1 == 7.5] == []
