"""Charts that compare segments: nothing lies on anything else, every mark is in its plot."""

from itertools import combinations, pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import charts
from ui.charts.bubble_layout import SIDES, WIDTHS
from ui.charts.canvas import apart, bare, round_values, width_of
from ui.language import formats
from ui.theme import DARK, LIGHT, Look

SOURCES = ["Facebook Ads", "Giới thiệu", "Google Ads", "Zalo OA", "Hội <thảo>", "Email"]
BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def ranges(count: int = 6) -> pd.DataFrame:
    rows = [
        {
            "segment": f"s{place}" if place else None,
            "label": SOURCES[place % 6],
            "values": [100 - 15 * place, 104 - 15 * place, 101 - 15 * place],
            "names": ["Chạm đầu", "Chạm cuối", "Markov"],
            "text": f"{100 - 15 * place}–{104 - 15 * place}",
            "sure": place < 4,
        }
        for place in range(count)
    ]
    return pd.DataFrame(rows, columns=["segment", "label", "values", "names", "text", "sure"])


def movers(*pairs: tuple[float, float, int]) -> pd.DataFrame:
    rows = [
        {
            "segment": f"s{place}",
            "label": SOURCES[place % 6],
            "left": left,
            "right": right,
            "left_text": f"{left:g}",
            "right_text": f"{right:g}",
            "rank_change": change,
        }
        for place, (left, right, change) in enumerate(pairs)
    ]
    names = ["segment", "label", "left", "right", "left_text", "right_text", "rank_change"]
    return pd.DataFrame(rows, columns=names)


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


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def markers(figure: go.Figure) -> go.Scatter:
    (found,) = [trace for trace in figure.data if trace.mode == "markers"]
    return found


def plot_height(figure: go.Figure) -> float:
    margin = figure.layout.margin
    return float(figure.layout.height - margin.t - margin.b)


# --- heights and values -----------------------------------------------------------------------

HEIGHTS = st.lists(st.floats(0, 1000), min_size=1, max_size=12)


@given(HEIGHTS, st.floats(0.1, 80))
def test_labels_are_apart_in_the_order_of_what_they_name(wanted: list[float], gap: float) -> None:
    placed = apart(wanted, gap, 0, 1000)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    assert all(placed[b] - placed[a] >= gap - 1e-6 for a, b in pairwise(order))
    assert min(placed) >= -1e-6
    assert max(placed) <= 1000 + 1e-6
    if all(wanted[b] - wanted[a] >= gap for a, b in pairwise(order)):
        assert placed == pytest.approx(wanted), "what is apart already stays where it is"


def test_labels_share_what_room_there_is() -> None:
    assert apart([5, 5, 5], 100, 0, 10) == pytest.approx([0, 5, 10])
    assert apart([], 1, 0, 10) == []
    assert apart([4, 5], 3, 0, 10) == pytest.approx([3, 6])


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(2, 6))
def test_round_values_lie_within(low: float, width: float, most: int) -> None:
    values = round_values(low, low + width, most)
    assert 1 <= len(values) <= most
    slack = 1e-6 * max(1.0, abs(low), width)
    assert all(low - slack <= value <= low + width + slack for value in values)


def test_round_values() -> None:
    assert round_values(0, 148, 3) == [0, 50, 100]
    assert round_values(0.002, 0.011) == [0.0025, 0.005, 0.0075, 0.01]
    assert round_values(3, 3) == [3]


def test_stacked_marks_take_no_room() -> None:
    assert width_of("Ấ") == width_of("A\u0302\u0301") == width_of("A")
    assert width_of("<i>Ads</i>") == width_of("Ads") < width_of("<b>Ads</b>")


# --- spread -----------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(("columns", "head"), [(["0", "1"], 1), (["Chạm\nđầu", "Markov"], 2)])
@pytest.mark.parametrize("count", [1, 6])
def test_ranges_lie_beside_the_rows_of_their_heat_map(
    look: Look, columns: list[str], head: int, count: int
) -> None:
    rows = ranges(count)
    cells = pd.DataFrame(
        [
            {"row": label, "column": column, "value": 1.0, "text": "1", "immature": False}
            for label in rows["label"]
            for column in columns
        ]
    )
    beside, figure = charts.heat(cells, look), charts.spread(rows, look, head=head)
    assert figure.layout.height == beside.layout.height
    assert figure.layout.margin.t == beside.layout.margin.t
    assert figure.layout.yaxis.range == beside.layout.yaxis.range
    assert figure.layout.yaxis.ticktext == tuple(beside.layout.yaxis.ticktext)
    assert plot_height(figure) == 30 * count


