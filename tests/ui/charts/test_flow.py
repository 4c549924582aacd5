"""Flow: ribbons are as thick as they count, ways back run below, names do not meet."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.support.figures import BOTH, texts
from ui import charts
from ui.charts import mark
from ui.charts.canvas import bare
from ui.theme import LIGHT, Look


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
    first, second, third, fourth = (lanes[mark.write(*link)] for link in ("ba", "dc", "cb", "fa"))
    assert first == second < third < fourth


def test_what_a_click_on_a_flow_tells() -> None:
    figure = charts.flow(*stages(LIGHT), LIGHT)
    told = {
        key for trace in figure.data if trace.customdata is not None for key in trace.customdata
    }
    links = [("lead", "prospect"), ("prospect", "lead"), ("opportunity", "lead")]
    assert {"lead", "out1", *(mark.write(*link) for link in links)} <= told
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


def test_one_long_word_stands_whole_above_the_name_beside_it() -> None:
    stages = ["lead", "iql", "mql", "sal", "sql", "opportunity", "won"]
    labels = ["Lead", "IQL", "MQL", "SAL", "SQL", "Opportunity", "Closed and won"]
    nodes = pd.DataFrame({"node": stages, "label": labels, "colour": "#224466"})
    links = pd.DataFrame({"source": stages[:-1], "target": stages[1:], "value": 3205})
    figure = charts.flow(nodes, links, LIGHT)
    word, beside = figure.layout.annotations[-2:]
    assert word.text == "Opportunity<br><b>3.205</b>"
    lines = beside.text.split("<br>")
    assert beside.y - 17 * len(lines) >= word.y - 17, "the name beside it makes way for the word"


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


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    nodes, links = stages(look)
    for figure in (
        charts.flow(nodes, links.iloc[:0], look),
        charts.flow(nodes.iloc[:0], links.assign(value=0), look),
    ):
        assert not figure.data
        assert figure.layout.xaxis.visible is False
