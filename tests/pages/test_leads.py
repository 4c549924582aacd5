"""Leads: the list is as long as the bar, found by whatever is known, and each opens its story."""

from datetime import timedelta

import pandas as pd
import pytest

from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.leads import story as stories
from analytics.leads import to_do
from analytics.leads.company_names import short
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.screen import (
    LANGUAGES,
    board,
    boards,
    moved,
    opened,
    said,
    settled,
    shown,
    to_copy,
)
from ui import answers
from ui.language import current, formats, labels
from ui.leads import lead_list, one_lead

pytestmark = pytest.mark.usefixtures("sample")

DAY = timedelta(days=1)
TITLES = {"en": "Leads", "vi": "Lead"}
BARS = {
    "all leads": ("group", "lead", {}),
    "a stage, as it is read strictly": (
        "stage",
        "sql",
        {"channel": "event", "window": "90", "skipped": "strict"},
    ),
    "customers, by the moves of a period": (
        "group",
        "customer",
        {"mode": "flow", "period": "last-90d"},
    ),
}


@pytest.mark.parametrize("bar", BARS)
def test_the_list_is_as_long_as_the_bar(bar: str) -> None:
    level, stage, query = BARS[bar]
    screen = opened("leads", lang="en", level=level, stage=stage, **query)
    scope = shown(screen)
    assert (scope.view.level, scope.view.stage) == (level, stage)
    counts = funnel(scope).rows
    reached = int(counts.loc[counts["stage"] == stage, "reached"].iat[0])
    name = labels.step_label(scope.generation.pipeline, stage, level)
    title = screen.header[0].value.replace("\\", "")
    assert title == f"{formats.number(reached)} leads reached {name}"
    rows = leads(scope).rows
    assert len(rows) == reached
    dearest = rows.sort_values(
        ["value", "created_at", "lead_id"], ascending=[False, False, True], na_position="last"
    )
    assert list(board(screen)) == dearest["lead_id"].head(lead_list.ROWS).tolist()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_step_it_lists_the_leads_that_are_open(lang: str) -> None:
    screen = opened("leads", lang=lang)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    # Nothing of the list is of an earlier period, so there is none to choose.
    assert not [each for each in screen.selectbox if str(each.key).startswith("compare")]
    rows = leads(shown(screen)).rows
    counts = rows["state"].value_counts()
    assert screen.header[0].value.startswith(f"{formats.number(counts['open'])} lead")
    control = screen.segmented_control(key=f"lead_state__{lang}")
    screen = settled(control.set_value("won"))
    assert screen.query_params["tab"] == "won"
    assert screen.header[0].value.startswith(f"{formats.number(counts['won'])} lead")
    assert set(board(screen)) <= set(rows.loc[rows["state"] == "won", "lead_id"])


def test_a_search_needs_no_accents_and_the_link_stays() -> None:
    screen = opened("leads", lang="vi", tab="all", period="all")
    before = dict(screen.query_params)
    scope = shown(screen)
    first = board(screen)
    lead_id, (name, *_rest) = next(iter(first.items()))
    company = str(leads(scope).rows.set_index("lead_id").at[lead_id, "company"])
    assert name.startswith(short(company))
    box = screen.text_input(key="lead_search__vi")
    screen = settled(box.set_value(f" {labels.own(company).upper().replace('Đ', 'D')} "))
    assert lead_id in board(screen)
    assert "khớp từ khóa" in screen.header[0].value
    assert dict(screen.query_params) == before
    assert len(screen.get("link_button")) == 2
    screen = settled(screen.text_input(key="lead_search__vi").set_value("khong co ai"))
    assert not boards(screen)
    assert not screen.get("link_button"), "no file of nobody"
    assert screen.header[0].value == "Không có lead nào khớp"
    assert "chỉ tìm trong các lead đang xem" in said(screen)


def test_a_link_opens_the_page_of_the_list_that_was_shown() -> None:
    screen = opened("leads", lang="en", list_page="2")
    second = board(screen)
    assert screen.pagination[0].value == 2
    # Another list begins at its first page, and a page that there is not is the last one.
    screen = settled(screen.segmented_control(key="lead_state__en").set_value("won"))
    assert "list_page" not in screen.query_params
    screen = opened("leads", lang="en", list_page="999")
    last = board(screen)
    assert last
    assert not last.keys() & second.keys()


