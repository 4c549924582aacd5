"""Bubbles: areas are leads, all lies in the plot, and no name lies on another."""

from itertools import combinations

import pandas as pd
import pytest

from tests.support.figures import BOTH, SOURCES, markers, plot_height, texts
from ui import charts
from ui.charts.bubble_layout import SIDES, WIDTHS
from ui.charts.canvas import bare, width_of
from ui.theme import LIGHT, Look


def costs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": ["a", "b", "c", "d", "e", "f"],
            "label": SOURCES,
            "x": [186.0, 41, 243, 98, 335, 30],
            "y": [0.026, 0.112, 0.041, 0.048, 0.052, 0.036],
            "low": [0.022, 0.094, 0.036, 0.038, 0.037, 0.011],
            "high": [0.03, 0.133, 0.047, 0.06, 0.073, 0.9],
            "leads": [4200, 900, 2500, 1300, 560, 56],
            "colour": list(LIGHT.sources[:6]),
            "small": [False] * 5 + [True],
        }
    )


@BOTH
def test_bubbles_have_areas_of_leads_and_lie_in_their_plot(look: Look) -> None:
    rows = costs()
    figure = charts.bubble(rows, look, x_title="nghìn đồng", overall=(172, 0.037))
    dots = markers(figure)
    leads = dict(zip(rows["segment"], rows["leads"], strict=True))
    assert [leads[key] for key in dots.customdata] == sorted(leads.values(), reverse=True)
    areas = [size**2 for size in dots.marker.size]
    assert areas[1] / areas[0] == pytest.approx(2500 / 4200)
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    for x, y, size in zip(dots.x, dots.y, dots.marker.size, strict=True):
        for px in WIDTHS:
            assert (x - left) / (right - left) * px >= size / 2
            assert (right - x) / (right - left) * px >= size / 2
        assert low <= y <= high
    assert high < 0.25, "a wild interval of few leads does not press the others down"
    assert {"chung 172", "chung 3,7%"} <= set(texts(figure))
    assert figure.layout.xaxis.title.text == "nghìn đồng"


@BOTH
def test_few_leads_are_a_hollow_bubble(look: Look) -> None:
    figure = charts.bubble(costs(), look, x_title="x")
    marker = markers(figure).marker
    assert [colour == look.background for colour in marker.color] == [False] * 5 + [True]
    assert marker.line.color[-1] == look.small
    assert "còn quá ít" in markers(figure).hovertext[-1]
    assert "Hội &lt;thảo&gt;" in "".join(texts(figure))


def test_unknown_costs_are_left_out() -> None:
    rows = costs().assign(x=[None, 41.0, None, None, None, None])
    figure = charts.bubble(rows, LIGHT, x_title="x")
    assert list(markers(figure).customdata) == ["b"]
    assert charts.bubble(rows.assign(x=None), LIGHT, x_title="x").layout.height > 0


def test_names_of_bubbles_do_not_meet() -> None:
    figure = charts.bubble(costs(), LIGHT, x_title="x", overall=(172, 0.037))
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    notes = figure.layout.annotations
    names = [note for note in notes if note.xshift is not None or note.showarrow]
    names = [note for note in names if note.yref != "paper" and note.xref != "paper"]
    assert len(names) == 6
    for width in WIDTHS:
        boxes = []
        for note in names:
            wide = width_of(note.text)
            across, up = (note.ax, -note.ay) if note.showarrow else (note.xshift, note.yshift)
            x = (note.x - left) / (right - left) * width + across
            y = (note.y - low) / (high - low) * plot_height(figure) + up
            x -= {"left": 0, "center": wide / 2, "right": wide}[note.xanchor]
            y -= {"bottom": 0, "middle": 9, "top": 18}[note.yanchor]
            boxes.append((x, y, x + wide, y + 18))
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            up = min(one[3], other[3]) - max(one[1], other[1])
            assert across <= 1 or up <= 4, "at most the air above and below the letters"
        assert all(box[0] >= -44 and box[2] <= width + 12 for box in boxes)


def test_a_name_in_a_crowd_stands_off_with_a_line_to_its_bubble() -> None:
    crowd = pd.DataFrame(
        {
            "segment": list("abcd"),
            "label": ["Hội thảo trực tuyến", "Blog", "Facebook Ads", "Bản tin email"],
            "x": [152.0, 181, 173, 1000],
            "y": [0.045, 0.053, 0.02, 0.15],
            "low": None,
            "high": None,
            "leads": [749, 568, 2935, 300],
            "colour": LIGHT.sources[0],
            "small": False,
        }
    )
    figure = charts.bubble(crowd, LIGHT, x_title="x")
    notes = [note for note in figure.layout.annotations if note.showarrow]
    assert [bare(note.text) for note in notes] == ["Hội thảo trực tuyến"]
    assert notes[0].standoff > 5, "the line ends at the edge of the bubble"
    assert notes[0].arrowhead == 0


