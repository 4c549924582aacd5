"""Losses: ranked, the strongest in full colour, with texts that fit a phone."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from tests.support.figures import BOTH, texts
from ui import charts
from ui.charts.canvas import bare
from ui.theme import LIGHT, Look


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
    assert f"<b>Facebook Ads</b> · <span style='color:{look.muted}'>lên Cơ hội</span>" in written
    assert "Website · lên Cơ hội" in [bare(text) for text in written]
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


@BOTH
def test_no_rows_are_no_axes(look: Look) -> None:
    figure = charts.losses(places(0), look)
    assert not figure.data
    assert figure.layout.xaxis.visible is False
