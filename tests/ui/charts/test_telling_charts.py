"""Charts that tell where things go and what was lost: bars, ribbons and steps meet."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from ui import charts
from ui.charts.canvas import bare, width_of
from ui.theme import DARK, LIGHT, Look

BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def places(count: int = 5) -> pd.DataFrame:
    rows = [
        ("fb", "Facebook Ads", "lên Cơ hội", 22, 13, 31, "−22 (−31 … −13)", True, 1),
        ("web", "Website", "lên Cơ hội", 4, -3, 10, "−4 (−10 … +3)", False, 5),
        ("event", "Hội <thảo>", "lên Cơ hội", 14, 6, 22, "−14 (−22 … −6)", True, 2),
        ("tik", "TikTok Ads", "lên Tiềm năng", 9, 3, 15, "−9 (−15 … −3)", True, 3),
        ("mail", "Email", "lên Khách hàng", 2, None, None, "−2", False, 6),
    ]
    names = "key segment_label step_label lost low high text sure rank".split()
    return pd.DataFrame(rows[:count], columns=names)


def steps(*rows: tuple[str, str, float, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["label", "kind", "start", "end", "text"])
    return frame.assign(value=frame["end"] - frame["start"])


CHANGE = steps(
    ("Kỳ trước", "total", 424, 424, "424"),
    ("Nhiều lead hơn", "step", 424, 476, "+52"),
    ("Nguồn tốt hơn", "step", 476, 476, "0"),
    ("Tiềm năng → Cơ hội", "step", 476, 439, "−37"),
    ("Kỳ này", "total", 439, 439, "439"),
)


def stages(look: Look) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = {"lead": "Lead", "prospect": "Tiềm năng", "opportunity": "Cơ hội đã được xác nhận"}
    nodes = [
        {"node": node, "label": label, "colour": look.stage(node), "value": value}
        for (node, label), value in zip(names.items(), (12480, 5240, 1996), strict=True)
    ]
    nodes += [
        {"node": f"out{place}", "label": "Đã rớt", "colour": look.neutral, "value": None}
        for place in range(2)
    ]
    links = [
        ("lead", "prospect", 5240, "forward"),
        ("prospect", "opportunity", 1996, "forward"),
        ("lead", "out0", 5630, "lost"),
        ("prospect", "out1", 2339, "lost"),
        ("prospect", "lead", 310, "back"),
        ("opportunity", "lead", 40, "back"),
        ("opportunity", "prospect", 0, "back"),
    ]
    return pd.DataFrame(nodes), pd.DataFrame(links, columns=["source", "target", "value", "kind"])


# --- losses -----------------------------------------------------------------------------------


@BOTH
def test_losses_go_by_rank_the_two_strongest_in_full_colour(look: Look) -> None:
    figure = charts.losses(places(), look)
    rows, bars = (trace for trace in figure.data if trace.type == "bar")
    assert list(bars.customdata) == list(rows.customdata) == ["fb", "event", "tik", "web", "mail"]
    assert list(bars.x) == [22, 14, 9, 4, 2]
    pale, grey = look.over(look.bad, 0.55), look.over(look.neutral, 0.45)
    assert list(bars.marker.color) == [look.bad, look.bad, pale, grey, grey]
    assert rows.hoverinfo == "none"
    assert min(rows.x) > figure.layout.xaxis.range[1]


def test_a_strongest_loss_that_is_not_sure_is_not_coloured() -> None:
    bars = charts.losses(places(2).assign(sure=[False, True]), LIGHT).data[1]
    assert list(bars.marker.color) == [LIGHT.over(LIGHT.neutral, 0.45), LIGHT.bad]


@BOTH
def test_losses_have_their_intervals_and_texts(look: Look) -> None:
    figure = charts.losses(places(), look)
    intervals = [trace for trace in figure.data if trace.type == "scatter"]
    assert [tuple(each.x) for each in intervals] == [(13, 31), (6, 22), (3, 15), (-3, 10)]
    low, high = figure.layout.xaxis.range
    assert low < -3
    assert high > 31
    written = texts(figure)
    assert f"<b>−22</b><span style='color:{look.muted}'> (−31 … −13)</span>" in written
    assert f"<b>Facebook Ads</b> <span style='color:{look.muted}'>lên Cơ hội</span>" in written
    assert "Website lên Cơ hội" in [bare(text) for text in written]
    assert not any(text.startswith("<b>Website") for text in written)
    assert any("Hội &lt;thảo&gt;" in text for text in written)


@pytest.mark.parametrize("note", [False, True])
@pytest.mark.parametrize("long", [False, True])
def test_texts_of_losses_fit_a_phone(note: bool, long: bool) -> None:
    rows = places()
    if note:
        rows["note"] = "12,3%, không phải 15,0% · n=1.234"
    if long:
        rows = rows.assign(
            segment_label="Hội thảo khách hàng Đà Nẵng", step_label="lên Đủ điều kiện tư vấn"
        )
    figure = charts.losses(rows, LIGHT)
    low, high = figure.layout.yaxis.range[::-1]
    scale = figure.layout.height / (high - low)
    lines: dict[float, list[go.layout.Annotation]] = {}
    for each in figure.layout.annotations:
        sign = -1 if each.yanchor == "bottom" else 1
        at = (each.y - low) * scale - (each.yshift or 0) + sign * 9
        assert 8 <= at <= figure.layout.height - 8
        # Beside each other only the name and the number of one row.
        lines.setdefault(round(at / 4), []).append(each)
    for notes in lines.values():
        assert sum(len(bare(each.text)) for each in notes) <= 46
    heights = sorted(at * 4 for at in lines)
    assert all(b - a >= 14 for a, b in pairwise(heights))


# --- waterfall --------------------------------------------------------------------------------


@BOTH
def test_steps_of_a_waterfall(look: Look) -> None:
    figure = charts.waterfall(CHANGE, look)
    (bars,) = [trace for trace in figure.data if trace.type == "bar"]
    assert list(bars.base) == [424, 476, 476]
    assert list(bars.x) == [52, 0, -37]
    grey = look.over(look.neutral, 0.45)
    assert list(bars.marker.color) == [look.good, grey, look.bad]
    totals = [trace for trace in figure.data if trace.type == "scatter"]
    assert [tuple(total.x) for total in totals] == [(424, 424), (439, 439)]
    assert {total.line.width for total in totals} == {4}
    assert [shape.x0 for shape in figure.layout.shapes] == [424, 476, 476, 439]
    assert {shape.line.dash for shape in figure.layout.shapes} == {"dot"}
    colours = {bare(note.text): note.font.color for note in figure.layout.annotations}
    assert colours["+52"] == look.good_text
    assert colours["−37"] == look.bad_text
    assert [note.font.size for note in figure.layout.annotations] == [18, 14, 14, 14, 18]


@pytest.mark.parametrize(
    "rows",
    [
        CHANGE,
        CHANGE.iloc[:1],
        steps(("Trước", "total", 5e6, 5e6, "5.000.000"), ("Mất", "step", 5e6, 0, "−5.000.000")),
        CHANGE.assign(label="Một lý do có tên rất dài của kỳ này"),
    ],
)
def test_numbers_of_a_waterfall_lie_within_on_a_phone(rows: pd.DataFrame) -> None:
    figure = charts.waterfall(rows, LIGHT)
    low, high = figure.layout.xaxis.range
    above = figure.layout.yaxis.showticklabels is False
    names = 0 if above else max(width_of(text) for text in rows["label"]) + 8
    px = (330 - names) / (high - low)
    assert all(low <= value <= high for value in [*rows["start"], *rows["end"]])
    values = [each for each in figure.layout.annotations if each.text.startswith("<b>")]
    assert len(values) == len(rows)
    for each in values:
        wide = width_of(each.text, each.font.size)
        if each.xanchor == "right":
            assert (each.x - low) * px + each.xshift >= wide - 1
        else:
            assert (high - each.x) * px - each.xshift >= wide - 1
    bottom, top = figure.layout.yaxis.range
    assert top < 0
    assert bottom > len(rows) - 1


def test_a_step_that_is_not_sure_is_grey() -> None:
    bars = next(
        t for t in charts.waterfall(CHANGE.assign(sure=False), LIGHT).data if t.type == "bar"
    )
    assert set(bars.marker.color) == {LIGHT.over(LIGHT.neutral, 0.45)}


# --- flow -------------------------------------------------------------------------------------


def ribbons(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.fill == "toself"]


def thickness(ribbon: go.Scatter) -> float:
    """px: how far the lower edge, which is drawn backwards, is below the upper one."""
    return float(ribbon.y[-1] - ribbon.y[0])


@BOTH
def test_ribbons_are_as_thick_as_they_count(look: Look) -> None:
    figure = charts.flow(*stages(look), look)
    found = sorted(thickness(ribbon) for ribbon in ribbons(figure))
    assert [each / found[0] for each in found] == pytest.approx(
        [1, 2339 / 1996, 5240 / 1996, 5630 / 1996]
    )
    colours = {ribbon.fillcolor for ribbon in ribbons(figure)}
    assert look.over(look.neutral, 0.3) in colours
    assert look.over(look.stage("lead"), 0.35) in colours


@BOTH
def test_ways_back_run_below_everything(look: Look) -> None:
    figure = charts.flow(*stages(look), look)
    lowest = max(max(ribbon.y) for ribbon in ribbons(figure))
    backs = [
        trace
        for trace in figure.data
        if trace.mode == "lines" and trace.line.color == look.over(look.bad, 0.55)
    ]
    assert len(backs) == 2, "a link of no value is left out"
    left, right = figure.layout.xaxis.range
    for back in backs:
        assert max(back.y) > lowest
        assert max(back.y) < figure.layout.yaxis.range[0]
        assert left <= min(back.x) <= max(back.x) <= right
    assert backs[0].line.width > backs[1].line.width
    assert {"← <b>310</b>", "← <b>40</b>"} <= set(texts(figure))


def test_ways_back_share_a_lane_where_they_do_not_meet() -> None:
    names = list("abcdef")
    nodes = pd.DataFrame({"node": names, "label": names, "colour": LIGHT.ink, "layer": range(6)})
    rows = [(one, two, 100, "forward") for one, two in pairwise(names)]
    rows += [("b", "a", 5, "back"), ("d", "c", 5, "back"), ("c", "b", 5, "back")]
    rows += [("f", "a", 5, "back")]
    links = pd.DataFrame(rows, columns=["source", "target", "value", "kind"])
    figure = charts.flow(nodes, links, LIGHT)
    lanes = {
        trace.customdata[0]: trace.y[0]
        for trace in figure.data
        if trace.customdata is not None and len(set(trace.y)) == 1 and len(trace.y) == 5
    }
    assert lanes["b a"] == lanes["d c"] < lanes["c b"] < lanes["f a"]


def test_what_a_click_on_a_flow_tells() -> None:
    figure = charts.flow(*stages(LIGHT), LIGHT)
    told = {
        key for trace in figure.data if trace.customdata is not None for key in trace.customdata
    }
    assert {"lead", "out1", "lead prospect", "prospect lead", "opportunity lead"} <= told
    hovers = {text for trace in figure.data if trace.hovertext for text in trace.hovertext}
    assert "<b>Lead → Tiềm năng</b><br>5.240" in hovers
    assert "<b>Lead</b><br>12.480" in hovers


def many(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Paths of up to three stops of `count` sources, some straight to the goal."""
    names = [f"Nguồn có tên dài {place}" for place in range(count)]
    nodes = [
        {"node": f"{layer}.{name}", "label": name, "colour": LIGHT.other, "layer": layer}
        for layer in range(3)
        for name in names
    ]
    nodes.append({"node": "goal", "label": "Khách hàng", "colour": LIGHT.ink, "layer": 3})
    links = []
    for place, name in enumerate(names):
        after = names[(place + 1) % count]
        links += [
            {"source": f"0.{name}", "target": "goal", "value": 10 + place},
            {"source": f"0.{name}", "target": f"1.{after}", "value": 7},
            {"source": f"1.{after}", "target": "goal", "value": 4},
            {"source": f"1.{after}", "target": f"2.{name}", "value": 3},
            {"source": f"2.{name}", "target": "goal", "value": 3},
        ]
    return pd.DataFrame(nodes), pd.DataFrame(links)


