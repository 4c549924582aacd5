"""Pairs: two bars a step on one scale, what is to come hatched, the reference with its number."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.support.figures import BOTH, texts
from ui import charts
from ui.theme import LIGHT, Look


@pytest.fixture
def steps() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stage": ["lead", "sal", "won"],
            "label": ["Lead", "SAL <mới>", "Chốt"],
            "group": ["lead", "prospect", "customer"],
            "share": [1.0, 0.36, 0.02],
            "expected": [1.0, 0.36, 0.04],
            "text": ["4.438", "36", "2,4"],
            "more": ["", "", "→ ít nhất 4,3"],
            "hover": ["a", "b", "c"],
            "reference": [1.0, 0.85, 0.04],
            "reference_expected": [1.0, None, 0.05],
            "reference_text": ["4.672", "85", "4,2"],
            "reference_hover": ["d", "e", "f"],
        }
    )


def drawn(figure: go.Figure) -> list[go.Bar]:
    """The bars but those that are only to be clicked on."""
    return [trace for trace in figure.data if trace.hoverinfo == "text"]


@BOTH
def test_what_is_to_come_continues_what_is_there(steps: pd.DataFrame, look: Look) -> None:
    here, to_come, there, there_to_come = drawn(
        charts.pair(steps, look, name="quý 3", reference="quý 2")
    )
    assert list(here.x) == [1.0, 0.36, 0.02]
    assert list(to_come.base) == list(here.x)
    assert list(to_come.x) == pytest.approx([0, 0, 0.02])
    assert to_come.marker.pattern.shape == "/"
    assert there.marker.color == look.neutral
    assert list(there_to_come.x) == pytest.approx([0, 0, 0.01])


def test_the_two_bars_of_a_step_do_not_meet(steps: pd.DataFrame) -> None:
    here, _to_come, there, _more = drawn(charts.pair(steps, LIGHT, name="a", reference="b"))
    lower = [y + here.width / 2 for y in here.y]
    upper = [y - there.width / 2 for y in there.y]
    assert all(low < up for low, up in zip(lower, upper, strict=True))
    following = [y - here.width / 2 for y in here.y[1:]]
    ends = [y + there.width / 2 for y in there.y[:-1]]
    assert all(end + 20 < start for end, start in zip(ends, following, strict=True))


def test_the_number_of_the_reference_is_beside_its_bar_or_within_a_long_one(
    steps: pd.DataFrame,
) -> None:
    figure = charts.pair(steps, LIGHT, name="quý 3", reference="quý 2")
    notes = {note.text: note for note in figure.layout.annotations}
    assert notes["quý 2: 4.672"].xanchor == "right"
    assert notes["quý 2: 85"].xanchor == "right", "beside it, it would not fit a phone"
    assert notes["quý 2: 4,2"].xanchor == "left"
    assert notes["quý 2: 4,2"].x == pytest.approx(0.05)
    assert "<b>2,4</b> → ít nhất 4,3" in notes
    assert "<b>SAL &lt;mới&gt;</b>" in notes


def test_the_key_has_what_is_drawn(steps: pd.DataFrame) -> None:
    key = texts(charts.pair(steps, LIGHT, name="<quý>", reference="quý 2"))[-1]
    assert key.count("■") == 2
    assert key.count("▨") == 1
    assert "&lt;quý&gt;, đã đến" in key
    alone = charts.pair(steps.assign(expected=steps["share"]), LIGHT, name="quý 3")
    assert not any("■" in text for text in texts(alone))


def test_a_row_is_clicked_anywhere(steps: pd.DataFrame) -> None:
    figure = charts.pair(steps, LIGHT, name="a", reference="b", selected="sal")
    rows = figure.data[0]
    assert list(rows.customdata) == ["lead", "sal", "won"]
    assert min(rows.x) > 1
    assert len(figure.layout.shapes) == 3, "one row is marked: its band, and the edge of it"
    assert not charts.pair(steps, LIGHT, name="a").layout.shapes


def test_moves_may_exceed_the_scale(steps: pd.DataFrame) -> None:
    """In a period more may move on than entered."""
    figure = charts.pair(steps.assign(share=[1.0, 1.6, 0.2], expected=None), LIGHT, name="a")
    assert figure.layout.xaxis.range[1] == 1.6