def test_the_list_says_in_words_what_is_known_of_a_buyer() -> None:
    (listed,) = boards(opened("leads", lang="en"))
    assert [column["label"] for column in listed["columns"]][4] == "Can it buy?"
    ticks = listed["rows"][0]["cells"][4]["all"]
    assert [tick["word"] for tick in ticks] == ["need", "budget", "decider", "timing"]
    said = {True: "yes", False: "no", None: "not known"}
    assert all(tick["alt"].endswith(f": {said[tick['so']]}") for tick in ticks)
    kept = {column["label"] for column in listed["columns"] if column["on_cards"]}
    assert kept == {"Source", "Temperature", "Owner"}
    # What is known of none of them has no column.
    rows = leads(shown(opened("leads", lang="en"))).rows
    names = ["Phone", "Value", "Owner", "Source", "Temperature"]
    fields = ["phone", "amount", "owner", "source", "temperature"]
    for name, heading in zip(fields, names, strict=True):
        labels_left = [each.label for each in lead_list._headings(rows.assign(**{name: None}))]
        assert heading not in labels_left
        assert len(labels_left) == len(lead_list._headings(rows)) - 1


@pytest.mark.usefixtures("unanswered")
def test_a_page_of_the_list_asks_for_the_rows_that_it_shows() -> None:
    screen = opened("leads", lang="en", stage="lead")
    rows = leads(shown(screen)).rows
    pages: list[str] = []
    for number in (2, 1):
        screen = settled(screen.pagination[0].set_value(number))
        assert screen.query_params.get("list_page", "1") == str(number)
        pages += board(screen)
    assert len(set(pages)) == 2 * lead_list.ROWS
    # Whole, the list would take more than all that is kept.
    assert answers.cache().size < rows.memory_usage(deep=True).sum() / 2


def test_the_way_from_a_bar_to_its_leads_keeps_the_view() -> None:
    screen = opened("funnel", lang="en", channel="event", stage="opportunity")
    before = dict(screen.query_params)
    screen = moved(screen, "leads")
    assert dict(screen.query_params) == before
    assert len(board(screen)) == min(len(leads(shown(screen)).rows), lead_list.ROWS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_lead_says_whether_it_fits(lang: str) -> None:
    yes = {"en": "Fits", "vi": "Hợp chân dung khách hàng"}[lang]
    no = {"en": "Does not fit", "vi": "Không hợp chân dung khách hàng"}[lang]
    fits = "industry in ('manufacturing', 'food') and company_size not in ('1-9', '500+')"
    one = f"select min(lead_id) from leads group by {fits} order by {fits}"
    misfit, fitting = answers.store().generation().query(one).iloc[:, 0]
    for lead, said_of_it, other in ((fitting, yes, no), (misfit, no, yes)):
        told = [each.value for each in opened("leads", lang=lang, lead=lead).markdown]
        assert any(f"[{said_of_it}]" in each for each in told)
        assert not any(f"[{other}]" in each for each in told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_lead_has_an_address_and_tells_its_story(lang: str) -> None:
    screen = opened("leads", lang=lang, lead="L001000")
    told = "\n".join(each.value for each in screen.markdown)
    person = answers.store().generation().query("select * from leads where lead_id = 'L001000'")
    assert str(person["company"].iat[0]).split()[-1] in told
    assert {"en": "Came in from", "vi": "Vào từ"}[lang] in told
    assert to_copy(screen)[-1].endswith(f"/leads?v=2&lead=L001000&lang={lang}")


def test_the_story_says_for_how_long_nobody_was_in_touch(sample: Store) -> None:
    scope = Scope(View(), sample.generation())
    for lead_id in to_do.to_do(scope).rows["lead_id"].head(12):
        told = stories.story(scope, lead_id)
        contacts = told[told["kind"].isin(["created", "touch"])]
        quiet = (scope.as_of - contacts["happened_at"].iloc[-1]).days
        said = one_lead._silence(scope, told)
        assert (f" {quiet} " in said) if quiet >= 14 else not said
    # A move is no contact.
    moved = pd.DataFrame(
        {"kind": ["created", "stage"], "happened_at": [scope.as_of - 40 * DAY, scope.as_of]}
    )
    current.use("en")
    assert one_lead._silence(scope, moved) == "**No contact since it came in, for 40 days**"


def test_a_lead_that_is_not_there_is_said_not_to_be() -> None:
    screen = opened("leads", lang="en", lead="<b>nobody</b>")
    assert "is not in this data" in "\n".join(each.value for each in screen.markdown)
    assert screen.query_params["lead"] == "<b>nobody</b>"
