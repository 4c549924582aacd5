"""Time in stage: the page says what the answer says, and a stage is chosen in the link or here."""

import json
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.scope import Scope
from analytics.time_in_stage.time_in_stage import slower, time_in_stage
from tests.pages.test_links import EXTREME
from tests.support.screen import in_turn, moved, notice, opened, said, settled, shown
from ui.language import formats, labels

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Time in stage", "vi": "Thời gian ở từng giai đoạn"}
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"by": "channel", "mode": "flow", "period": "last-180d"},
    {"level": "stage", "stage": "sql", "by": "owner", "clock": "working"},
    {"as_of": "2026-03-31", "source": "seo,google_ads"},
)


def figures(screen: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in screen.get("plotly_chart")]


@pytest.mark.parametrize(("lang", "query"), in_turn(VIEWS))
def test_every_number_is_the_answers(lang: str, query: dict[str, str]) -> None:
    screen = opened("time_in_stage", lang=lang, **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    rows = time_in_stage(Scope(replace(view, by=None), generation)).rows
    medians = figures(screen)[0]
    (bar,) = (trace for trace in medians["data"] if trace["type"] == "bar")
    seen = rows[rows["median_seconds"].notna()]
    assert list(bar["customdata"]) == seen["stage"].tolist()
    dots = next(trace for trace in medians["data"] if trace.get("mode") == "markers")
    assert list(dots["customdata"]) == seen["stage"].tolist()

    screen = settled(screen.toggle[0].set_value(True))
    table = screen.dataframe[0].value
    assert table.iloc[:, 0].tolist() == [
        labels.stage_label(generation.pipeline, slug) for slug in rows["stage"]
    ]
    assert table.iloc[:, 1].tolist() == rows["stays"].map(formats.number).tolist()
    by = view.by or "team"
    assert len(screen.dataframe[1].value) == len(
        time_in_stage(Scope(replace(view, by=by), generation)).rows
    )


def test_the_slow_queue_is_named() -> None:
    screen = opened("time_in_stage", lang="en", from_="2026-04-01")
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    found = slower(time_in_stage(Scope(replace(view, by="team"), generation)).rows)
    headings = [heading.value for heading in screen.subheader]
    if found is None:
        assert "No team is surely slower than the rest" in headings
    else:
        assert any(heading.startswith(f"Slow: {found.segment} at") for heading in headings)


def test_the_stage_is_the_links_where_the_view_is_by_stage() -> None:
    screen = opened("time_in_stage", lang="en", level="stage", stage="mql")
    assert screen.segmented_control(key="time_stage_picker__en").value == "mql"
    screen = settled(screen.segmented_control(key="time_stage_picker__en").set_value("iql"))
    assert shown(screen).view.stage == "iql"


def test_the_stage_is_this_pages_own_where_the_view_is_by_group() -> None:
    screen = opened("time_in_stage", lang="en", stage="customer")
    screen = settled(screen.segmented_control(key="time_stage_picker__en").set_value("iql"))
    assert screen.segmented_control(key="time_stage_picker__en").value == "iql"
    assert "IQL" in said(screen)
    assert shown(screen).view.stage == "customer"
    screen = moved(moved(screen, "funnel"), "time_in_stage")
    assert screen.segmented_control(key="time_stage_picker__en").value == "iql"


def test_the_breakdown_is_the_links() -> None:
    screen = opened("time_in_stage", lang="en")
    assert screen.selectbox(key="time_by__en").value == "team"
    screen = settled(screen.selectbox(key="time_by__en").set_value("channel"))
    assert shown(screen).view.by == "channel"


def test_nobody() -> None:
    screen = opened("time_in_stage", lang="en", from_="2026-08-02", to="2026-08-02", source="tv")
    assert not notice(screen)
    assert not screen.get("plotly_chart")
    assert "No lead fits this view" in [heading.value for heading in screen.subheader]


@pytest.mark.parametrize("query", EXTREME)
def test_no_link_breaks_it(query: dict[str, str]) -> None:
    opened("time_in_stage", lang="vi", **query)
