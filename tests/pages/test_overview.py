"""Overview: its six figures and its funnel are the funnel's, whatever the view."""

from dataclasses import replace
from itertools import cycle

import pytest

from analytics.bottlenecks.bottlenecks import bottlenecks
from analytics.funnel.funnel import funnel
from analytics.funnel.key_figures import health
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.screen import LANGUAGES, bars, moved, opened, said, settled, shown
from ui.bottlenecks import names
from ui.language import formats, quantities

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Overview", "vi": "Tổng quan"}
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"source": "~,seo", "province": "Hà Nội"},
    {"channel": "event", "level": "stage", "by": "owner"},
    {"from_": "2026-01-01", "to": "2026-06-30", "compare": "previous"},
    {"period": "last-90d", "compare": "last-year", "window": "30"},
    {"period": "last-7d", "skipped": "strict"},
    {"mode": "flow", "period": "this-quarter"},
    {"as_of": "2026-03-31", "window": "17"},
)


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), (*VIEWS, {}), strict=False)))
def test_the_figures_are_the_funnels(lang: str, query: dict[str, str]) -> None:
    screen = opened("overview", lang=lang, **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    for name, value in query.items():
        assert view.to_query()[name.rstrip("_")] == value
    rows = funnel(Scope(replace(view, level="group", by=None), generation)).rows
    assert [metric.value for metric in screen.metric[:4]] == rows["reached"].map(
        formats.number
    ).tolist()
    assert screen.metric[4].value == formats.percent(rows["of_first"].iat[-1])
    assert screen.metric[5].value == quantities.duration(rows["median_seconds"].iat[-1])
    assert bars(screen) == dict(zip(rows["stage"], rows["reached"], strict=True))


def test_a_change_is_that_of_the_period_before() -> None:
    screen = opened("overview", lang="en", period="last-quarter", compare="previous")
    figures = health(shown(screen))
    for metric, figure in zip(screen.metric, figures.counts, strict=False):
        assert figure.value
        assert figure.earlier
        told = formats.change(figure.value / figure.earlier - 1)
        assert metric.delta.replace("-", "−") == told


def test_without_a_comparison_there_is_no_change() -> None:
    assert [metric.delta for metric in opened("overview").metric] == [""] * 6


def test_a_sentence_says_the_result() -> None:
    screen = opened("overview", lang="en", source="seo")
    won = funnel(shown(screen)).rows["reached"].iat[-1]
    assert f"**{won} new customers.**" in said(screen)


def test_the_first_visit_speaks_the_browsers_language() -> None:
    assert opened("overview").query_params["lang"] == "vi"
    screen = opened("overview", locale="en-GB")
    assert screen.query_params["lang"] == "en"
    assert screen.title[0].value == TITLES["en"]


@pytest.mark.parametrize("stage", ["mql", "won", "lead"])
def test_a_stage_chosen_elsewhere_does_no_harm(stage: str) -> None:
    """Overview shows groups whatever the level; a stage of the other level has no bar here."""
    screen = opened("overview", lang="en", level="stage", stage=stage)
    assert sum(bars(screen).values()) > 0
    view = shown(screen).view
    assert (view.level, view.stage) == ("stage", stage)


def test_a_group_chosen_here_lists_its_leads_at_any_level(sample: Store) -> None:
    screen = opened("overview", lang="en", level="stage")
    picker = next(each for each in screen.segmented_control if each.label == "Selected step")
    screen = settled(picker.set_value("customer"))
    won = bars(screen)["customer"]
    assert f"See the {won} leads" in said(screen)
    assert not screen.warning
    assert len(moved(screen, "leads").dataframe[0].value) == won
    assert won == funnel(Scope(View(), sample.generation())).rows["reached"].iat[-1]


@pytest.mark.parametrize(
    ("lang", "query"),
    list(zip(cycle(LANGUAGES), ({}, {"benchmark": "best"}, VIEWS[3], VIEWS[2]), strict=False)),
)
def test_what_to_look_at_first_is_the_bottlenecks(lang: str, query: dict[str, str]) -> None:
    screen = opened("overview", lang=lang, **query)
    scope = shown(screen)
    headlines = bottlenecks(scope).headlines[:3]
    text = said(screen)
    for row in headlines:
        assert row.wins_lost is not None
        amount = formats.number(row.wins_lost, names.digits(row.wins_lost))
        low, high = (
            formats.number(limit, names.digits(row.wins_lost))
            for limit in (row.wins_lost_low, row.wins_lost_high)
        )
        (told,) = (
            line
            for line in text.splitlines()
            if f"[{amount} " in line and low in line and high in line
        )
        assert f"{formats.number(row.n)} " in told
        assert told.count("](") >= 2
    things = [line for line in text.splitlines() if line.startswith((":red[", ":gray[:material"))]
    assert 1 <= len(things) <= 3