@pytest.mark.parametrize("count", [1, 3, 6])
def test_names_of_nodes_do_not_meet_on_a_phone(count: int) -> None:
    figure = charts.flow(*many(count), LIGHT)
    left, right = figure.layout.xaxis.range
    px = 330 / (right - left)
    by_layer: dict[float, list[tuple[float, float]]] = {}
    for note in figure.layout.annotations:
        lines = note.text.split("<br>")
        assert max(len(bare(line)) for line in lines) * 6.9 <= px
        by_layer.setdefault(note.x, []).append((note.y - 17 * len(lines), note.y))
    assert len(by_layer[0]) == count
    for spans in by_layer.values():
        spans.sort()
        assert spans[0][0] >= -4
        assert all(below[0] >= above[1] for above, below in pairwise(spans))
    bottom, _top = figure.layout.yaxis.range
    assert all(max(ribbon.y) <= bottom for ribbon in ribbons(figure))


def test_all_that_goes_to_the_goal_fills_it() -> None:
    figure = charts.flow(*many(3), LIGHT)
    goal = next(shape for shape in figure.layout.shapes if shape.xanchor == 3)
    ends = sorted(
        (min(y), max(y))
        for ribbon in ribbons(figure)
        if (y := [b for a, b in zip(ribbon.x, ribbon.y, strict=True) if a == 3])
    )
    assert ends[0][0] == pytest.approx(goal.y0)
    assert ends[-1][1] == pytest.approx(goal.y1)
    assert all(below[0] == pytest.approx(above[1]) for above, below in pairwise(ends))


def test_layers_come_from_the_links() -> None:
    nodes, links = stages(LIGHT)
    figure = charts.flow(nodes, links, LIGHT)
    layers = {bare(note.text.replace("<br>", " ")): note.x for note in figure.layout.annotations}
    assert layers["Lead 12.480"] == 0
    assert layers["Đã rớt 5.630"] == layers["Tiềm năng 5.240"] == 1
    assert layers["Đã rớt 2.339"] == 2


# --- course -----------------------------------------------------------------------------------


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
    early = next(note for note in figure.layout.annotations if "chưa chín" in note.text)
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
def test_no_rows_are_no_axes(look: Look) -> None:
    nodes, links = stages(look)
    for figure in (
        charts.losses(places(0), look),
        charts.waterfall(CHANGE.iloc[:0], look),
        charts.flow(nodes, links.iloc[:0], look),
        charts.flow(nodes.iloc[:0], links.assign(value=0), look),
    ):
        assert not figure.data
        assert figure.layout.xaxis.visible is False
