"""What tests of charts look for in a figure."""

import plotly.graph_objects as go
import pytest

from ui.theme import DARK, LIGHT

BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
SOURCES = ["Facebook Ads", "Giới thiệu", "Google Ads", "Zalo OA", "Hội <thảo>", "Email"]


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def markers(figure: go.Figure) -> go.Scatter:
    """The one trace of marks."""
    (found,) = [trace for trace in figure.data if trace.mode == "markers"]
    return found


def plot_height(figure: go.Figure) -> float:
    margin = figure.layout.margin
    return float(figure.layout.height - margin.t - margin.b)
