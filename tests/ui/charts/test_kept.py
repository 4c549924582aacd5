"""Pictures that are kept: one for what is the same, another for all else."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from ui import theme
from ui.charts import base
from ui.charts.kept import figures, kept
from ui.language import current
from ui.theme import Look

ROWS = pd.DataFrame({"label": ["a", "b"], "reached": [2, 1]})


@kept
def picture(rows: pd.DataFrame, look: Look, *, written: object = None) -> go.Figure:
    figure = base(look, 10 * len(rows))
    for label in rows["label"]:
        figure.add_annotation(text=label)
    return figure


@pytest.fixture(autouse=True)
def _in_english() -> None:
    figures.clear()
    current.use("en")


def test_the_same_is_drawn_once() -> None:
    first = picture(ROWS, theme.LIGHT, written=str)
    assert picture(ROWS.copy(), theme.LIGHT, written=str) is first


def test_it_is_written_down_once_as_it_would_be_each_time() -> None:
    figure = picture(ROWS, theme.LIGHT)
    sent = figure.to_dict()
    assert figure.to_dict()["layout"]["annotations"] is sent["layout"]["annotations"]
    assert sent == go.Figure(figure).to_dict()


def test_printing_a_picture_changes_nothing_of_it() -> None:
    figure = picture(ROWS, theme.LIGHT)
    before = figure.to_json()
    assert "template" in repr(figure)
    assert figure.to_json() == before


def test_other_rows_colours_and_words_are_other_pictures() -> None:
    first = picture(ROWS, theme.LIGHT)
    assert picture(ROWS.assign(reached=3), theme.LIGHT) is not first
    assert picture(ROWS, theme.DARK) is not first
    assert picture(ROWS, theme.LIGHT, written=str) is not first
    current.use("vi")
    assert picture(ROWS, theme.LIGHT) is not first


def test_what_cannot_be_written_down_is_drawn_each_time() -> None:
    assert picture(ROWS, theme.LIGHT, written=lambda: 0) is not None
    assert not len(figures)


def test_what_figures_take_is_counted_with_their_texts() -> None:
    picture(ROWS, theme.LIGHT)
    small = figures.size
    picture(ROWS.assign(label="x" * 10_000), theme.LIGHT)
    assert figures.size - small > 20_000