@BOTH
def test_a_range_has_a_line_a_dot_a_model_and_its_text(look: Look) -> None:
    rows = ranges()
    figure = charts.spread(rows, look)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [tuple(line.x) for line in lines] == [(min(v), max(v)) for v in rows["values"]]
    assert {line.line.width for line in lines} == {6}
    dots = markers(figure)
    assert list(dots.x) == [value for values in rows["values"] for value in values]
    assert list(dots.customdata) == [None] * 3 + [
        f"s{place}" for place in (1, 2, 3, 4, 5) for _ in "abc"
    ]
    assert "Markov: <b>101</b>" in dots.hovertext[2]
    low, high = figure.layout.xaxis.range
    assert low < min(dots.x)
    assert high > max(dots.x)
    assert [bare(text) for text in texts(figure)] == list(rows["text"])


@BOTH
def test_a_range_that_is_not_sure_is_grey(look: Look) -> None:
    figure = charts.spread(ranges(), look)
    assert [text.startswith("<b>") for text in texts(figure)] == [True] * 4 + [False] * 2
    assert list(markers(figure).marker.color[-3:]) == [look.small] * 3
    assert LIGHT.bad not in markers(figure).marker.color


def test_ranges_below_nothing_and_without_dots() -> None:
    rows = ranges(1).assign(values=[[-4.0, 3.0]], names=[["a", "b"]])
    figure = charts.spread(rows, LIGHT)
    assert figure.layout.xaxis.range[0] < -4
    assert 0 in figure.layout.xaxis.tickvals
    assert [trace.mode for trace in charts.spread(rows, LIGHT, dots=False).data] == ["lines"]


def test_ticks_of_ranges_have_room_on_a_phone() -> None:
    rows = ranges().assign(values=[[1e6 * n, 2e6, 4e6] for n in range(6)], text="1,2–1,5 tỷ ₫")
    figure = charts.spread(rows, LIGHT, written=lambda value: formats.money(value, "VND"))
    wide = 330 - figure.layout.margin.r - max(width_of(name) for name in SOURCES)
    low, high = figure.layout.xaxis.range
    places = [(tick - low) / (high - low) * wide for tick in figure.layout.xaxis.tickvals]
    said = [width_of(text, 13) for text in figure.layout.xaxis.ticktext]
    assert all(b - a >= (x + y) / 2 for (a, x), (b, y) in pairwise(zip(places, said, strict=True)))


# --- slope ------------------------------------------------------------------------------------


@BOTH
def test_the_strongest_movers_are_named_by_colour(look: Look) -> None:
    rows = movers((148, 104, -2), (96, 121, 1), (92, 108, 1), (61, 63, 0))
    figure = charts.slope(rows, look, left="Chạm đầu", right="Markov")
    assert list(markers_of(figure)[0].marker.color) == [
        look.bad,
        look.ink,
        look.stage("opportunity"),
        look.stage("opportunity"),
    ]
    assert [list(dots.customdata) for dots in markers_of(figure)] == [list(rows["segment"])] * 2
    written = [bare(text) for text in texts(figure)]
    assert {"Facebook Ads 148", "104 ↓2", "121 ↑1", "63", "Chạm đầu", "Markov"} <= set(written)
    assert "Markov: <b>104</b> ↓2" in markers_of(figure)[0].hovertext[0]


def markers_of(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.mode == "markers"]


@pytest.mark.parametrize(
    "pairs",
    [
        [(5.0, 5.0, 0)],
        [(5.0, 5.0, 0)] * 12,
        [(300.0, 2.0, -11), *[(5.0 + n / 100, 4.0 - n / 100, 1) for n in range(10)], (0, 300, 9)],
        [(-3.0, 2.0, 1), (2.0, -3.0, -1)],
    ],
)
def test_labels_of_lines_do_not_meet(pairs: list[tuple[float, float, int]]) -> None:
    figure = charts.slope(movers(*pairs), LIGHT, left="Chạm đầu", right="Chạm cuối")
    low, high = figure.layout.yaxis.range
    for edge in (0, 1):
        on_side = [
            note for note in figure.layout.annotations if note.x == edge and note.yref != "paper"
        ]
        heights = sorted(note.y * plot_height(figure) / (high - low) for note in on_side)
        assert len(heights) == len(pairs)
        assert all(b - a >= 19 for a, b in pairwise(heights))
        assert all(low <= note.y <= high for note in on_side), "else it is dropped"
    margin = figure.layout.margin
    assert 340 - margin.l - margin.r >= 70, "room for the lines on a phone"
    for trace in figure.data:
        assert all(low <= y <= high for y in trace.y)


