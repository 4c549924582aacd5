"""A figure for a wall: what is measured in pixels is larger, and nothing else."""

from typing import Any

from ui.charts import enlarged
from ui.charts.canvas import base, tinted, write
from ui.theme import LIGHT


def drawn() -> Any:
    figure = base(LIGHT, 200)
    figure.add_bar(x=[3, 4], y=[0, 1], width=0.5, marker={"line": {"width": [1, 2]}})
    figure.add_scatter(x=[1], y=[1], marker={"size": [8.0]}, line={"width": 1.5})
    write(
        figure, tinted("<span style='font-size:16px'>■</span> won", "#000000"), x=1, y=0, xshift=8
    )
    figure.add_shape(x0=-8, x1=8, y0=0.25, y1=0.5, xsizemode="pixel", xanchor=1)
    figure.update_yaxes(range=[0, 2], ticklabelstandoff=6)
    return figure


def test_lengths_in_pixels_are_larger_and_places_on_an_axis_stay() -> None:
    figure = drawn()
    before = figure.to_dict()
    larger = enlarged(figure, 1.25)
    layout = larger.layout
    assert (layout.height, layout.font.size, layout.yaxis.tickfont.size) == (250, 17.5, 16.25)
    assert (layout.margin.t, layout.yaxis.ticklabelstandoff, layout.yaxis.range) == (5, 8, (0, 2))
    said, shape = layout.annotations[0], layout.shapes[0]
    assert (said.x, said.xshift, said.font.size) == (1, 10, 17.5)
    assert "font-size:20px" in said.text
    assert (shape.x0, shape.x1, shape.y0, shape.y1, shape.xanchor) == (-10, 10, 0.25, 0.5, 1)
    bars, marks = larger.data
    assert (list(bars.x), bars.width, list(bars.marker.line.width)) == ([3, 4], 0.5, [1.25, 2.5])
    assert (list(marks.marker.size), marks.line.width, list(marks.x)) == ([10], 1.875, [1])
    assert figure.to_dict() == before, "the one that is given is everybody's"
