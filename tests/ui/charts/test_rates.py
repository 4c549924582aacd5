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
    assert [name.strip() for name in figure.layout.yaxis.ticktext] == ["SEO", "Facebook", "(trống)"]
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