def test_a_bubble_far_at_the_right_has_its_name_at_the_left() -> None:
    rows = costs().iloc[[1, 4]]
    figure = charts.bubble(rows, LIGHT, x_title="x")
    anchors = {bare(note.text): note.xanchor for note in figure.layout.annotations}
    assert anchors == {"Giới thiệu": "left", "Hội &lt;thảo&gt;": "right"}
    assert set(SIDES) >= {"left", "right", "above", "below"}


def test_an_axis_of_dear_ones_alone_does_not_begin_at_zero() -> None:
    rows = costs().assign(x=[300.0, 310, 320, 330, 340, 350])
    assert charts.bubble(rows, LIGHT, x_title="x").layout.xaxis.range[0] > 100
    assert charts.bubble(costs(), LIGHT, x_title="x").layout.xaxis.range[0] <= 0


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    figure = charts.bubble(costs().iloc[:0], look, x_title="x")
    assert not figure.data
    assert figure.layout.xaxis.visible is False
    assert figure.layout.height > 0


@BOTH
def test_a_rate_without_a_cost_is_a_line_with_its_name(look: Look) -> None:
    figure = charts.bubble(costs(), look, x_title="", also=("Đối <tác> 40%", 0.4), digits=0)
    (line,) = (shape for shape in figure.layout.shapes if shape.line.dash == "dash")
    assert (line.y0, line.y1) == (0.4, 0.4)
    assert "Đối &lt;tác&gt; 40%" in texts(figure)
    assert figure.layout.yaxis.range[1] > 0.4, "the axis has room for it"
    titled = charts.bubble(costs(), look, x_title="x", also=("Đối <tác> 40%", 0.4))
    assert figure.layout.height < titled.layout.height, "no room is left for no title"


def test_a_long_name_is_whole_where_there_are_few() -> None:
    rows = costs().assign(label=["Ngày hội khách hàng", *SOURCES[1:]])
    assert any(
        "Ngày hội khách hàng" in text for text in texts(charts.bubble(rows, LIGHT, x_title="x"))
    )


@pytest.mark.parametrize(
    "third", ["Danh sách mua", "Purchased lists"], ids=["longer name", "shorter name"]
)
def test_names_lie_on_no_bubble_even_on_a_phone(third: str) -> None:
    crowd = pd.DataFrame(
        {
            "segment": list("abcdefghi"),
            "label": [
                *("Google Ads", "Facebook Ads", third, "Hội thảo trực tuyến", "Hội chợ"),
                *("Bản tin email", "Blog", "LinkedIn Ads", "Ngày hội khách hàng"),
            ],
            "x": [382.0, 173, 102, 152, 856, 55, 181, 650, 1173],
            "y": [0.058, 0.0205, 0.0047, 0.0455, 0.087, 0.06, 0.053, 0.036, 0.129],
            "low": None,
            "high": None,
            "leads": [2069, 2935, 1227, 749, 710, 601, 568, 428, 289],
            "colour": LIGHT.sources[0],
            "small": False,
        }
    )
    figure = charts.bubble(crowd, LIGHT, x_title="", overall=(None, 0.05), also=("x", 0.16))
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    dots = markers(figure)
    names = {bare(note.text): note for note in figure.layout.annotations if note.xref != "paper"}
    for width in WIDTHS:
        for label, note in names.items():
            if label not in set(crowd["label"]):
                continue
            across, up = (note.ax, -note.ay) if note.showarrow else (note.xshift, note.yshift)
            start = (note.x - left) / (right - left) * width + across
            middle = (note.y - low) / (high - low) * plot_height(figure) + up
            wide = width_of(note.text)
            start -= {"left": 0, "center": wide / 2, "right": wide}[note.xanchor]
            middle += {"bottom": 9, "middle": 0, "top": -9}[note.yanchor]
            for x, y, size in zip(dots.x, dots.y, dots.marker.size, strict=True):
                at = (x - left) / (right - left) * width
                away_x = max(start - at, 0, at - start - wide)
                dot_y = (y - low) / (high - low) * plot_height(figure)
                away_y = max(abs(middle - dot_y) - 7, 0)
                assert away_x**2 + away_y**2 >= (size / 2 - 2) ** 2, (label, width)
