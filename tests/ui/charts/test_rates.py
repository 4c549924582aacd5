"""Rates and counts of segments: sorted, with few leads last and hollow."""

import pandas as pd
import pytest

from tests.support.figures import markers, texts
from ui import charts
from ui.theme import LIGHT


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


def test_rates_are_sorted_few_leads_last_and_leave_out_what_has_none(
    segments: pd.DataFrame,
) -> None:
    figure = charts.rates(segments, LIGHT, overall=0.381)
    assert list(markers(figure).x) == [0.557, 0.249, 0.25]
    assert texts(figure)[:3] == ["SEO", "Facebook", "(trống)"]
    assert list(markers(figure).customdata) == ["seo", "fb", None]


def test_few_leads_are_hollow_grey_and_never_named(segments: pd.DataFrame) -> None:
    segments.loc[segments["segment"].isna(), "segment"] = "few"
    marker = markers(charts.rates(segments, LIGHT, named="few")).marker
    assert marker.color[2] == LIGHT.background
    assert marker.line.color[2] == LIGHT.small
    assert LIGHT.bad not in marker.line.color


def test_one_row_at_most_is_vermilion(segments: pd.DataFrame) -> None:
    colours = markers(charts.rates(segments, LIGHT, named="fb")).marker.line.color
    assert list(colours).count(LIGHT.bad) == 1
    assert LIGHT.bad not in markers(charts.rates(segments, LIGHT)).marker.line.color


def test_no_rate_at_all_is_an_empty_chart(segments: pd.DataFrame) -> None:
    assert not markers(charts.rates(segments.assign(rate=float("nan")), LIGHT)).y


def test_texts_of_rates(segments: pd.DataFrame) -> None:
    figure = charts.rates(segments, LIGHT, overall=0.381)
    found = texts(figure)
    assert "chung 38,1%" in found
    assert f"<b>55,7%</b>  <span style='color:{LIGHT.muted}'>n=560</span>" in found
    assert "trên 56 lead" in markers(figure).hovertext[2]
    assert "còn quá ít" in markers(figure).hovertext[2]


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


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Hội thảo tại Đà Nẵng", "Hội thảo<br>tại Đà Nẵng"),
        ("Quảng cáo mạng xã hội", "Quảng cáo<br>mạng xã hội"),
        ("Không-một-khoảng-trắng-nào", "Không-một-khoảng<br>-trắng-nào"),
        ("a" * 60, "a" * 16 + "<br>" + "a" * 15 + "…"),
    ],
    ids=["middle", "three-words", "no-blank", "too-long"],
)
def test_long_names_take_two_lines_left_of_their_rows(
    segments: pd.DataFrame, label: str, expected: str
) -> None:
    segments.loc[0, "label"] = label
    figure = charts.rates(segments, LIGHT)
    assert expected in texts(figure)
    assert figure.layout.margin.l > 50
    assert figure.layout.height > charts.rates(segments.assign(label="A"), LIGHT).layout.height


def test_a_plain_one_has_neither_n_nor_decimals(segments: pd.DataFrame) -> None:
    figure = charts.rates(segments, LIGHT, overall=0.381, named="fb", plain=True)
    found = texts(figure)
    assert "chung 38%" in found
    assert "<b>56%</b>" in found
    assert not any("n=" in text for text in found)
    assert "<b>Facebook</b>" in found, "the one that the title names"
    assert figure.layout.xaxis.showticklabels is False


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
    assert texts(figure) == ["A", "(trống)", "<b>20</b>", "<b>10</b>"]
    assert figure.layout.margin.r > 0
