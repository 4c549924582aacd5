"""The cards over time on the funnel page show what the answers say, and call no guess a finding."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.funnel.cohorts import cohorts
from analytics.funnel.period_comparison import against_earlier
from analytics.funnel.trend import conversions
from tests.support.screen import LANGUAGES, boards, how_counted, opened, said, settled, shown
from ui.funnel.cohorts import finding as cohorts_finding
from ui.funnel.period_comparison import compared_finding
from ui.funnel.trend import finding as trend_finding
from ui.language import formats, quantities

pytestmark = pytest.mark.usefixtures("sample")


def figures(screen: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in screen.get("plotly_chart")]


def heat_texts(screen: AppTest) -> list[str]:
    (figure,) = [f for f in figures(screen) if any(t["type"] == "heatmap" for t in f["data"])]
    (texts,) = [t["text"] for t in figure["data"] if t.get("mode") == "text"]
    return [text for text in texts if text]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heat_map_is_the_cohorts(lang: str) -> None:
    screen = opened("funnel", tab="analysis", lang=lang, stage="prospect", period="last-90d")
    scope = shown(screen)
    rows = cohorts(scope, to="prospect").rows
    final = rows[rows["complete"] & rows["rate"].notna()]
    texts = heat_texts(screen)
    plain = [text for text in texts if not text.startswith("<i>")]
    assert plain == [formats.number(rate * 100, 1) for rate in final["rate"]]
    # Of each month at most one cell that is not final, and it looks so.
    early = [text for text in texts if text.startswith("<i>")]
    assert 0 < len(early) <= rows["cohort"].nunique()
    assert cohorts_finding(rows) in said(screen)


def test_ages_beyond_the_window_are_not_told() -> None:
    """After 45 days nothing more is counted: two months of age tell all there is."""
    screen = opened("funnel", tab="analysis", lang="en", stage="prospect", window="45")
    (figure,) = [f for f in figures(screen) if any(t["type"] == "heatmap" for t in f["data"])]
    assert figure["layout"]["xaxis"]["ticktext"] == ["30", "45"]
    assert "in 45 days" in said(screen)
    assert not any(f"{days} days" in said(screen) for days in (60, 90, 150, 360))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_line_is_the_trend(lang: str) -> None:
    screen = opened(
        "funnel", tab="analysis", lang=lang, stage="prospect", window="30", level="group"
    )
    scope = shown(screen)
    rows = conversions(scope, to="prospect", unit="month").rows
    line = figures(screen)[-1]
    (marks,) = [t for t in line["data"] if t.get("marker", {}).get("opacity") == 0]
    there = rows[rows["rate"].notna()]
    assert len(marks["hovertext"]) == len(there)
    for text, row in zip(marks["hovertext"], there.itertuples(), strict=True):
        assert formats.percent(row.rate) in text
        assert (formats.percent(row.mature, 0) in text) or not row.immature
    assert trend_finding(rows) in said(screen)


@pytest.mark.parametrize(
    "query", [{"mode": "flow"}, {"level": "stage", "by": "region"}, {"window": "90"}]
)
def test_choosing_what_the_cards_are_about(query: dict[str, str]) -> None:
    chosen = {"trend_by__en": True}
    screen = opened("funnel", None, chosen, tab="analysis", lang="en", **query)
    level = query.get("level", "group")
    since, to = ("mql", "won") if level == "stage" else ("prospect", "customer")
    screen = settled(screen.selectbox(key=f"since_{level}__en").set_value(since))
    assert screen.selectbox(key=f"to_{level}__en").value == to
    later = "opportunity"
    screen = settled(screen.selectbox(key=f"to_{level}__en").set_value(later))
    assert screen.query_params["stage"] == later
    scope = shown(screen)
    rows = cohorts(scope, since=since, to=later).rows
    assert "".join(heat_texts(screen))
    assert rows["leads"].max() > 0
    screen = settled(screen.segmented_control(key="unit_month__en").set_value("quarter"))
    assert figures(screen)[-1]["data"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_comparison_is_there_when_it_is_asked_for(lang: str) -> None:
    assert "Newcombe" not in said(opened("funnel", tab="analysis", lang=lang, period="last-90d"))
    screen = opened("funnel", tab="analysis", lang=lang, period="last-90d", compare="previous")
    scope = shown(screen)
    rows = against_earlier(scope).rows
    assert compared_finding(scope, rows) in said(screen)
    (table,) = [each for each in boards(screen) if len(each["columns"]) == 6]
    told = [row["cells"][3]["value"] for row in table["rows"]]
    assert told == rows["difference"].map(quantities.points).tolist()
    assert "Newcombe" in how_counted(screen, "compared")
