"""The funnel: the parts of a bar add up, every row can be clicked, texts are in the language."""

import pandas as pd
import pytest

from tests.support.figures import texts
from ui import charts
from ui.charts.funnel import whole_percent
from ui.language import current
from ui.theme import DARK, LIGHT, contrast


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
    assert "<b>42%</b>" in found, "intervals are for who asks: in the hover text"
    assert "% bước trước" in found
    assert any("đi tiếp" in text and "đang mở" in text and "đã rớt" in text for text in found)
    current.use("en")
    found = texts(charts.funnel(steps, DARK))
    assert "<b>Tiềm năng</b>  5,240" in found
    assert "% of previous" in found


def test_what_a_rate_comes_to(steps: pd.DataFrame) -> None:
    told_again = steps.assign(
        eventual=[None, 0.45, 0.4, 0.3],
        eventual_low=[None, 0.44, 0.38, None],
        eventual_high=[None, 0.46, 0.42, None],
        eventual_at_least=[None, 0.44, 0.38, 0.25],
        eventual_is_final=[None, True, True, False],
    )
    figure = charts.funnel(told_again, LIGHT)
    muted = f"<span style='color:{LIGHT.muted}'>"
    assert f"<b>42%</b>{muted} → 45%</span>" in texts(figure)
    assert f"<b>23%</b>{muted} → ít nhất 30%</span>" in texts(figure), "no surer than it is"
    for told in ("42,0% (41,1–42,9)", "45,0% (44,0–46,0)"):
        assert told in figure.data[1].hovertext[1]
    assert "≥ 25,0%" in figure.data[1].hovertext[3]
    same = told_again.assign(eventual=[None, 0.421, 0.381, 0.232], eventual_is_final=True)
    assert "<b>42%</b>" in texts(charts.funnel(same, LIGHT)), "what comes to the same is said once"
    naive = texts(charts.funnel(told_again, LIGHT, naive=True))
    assert any("→ 45,0%" in text and "−3,0" in text for text in naive)
    unsure = told_again.assign(eventual_at_least=[None, 0.44, 0.38, 0.2])
    (found,) = (text for text in texts(charts.funnel(unsure, LIGHT, naive=True)) if "≥" in text)
    assert found.endswith("→ ≥ 20,0%</span>"), "the rate to date may be right"


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
    names = [f"Một giai đoạn có tên rất là dài, dài đến {place}" for place in range(count)]
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


def test_parts_are_told_apart_without_colour(steps: pd.DataFrame) -> None:
    """In print, and by whoever sees few colours: open is hatched, lost is hollow with an edge."""
    for look in (LIGHT, DARK):
        figure = charts.funnel(steps, look)
        _rows, moved_on, still_open, lost = figure.data
        assert moved_on.marker.pattern.shape is None
        assert still_open.marker.pattern.shape == "/"
        assert list(still_open.marker.pattern.fgcolor) == list(moved_on.marker.color)
        assert contrast(lost.marker.line.color, look.background) >= 3
        assert list(lost.marker.line.width) == [1, 1, 1, 0]
        (key,) = (text for text in texts(figure) if "đang mở" in text)
        assert "▨" in key
        assert "□" in key


def test_without_rates_only_counts_are_drawn(steps: pd.DataFrame) -> None:
    rates = ["of_previous", "of_previous_low", "of_previous_high"]
    young = texts(charts.funnel(steps.assign(**dict.fromkeys(rates)), LIGHT))
    assert "<b>Tiềm năng</b>  5.240" in young
    assert not any("%" in text for text in young)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.004, "0,4%"), (0.0239, "2%"), (0.995, "100%")],
    ids=["none", "under-one", "few", "nearly-all"],
)
def test_a_rate_has_no_decimals_but_is_no_zero(share: float, text: str) -> None:
    assert whole_percent(share) == text


def test_an_empty_funnel_does_not_crash(steps: pd.DataFrame) -> None:
    assert charts.funnel(steps.iloc[:0], LIGHT).layout.height > 0
    steps[["reached", "open", "lost"]] = 0
    steps[["of_previous", "of_previous_low", "of_previous_high"]] = None
    assert charts.funnel(steps, LIGHT).data