def test_nobody_moves() -> None:
    figure = charts.slope(movers((5, 6, 0), (4, 3, 0)), DARK, left="a", right="b")
    assert set(markers_of(figure)[0].marker.color) == {DARK.stage("opportunity")}
    assert not any("↑" in text or "↓" in text for text in texts(figure))


# --- bubble -----------------------------------------------------------------------------------


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
    names = [note for note in figure.layout.annotations if note.xshift is not None]
    names = [note for note in names if note.yref != "paper" and note.xref != "paper"]
    assert len(names) == 6
    for width in WIDTHS:
        boxes = []
        for note in names:
            wide = width_of(note.text)
            x = (note.x - left) / (right - left) * width + note.xshift
            y = (note.y - low) / (high - low) * plot_height(figure) + note.yshift
            x -= {"left": 0, "center": wide / 2, "right": wide}[note.xanchor]
            y -= {"bottom": 0, "middle": 9, "top": 18}[note.yanchor]
            boxes.append((x, y, x + wide, y + 18))
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            up = min(one[3], other[3]) - max(one[1], other[1])
            assert across <= 1 or up <= 4, "at most the air above and below the letters"
        assert all(box[0] >= -44 and box[2] <= width + 12 for box in boxes)


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


# --- mix --------------------------------------------------------------------------------------


def parts(months: int = 12) -> pd.DataFrame:
    names = [*SOURCES[:5], "Khác"]
    return pd.DataFrame(
        [
            {
                "bucket": f"T{month + 1}",
                "segment": name.lower(),
                "label": name,
                "share": 0.96 if place == 0 else 0.008,
                "colour": LIGHT.source(name, names[:5]),
                "immature": month == months - 1,
            }
            for month in range(months)
            for place, name in enumerate(names)
        ]
    )


@BOTH
def test_columns_add_up_in_order(look: Look) -> None:
    rows = parts()
    figure = charts.mix(rows, look)
    assert figure.layout.barmode == "stack"
    assert [bar.customdata[0] for bar in figure.data] == list(dict.fromkeys(rows["segment"]))
    assert sum(bar.y[3] for bar in figure.data) == pytest.approx(1)
    first = figure.data[0].marker.color
    assert first[0] == LIGHT.sources[0]
    assert first[-1] == look.over(LIGHT.sources[0], look.open_share), "the last is not final"
    assert "96,0%" in figure.data[0].hovertext[0]


def test_names_of_slivers_do_not_meet() -> None:
    figure = charts.mix(parts(), LIGHT)
    notes = figure.layout.annotations
    assert [bare(note.text).split(" ", 1)[1] for note in notes] == [
        "Facebook Ads 96%",
        *(f"{name} 1%".replace("<", "&lt;").replace(">", "&gt;") for name in SOURCES[1:5]),
        "Khác 1%",
    ]
    heights = [note.y * plot_height(figure) for note in notes]
    assert all(b - a >= 19.9 for a, b in pairwise(heights))
    assert 0 <= min(heights) <= max(heights) <= plot_height(figure)
    assert figure.layout.margin.r > max(width_of(note.text, 13) for note in notes)


@pytest.mark.parametrize("months", [1, 2, 12, 36])
def test_ticks_of_columns_have_room(months: int) -> None:
    axis = charts.mix(parts(months), LIGHT).layout.xaxis
    assert 1 <= len(axis.tickvals) <= 7
    assert axis.tickvals[-1] == months - 1, "the newest is always named"


def test_a_month_without_anybody() -> None:
    rows = parts(3)
    rows.loc[rows["bucket"] == "T3", "share"] = None
    assert all(bar.y[-1] == 0 for bar in charts.mix(rows, LIGHT).data)


# --- nothing at all ---------------------------------------------------------------------------


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    for figure in (
        charts.spread(ranges(0), look),
        charts.slope(movers(), look, left="a", right="b"),
        charts.bubble(costs().iloc[:0], look, x_title="x"),
        charts.mix(parts().iloc[:0], look),
    ):
        assert not figure.data
        assert figure.layout.xaxis.visible is False
        assert figure.layout.height > 0
