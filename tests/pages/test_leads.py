"""Leads: the list is as long as the bar, for every step; each lead has its story."""

import pytest

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from data.pipeline import Pipeline
from tests.support.screen import LANGUAGES, moved, opened, said, settled, shown
from ui import answers
from ui.language import formats, labels
from ui.page import long_list

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Leads", "vi": "Danh sách lead"}
STEPS = [
    (level, step.slug) for level in ("group", "stage") for step in Pipeline.default().steps(level)
]


SOME: tuple[dict[str, str], ...] = (
    {"channel": "event", "window": "90", "skipped": "strict"},
    {"mode": "flow", "period": "last-90d"},
)


@pytest.mark.parametrize(
    ("level", "stage", "query"),
    [(*step, {}) for step in STEPS] + [(*step, query) for step in STEPS[1:4] for query in SOME],
)
def test_the_list_is_as_long_as_the_bar(level: str, stage: str, query: dict[str, str]) -> None:
    screen = opened("leads", lang="en", level=level, stage=stage, **query)
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    assert (view.level, view.stage) == (level, stage)
    rows = funnel(scope).rows
    reached = int(rows.loc[rows["stage"] == stage, "reached"].iat[0])
    name = labels.step_label(generation.pipeline, stage, level)
    noun = "lead" if reached == 1 else "leads"
    title = screen.header[0].value.replace("\\", "")
    assert title == f"{formats.number(reached)} {noun} reached {name}"
    table = screen.dataframe[0].value
    rows = leads(scope).rows
    assert len(rows) == reached
    assert table["Lead id"].tolist() == rows["lead_id"].head(long_list.ROWS).tolist()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_both_languages(lang: str) -> None:
    screen = opened("leads", lang=lang, stage="customer")
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    count = len(leads(scope).rows)
    assert screen.header[0].value.startswith(f"{formats.number(count)} lead")
    screen = settled(screen.segmented_control(key=f"stage_leads_group__{lang}").set_value("lead"))
    assert screen.query_params["stage"] == "lead"
    assert screen.query_params["lang"] == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_search_narrows_the_list_and_the_link_stays(lang: str) -> None:
    screen = opened("leads", lang=lang, stage="customer")
    before = dict(screen.query_params)
    lead_id = {"en": "Lead id", "vi": "Mã lead"}[lang]
    wanted = screen.dataframe[0].value[lead_id].iat[3]
    screen = settled(screen.text_input(key=f"lead_search__{lang}").set_value(wanted.lower()))
    assert screen.dataframe[0].value[lead_id].tolist() == [wanted]
    assert dict(screen.query_params) == before
    screen = settled(screen.text_input(key=f"lead_search__{lang}").set_value("nobody at all"))
    assert screen.dataframe[0].value.empty
    assert len(screen.header) == 2


def test_the_story_is_of_the_first_lead_until_one_is_chosen() -> None:
    screen = opened("leads", lang="en", stage="customer")
    first = screen.dataframe[0].value.iloc[0]
    assert screen.header[1].value.replace("\\", "") == first["Company or name"]


@pytest.mark.usefixtures("unanswered")
def test_a_page_of_the_list_asks_for_the_rows_that_it_shows() -> None:
    screen = opened("leads", lang="en", stage="lead")
    rows = leads(shown(screen)).rows
    pages: list[str] = []
    for number in (1, 2):
        screen = settled(screen.pagination[0].set_value(number))
        table = screen.dataframe[0].value
        assert len(table) == long_list.ROWS
        pages += table["Lead id"].tolist()
    assert pages == rows["lead_id"].head(2 * long_list.ROWS).tolist()
    assert f"201–400 of {formats.number(len(rows))}; the CSV has all." in said(screen)
    # Whole, the list would take more than twice as much as everything that is kept.
    assert answers.cache().size < rows.memory_usage(deep=True).sum() / 2
    wanted = str(rows["lead_id"].iat[-1])
    screen = settled(screen.text_input(key="lead_search__en").set_value(wanted))
    assert screen.dataframe[0].value["Lead id"].tolist() == [wanted]  # from the first page on
    assert not screen.pagination


def test_the_way_from_a_bar_to_its_leads_keeps_the_view() -> None:
    screen = opened("funnel", lang="en", channel="event", stage="opportunity")
    before = dict(screen.query_params)
    screen = moved(screen, "leads")
    assert dict(screen.query_params) == before
    scope = shown(screen)
    assert len(screen.dataframe[0].value) == min(len(leads(scope).rows), long_list.ROWS)
