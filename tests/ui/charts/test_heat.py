"""Heat maps: what is not final never looks as if it were, and every number can be read."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.colors import hex_to_rgb

from tests.support.figures import plot_height
from ui import charts
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


def test_names_of_columns_that_do_not_fit_a_phone_are_laid_aslant() -> None:
    def figure(*columns: str) -> go.Figure:
        cells = [
            {"row": "Key accounts", "column": name, "value": 1.0, "text": "1", "immature": False}
            for name in columns
        ]
        return charts.heat(pd.DataFrame(cells), LIGHT)

    short = figure("Lead", "IQL", "MQL", "SAL", "SQL", "Won")
    long = figure("Lead", "IQL", "MQL", "SAL", "SQL", "Opportunity")
    assert short.layout.xaxis.tickangle == 0
    assert long.layout.xaxis.tickangle > 0
    assert long.layout.margin.t > short.layout.margin.t
    assert plot_height(long) == pytest.approx(plot_height(short), abs=1)
