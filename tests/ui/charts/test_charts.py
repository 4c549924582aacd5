"""Charts: the parts of a bar add up, every mark can be clicked, every text is in the language."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from ui import charts
from ui.language import current
from ui.theme import DARK, LIGHT


@pytest.fixture
def steps() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stage": ["lead", "prospect", "opportunity", "customer"],
            "label": ["Lead", "Tiềm năng", "Cơ hội", "Khách <hàng>"],
            "group": ["lead", "prospect", "opportunity", "customer"],
            "reached": [12480, 5240, 1996, 463],
            "open": [1610, 905, 512, 0],
            "lost": [5630, 2339, 1021, 0],
            "of_previous": [None, 0.42, 0.381, 0.232],
            "of_previous_low": [None, 0.411, 0.368, 0.214],
            "of_previous_high": [None, 0.429, 0.394, 0.251],
        }
    )


@pytest.fixture
def segments() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": ["fb", None, "seo", "gone"],
            "label": ["Facebook", "(trống)", "SEO", "Không ai"],
            "rate": [0.249, 0.25, 0.557, None],
            "low": [0.226, 0.155, 0.515, None],
            "high": [0.274, 0.377, 0.598, None],
            "n": [1264, 56, 560, 0],
        }
    )


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def dots(figure: go.Figure) -> go.Scatter:
    (found,) = [trace for trace in figure.data if trace.mode == "markers"]
    return found


def test_the_parts_of_a_bar_add_up(steps: pd.DataFrame) -> None:
    _rows, moved_on, still_open, lost = charts.funnel(steps, LIGHT).data
    for place, reached in enumerate(steps["reached"]):
        assert still_open.base[place] == moved_on.x[place]
        assert lost.base[place] == moved_on.x[place] + still_open.x[place]
        assert lost.base[place] + lost.x[place] == reached
    # What moved on from one step is the next one.
    assert list(moved_on.x[:-1]) == list(steps["reached"][1:])


def test_every_part_of_a_row_tells_its_stage(steps: pd.DataFrame) -> None:
    for trace in charts.funnel(steps, LIGHT).data:
        assert list(trace.customdata) == list(steps["stage"])


def test_a_row_takes_the_click_beside_its_bar_but_not_the_hover(steps: pd.DataFrame) -> None:
    figure = charts.funnel(steps, LIGHT)
    rows = figure.data[0]
    assert min(rows.x) > figure.layout.xaxis.range[1]
    assert rows.hoverinfo == "none"  # "skip" would let the click through
    gaps = [lower - upper for upper, lower in zip(rows.y, rows.y[1:], strict=False)]
    assert all(gap >= rows.width for gap in gaps), "rows must not overlap"


def test_texts_of_a_funnel(steps: pd.DataFrame) -> None:
    found = texts(charts.funnel(steps, LIGHT))
    assert "<b>Tiềm năng</b>  5.240" in found
    assert f"<b>42,0%</b><span style='color:{LIGHT.muted}'> (41,1–42,9)</span>" in found
    assert "% bước trước" in found
    assert any("đi tiếp" in text and "đang mở" in text and "đã rớt" in text for text in found)
    current.use("en")
    found = texts(charts.funnel(steps, DARK))
    assert "<b>Tiềm năng</b>  5,240" in found
    assert "% of previous" in found


def test_what_a_rate_comes_to(steps: pd.DataFrame) -> None:
    told = steps.assign(
        eventual=[None, 0.45, 0.4, 0.3],
        eventual_low=[None, 0.44, 0.38, 0.28],
        eventual_high=[None, 0.46, 0.42, 0.32],
        eventual_at_least=[None, 0.45, 0.4, 0.25],
        eventual_is_final=[None, True, True, False],
    )
    figure = charts.funnel(told, LIGHT)
    muted = f"<span style='color:{LIGHT.muted}'>"
    assert f"<b>42,0%</b>{muted} → 45,0% (44,0–46,0)</span>" in texts(figure)
    assert f"<b>23,2%</b>{muted} → ≥ 25,0%</span>" in texts(figure), "no surer than it is"
    assert "42,0% (41,1–42,9)" in figure.data[1].hovertext[1]
    naive = texts(charts.funnel(told, LIGHT, naive=True))
    assert any("→ 45,0%" in text and "−3,0" in text for text in naive)


def test_names_are_text_not_markup(steps: pd.DataFrame) -> None:
    figure = charts.funnel(steps, LIGHT)
    assert "<b>Khách &lt;hàng&gt;</b>  463" in texts(figure)
    assert "Khách &lt;hàng&gt;" in figure.data[1].hovertext[3]


def test_hover_says_part_count_and_share(steps: pd.DataFrame) -> None:
    lost = charts.funnel(steps, LIGHT).data[3]
    assert lost.hovertext[1].startswith("<b>Tiềm năng</b>, đã rớt<br>2.339 lead (44,6%)<br>")


def test_moves_in_a_period_are_plain_bars(steps: pd.DataFrame) -> None:
    steps[["open", "lost"]] = None
    _rows, reached = charts.funnel(steps, LIGHT).data
    assert list(reached.x) == list(steps["reached"])
    assert list(reached.marker.color) == list(LIGHT.stages)
    assert not any("đang mở" in text for text in texts(charts.funnel(steps, LIGHT)))


def test_the_last_step_has_nothing_but_reached(steps: pd.DataFrame) -> None:
    steps.loc[3, ["open", "lost"]] = None
    _rows, moved_on, _still_open, _lost = charts.funnel(steps, LIGHT).data
    assert list(moved_on.x) == [5240, 1996, 463, 463]


def test_the_selected_step_is_marked(steps: pd.DataFrame) -> None:
    assert not charts.funnel(steps, LIGHT).layout.shapes
    shapes = charts.funnel(steps, LIGHT, selected="opportunity").layout.shapes
    assert all(shape.y0 < 2 < shape.y1 for shape in shapes)
    assert LIGHT.primary in {shape.fillcolor for shape in shapes}
    assert not charts.funnel(steps, LIGHT, selected="elsewhere").layout.shapes


@pytest.mark.parametrize("count", [1, 2, 4, 7, 11])
def test_a_funnel_of_any_length(count: int) -> None:
    names = [f"Một giai đoạn có tên rất là dài {place}" for place in range(count)]
    rows = pd.DataFrame(
        {
            "stage": names,
            "label": names,
            "group": ["lead"] * count,
            "reached": list(range(count, 0, -1)),
            "open": 0,
            "lost": 0,
            "of_previous": 0.5,
            "of_previous_low": 0.4,
            "of_previous_high": 0.6,
        }
    )
    figure = charts.funnel(rows, LIGHT)
    written = [text for text in texts(figure) if text.startswith("<b>Một")]
    assert len(written) == count
    assert all("…" in text for text in written)


def test_an_empty_funnel_does_not_crash(steps: pd.DataFrame) -> None:
    assert charts.funnel(steps.iloc[:0], LIGHT).layout.height > 0
    steps[["reached", "open", "lost"]] = 0
    steps[["of_previous", "of_previous_low", "of_previous_high"]] = None
    assert charts.funnel(steps, LIGHT).data


def test_rates_are_sorted_few_leads_last_and_leave_out_what_has_none(
    segments: pd.DataFrame,
) -> None:
    figure = charts.rates(segments, LIGHT, overall=0.381)
    assert list(dots(figure).x) == [0.557, 0.249, 0.25]
    assert [name.strip() for name in figure.layout.yaxis.ticktext] == ["SEO", "Facebook", "(trống)"]
    assert list(dots(figure).customdata) == ["seo", "fb", None]


def test_few_leads_are_hollow_grey_and_never_named(segments: pd.DataFrame) -> None:
    segments.loc[segments["segment"].isna(), "segment"] = "few"
    marker = dots(charts.rates(segments, LIGHT, named="few")).marker
    assert marker.color[2] == LIGHT.background
    assert marker.line.color[2] == LIGHT.small
    assert LIGHT.bad not in marker.line.color


def test_one_row_at_most_is_vermilion(segments: pd.DataFrame) -> None:
    colours = dots(charts.rates(segments, LIGHT, named="fb")).marker.line.color
    assert list(colours).count(LIGHT.bad) == 1
    assert LIGHT.bad not in dots(charts.rates(segments, LIGHT)).marker.line.color


def test_no_rate_at_all_is_an_empty_chart(segments: pd.DataFrame) -> None:
    assert not dots(charts.rates(segments.assign(rate=float("nan")), LIGHT)).y


def test_texts_of_rates(segments: pd.DataFrame) -> None:
    figure = charts.rates(segments, LIGHT, overall=0.381)
    found = texts(figure)
    assert "chung 38,1%" in found
    assert f"<b>55,7%</b>  <span style='color:{LIGHT.muted}'>n=560</span>" in found
    assert "trên 56 lead" in dots(figure).hovertext[2]
    assert "còn quá ít" in dots(figure).hovertext[2]


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 0.0), (0.0, 1.0), (0.98, 1.0), (0.1052, 0.1054), (0.2, 0.6)]
)
def test_the_axis_of_rates_covers_them_with_round_values(low: float, high: float) -> None:
    rows = pd.DataFrame(
        {"segment": ["a"], "label": ["A"], "rate": [low], "low": [low], "high": [high], "n": [500]}
    )
    axis = charts.rates(rows, LIGHT).layout.xaxis
    assert axis.range[0] < low + 1e-9
    assert axis.range[1] > high
    assert 1 <= len(axis.tickvals) <= 5
    assert all(axis.range[0] <= tick <= min(axis.range[1], 1) for tick in axis.tickvals)
    assert len(set(axis.ticktext)) == len(axis.ticktext), "two ticks must not read the same"


def test_long_names_go_above_their_rows(segments: pd.DataFrame) -> None:
    segments.loc[0, "label"] = "Hội thảo tại Đà Nẵng"
    figure = charts.rates(segments, LIGHT)
    assert figure.layout.yaxis.showticklabels is False
    assert "Hội thảo tại Đà Nẵng" in texts(figure)


def test_no_segment_at_all(segments: pd.DataFrame) -> None:
    assert charts.rates(segments.iloc[:0], LIGHT, overall=0.3).layout.height > 0


def test_bars() -> None:
    rows = pd.DataFrame(
        {"segment": ["a", None], "label": ["A", "(trống)"], "count": [20, 10], "text": ["20", "10"]}
    )
    figure = charts.bars(rows, LIGHT, named="a")
    (bar,) = figure.data
    assert list(bar.x) == [20, 10]
    assert bar.marker.color[0] == LIGHT.bad
    assert texts(figure) == ["<b>20</b>", "<b>10</b>"]
    assert figure.layout.margin.r > 0


def test_timeline_with_an_open_end() -> None:
    moves = pd.DataFrame(
        {
            "label": ["Lead", "Cơ hội"],
            "group": ["lead", "opportunity"],
            "at": ["02/09/2026, 09:12", "04/09/2026, 10:00"],
            "stayed": ["2 ngày", None],
        }
    )
    figure = charts.timeline(moves, LIGHT, still="đang mở 50 ngày")
    assert [trace.line.dash for trace in figure.data if trace.mode == "lines"] == [None, "dot"]
    assert {"2 ngày", "đang mở 50 ngày", "<b>Cơ hội</b>"} <= set(texts(figure))


def test_timeline_that_ended_outside() -> None:
    moves = pd.DataFrame(
        {
            "label": ["Lead", "Đã rớt"],
            "group": ["lead", None],
            "at": ["02/09/2026", "04/09/2026"],
            "stayed": ["2 ngày", None],
        }
    )
    figure = charts.timeline(moves, LIGHT)
    assert "dot" not in {trace.line.dash for trace in figure.data if trace.mode == "lines"}
    assert dots(figure).marker.color[1] == LIGHT.background


def test_numbers_of_plotly_itself_follow_the_language() -> None:
    assert charts.base(LIGHT, 100).layout.separators == ",."
    current.use("en")
    assert charts.base(LIGHT, 100).layout.separators == ".,"
