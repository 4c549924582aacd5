"""Time in stage: the page says what the answer says, and a stage is chosen in the link or here."""

import json
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.leads.overdue import overdue
from analytics.scope import Scope
from analytics.time_in_stage.time_in_stage import slower, stays
from tests.pages.test_links import EXTREME
from tests.support.screen import in_turn, moved, notice, opened, said, settled, shown
from ui.answers import time_in_stage
from ui.language import formats, labels
from ui.page import long_list
from ui.page.card import How

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Time", "vi": "Thời gian"}
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"by": "channel", "mode": "flow", "period": "last-180d"},
    {"level": "stage", "stage": "sql", "by": "owner", "clock": "working"},
    {"as_of": "2026-03-31", "source": "seo,google_ads"},
)

FILES = {
    "medians": "time_in_stage/time_in_stage",
    "leaving": "time_in_stage/time_in_stage",
    "slow_spots": "time_in_stage/time_in_stage",
    "time_in_stage_months": "time_in_stage/time_in_stage_months",
    "waiting_bands": "time_in_stage/waiting_bands",
    "arrival": "funnel/time_to_step",
}


def figures(screen: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in screen.get("plotly_chart")]


@pytest.mark.parametrize(("lang", "query"), in_turn(VIEWS))
def test_every_number_is_the_answers(lang: str, query: dict[str, str]) -> None:
    chosen = {f"with_time_table__{lang}": True}
    screen = opened("time_in_stage", None, chosen, tab="analysis", lang=lang, **query)
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

    table = screen.dataframe[0].value
    assert table.iloc[:, 0].tolist() == [
        labels.stage_label(generation.pipeline, slug) for slug in rows["stage"]
    ]
    assert table.iloc[:, 1].tolist() == rows["stays"].tolist()
    by = view.by or "team"
    assert len(screen.dataframe[1].value) == len(
        time_in_stage(Scope(replace(view, by=by), generation)).rows
    )


def test_the_slow_queue_is_named() -> None:
    screen = opened("time_in_stage", tab="analysis", lang="en", from_="2026-04-01")
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    found = slower(time_in_stage(Scope(replace(view, by="team"), generation)).rows)
    headings = [heading.value for heading in screen.header]
    if found is None:
        assert "No team is clearly slower than the rest" in headings
    else:
        assert any(heading.startswith(f"Slow: {found.segment} at") for heading in headings)


def test_the_stage_is_the_links_where_the_view_is_by_stage() -> None:
    screen = opened("time_in_stage", tab="analysis", lang="en", level="stage", stage="mql")
    assert screen.pills(key="time_stage_picker__en").value == "mql"
    screen = settled(screen.pills(key="time_stage_picker__en").set_value("iql"))
    assert shown(screen).view.stage == "iql"


def test_the_stage_is_this_pages_own_where_the_view_is_by_group() -> None:
    screen = opened("time_in_stage", tab="analysis", lang="en", stage="customer")
    screen = settled(screen.pills(key="time_stage_picker__en").set_value("iql"))
    assert screen.pills(key="time_stage_picker__en").value == "iql"
    assert "IQL" in said(screen)
    assert shown(screen).view.stage == "customer"
    screen = moved(moved(screen, "funnel"), "time_in_stage")
    assert screen.pills(key="time_stage_picker__en").value == "iql"


def test_the_breakdown_is_the_links() -> None:
    screen = opened("time_in_stage", lang="en", tab="analysis")
    assert screen.selectbox(key="time_by__en").value == "team"
    screen = settled(screen.selectbox(key="time_by__en").set_value("channel"))
    assert shown(screen).view.by == "channel"


def test_nobody() -> None:
    screen = opened("time_in_stage", lang="en", from_="2026-08-02", to="2026-08-02", source="tv")
    assert not notice(screen)
    assert not screen.get("plotly_chart")
    assert "No lead fits this view" in [heading.value for heading in screen.header]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_how_it_is_counted(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[How] = []
    monkeypatch.setattr("ui.page.card._how_counted", lambda how, _charts: found.append(how))
    screen = opened(
        "time_in_stage", tab="analysis", lang=lang, by="channel", source="seo,google_ads"
    )
    assert {how.name: how.asked.file for how in found} == FILES
    by = {how.name: how.asked.scope.view.by for how in found}
    assert by["medians"] is by["leaving"] is None
    assert by["slow_spots"] == by["waiting_bands"] == "channel"
    for how in found:
        assert how.asked.scope.view.filters == shown(screen).view.filters
        assert all(lead_in.endswith(":") and text for lead_in, text in how.say())
        assert "scope" in how.asked.sql()
        assert len(how.rows)


def test_the_stays_of_a_stage_are_listed() -> None:
    link = {"tab": "analysis", "lang": "en", "level": "stage", "stage": "sql"}
    screen = opened("time_in_stage", None, {"stay_list__en": True}, **link)
    rows = stays(shown(screen), "sql").rows
    table = next(each.value for each in screen.dataframe if "How it ended" in each.value)
    first = rows.head(long_list.ROWS)
    assert table["Days there"].tolist() == (first["seconds"] / 86_400).round(1).tolist()
    assert table["Owner"].tolist() == first["owner"].tolist()


@pytest.mark.parametrize("query", EXTREME)
def test_no_link_breaks_it(query: dict[str, str]) -> None:
    opened("time_in_stage", lang="vi", **query)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_it_opens_with_what_is_slow_and_who_is_late(lang: str) -> None:
    screen = opened("time_in_stage", lang=lang, v="2")
    scope = shown(screen)
    assert scope.view.period == "default", "the link says nothing of a period"
    whole = scope.at(scope.view.during("all"))
    late = overdue(whole).rows
    assert [head.value for head in screen.header][1].startswith(
        formats.number(int(late["overdue"].sum() + late["let_go"].sum()))
    )
    slow = time_in_stage(whole).rows
    longest = slow.loc[slow["median_seconds"].idxmax()]
    assert labels.stage_label(scope.generation.pipeline, longest["stage"]) in said(screen)
    bars = figures(screen)[0]["data"]
    assert [list(part["x"]) for part in bars] == [
        late[name].tolist() for name in ("overdue", "let_go", "in_time")
    ]
    screen = settled(screen.toggle(key=f"overdue_as_table__{lang}").set_value(True))
    assert not figures(screen)
