"""Overview: a verdict, what happened, what became of the leads, what to do; whatever the view."""

import re
from dataclasses import replace
from itertools import cycle
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from analytics.funnel import leads
from analytics.names import DEALS_WON, NEW_LEADS, NEW_OPPORTUNITIES, VALUE_WON
from analytics.overview.cohort import Age
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.screen import LANGUAGES, bare, bars, opened, said, shown
from ui.answers import cohort, events, funnel
from ui.language import current, formats, periods
from ui.overview import findings
from ui.overview.verdict import MOST

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Overview", "vi": "Tổng quan"}
NAMES = (NEW_LEADS, NEW_OPPORTUNITIES, DEALS_WON, VALUE_WON)
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"v": "1", "source": "~,seo", "province": "Hà Nội"},
    {"v": "1", "channel": "event", "level": "stage", "by": "owner"},
    {"from_": "2026-01-01", "to": "2026-06-30", "window": "30"},
    {"period": "last-90d", "compare": "last-year"},
    {"mode": "flow", "period": "this-quarter"},
    {"as_of": "2026-03-31"},
)


def verdict_of(screen: AppTest) -> str:
    """The bold sentence at the top, without what Markdown makes of it."""
    found = [text.value for text in screen.markdown if text.value.startswith("**")]
    return found[0].strip("*").replace("\\", "")


def test_the_verdict_comes_first_where_it_is_known(sample: Store) -> None:
    # Leads that no other test asks about.
    scope = Scope(View().where("channel", ("event", "referral", "email")), sample.generation())
    assert not findings.is_known(scope)
    findings.leak(scope)
    assert findings.is_known(scope.at(replace(scope.view, period="last-90d"))), "of whatever period"


def test_what_is_around_the_page_is_drawn_after_it() -> None:
    """The reader came for the page; its language and the guide are no part of what it says."""
    screen = bare("overview", lang="vi")
    last = [*screen.main.children.values()][-1]
    drawn = [each.proto.component_name for each in last.get("bidi_component")]
    assert drawn == ["pheu.document", "pheu.guide"]


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), VIEWS, strict=False)))
def test_the_figures_are_those_of_the_answers(lang: str, query: dict[str, str]) -> None:
    screen = opened("overview", lang=lang, **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    happened, became = events(scope), cohort(scope)
    *tiles, leads = screen.metric
    assert [tile.label for tile in tiles] == [name.label(lang) for name in NAMES]
    for tile, event in zip(tiles, happened.events, strict=True):
        is_value = event.measure == "value"
        amount = formats.money(event.now, "VND") if is_value else formats.number(event.now)
        assert tile.value == amount
        told = "" if event.change is None else formats.change(event.change, 0)
        assert tile.delta.replace("-", "−") == told
    assert leads.value == ("–" if became.age is Age.TOO_YOUNG else formats.percent(became.now.rate))
    rows = funnel(scope.at(replace(scope.view, level="group", by=None))).rows
    assert bars(screen) == dict(zip(rows["stage"], rows["reached"], strict=True))
    if scope.view.mode == "cohort":
        assert rows["reached"].iat[0] == happened.events[0].now == became.now.leads
    assert 0 < len(verdict_of(screen)) <= MOST
    headings = [each.value for each in screen.header]
    assert len(headings) == 2
    assert all(len(each) <= 60 for each in headings)


def test_a_bare_address_is_the_last_full_quarter_against_the_one_before() -> None:
    screen = bare("overview")
    scope = shown(screen)
    assert (scope.view.period, scope.view.compare) == ("default", "previous")
    assert screen.query_params["lang"] == "vi"
    assert periods.short(*scope.days) in screen.metric[-1].label
    english = bare("overview", "en-GB")
    assert english.query_params["lang"] == "en"
    assert english.title[0].value == TITLES["en"]


def test_a_young_period_has_no_zero_rate_but_a_day() -> None:
    screen = opened("overview", lang="en", v="2", period="this-quarter")
    scope = shown(screen)
    found = cohort(scope)
    assert (found.age, found.now.customers) == (Age.TOO_YOUNG, 0)
    assert found.known_from is not None
    assert screen.metric[-1].value == "–"
    assert formats.short_day(found.known_from) in screen.metric[-1].proto.delta_description
    assert "0%" not in said(screen)
    assert "too young for a rate" in screen.header[0].value
    drawn = screen.get("plotly_chart")[0].proto.spec
    assert "too early to say" in drawn, "nobody yet is no zero: deals were won in these days"
    assert not re.search(r"Customers(<[^>]*>|\\u\w{4}|\W)*0\b", drawn)
    assert verdict_of(screen).startswith("The first 31 days of Q4 closed")


def test_without_a_comparison_there_is_no_change() -> None:
    screen = opened("overview", v="1", lang="en")
    assert [metric.delta for metric in screen.metric[:-1]] == [""] * 4
    assert "no target set" in said(screen)


@pytest.mark.parametrize("stage", ["mql", "won", "lead"])
def test_a_stage_chosen_elsewhere_does_no_harm(stage: str) -> None:
    """Overview shows groups whatever the level; a stage of the other level has no bar here."""
    screen = opened("overview", lang="en", level="stage", stage=stage)
    assert sum(bars(screen).values()) > 0
    view = shown(screen).view
    assert (view.level, view.stage) == ("stage", stage)


def test_a_chosen_group_leads_to_its_leads(sample: Store) -> None:
    screen = opened("overview", v="1", lang="en", stage="customer")
    won = bars(screen)["customer"]
    assert f"See the {won} leads" in said(screen)
    way = next(each for each in screen.get("page_link") if "See the" in each.proto.label)
    query = dict(parse_qsl(way.proto.query_string, keep_blank_values=True))
    listed = shown(opened("leads", **query))
    assert listed.view.tab == "all"
    assert leads.listing(listed).count() == won
    assert won == funnel(Scope(View(), sample.generation())).rows["reached"].iat[-1]


def test_the_names_of_the_tiles_are_in_both_languages() -> None:
    for lang in LANGUAGES:
        current.use(lang)
        assert len({name.label(lang) for name in NAMES}) == len(NAMES)
