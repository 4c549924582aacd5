"""To do: the list is the answer, whoever looks; it ends in calls, a message and a file."""

import json
import re

import pandas as pd
import pytest

from analytics.leads.company_names import short
from analytics.leads.to_do import let_go, listing, of_today, overdue, to_do
from tests.support.screen import (
    LANGUAGES,
    board,
    boards,
    dialog,
    opened,
    said,
    says,
    settled,
    shown,
    to_copy,
)
from ui.language import formats
from ui.leads.work_list import ROWS

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "To do", "vi": "Việc cần làm"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_leads_to_call_are_those_of_the_answer(lang: str) -> None:
    screen = opened("to_do", lang=lang, period="last-30d", stage="customer")
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    rows = to_do(scope).rows
    seen = board(screen)
    assert list(seen) == rows["lead_id"].head(ROWS).tolist()
    first = rows.iloc[0]
    assert seen[first["lead_id"]][0].startswith(short(first["company"]))
    assert "%" in seen[first["lead_id"]][4]
    everybody = listing(scope.at(of_today(scope.view)))
    text = said(screen)
    assert formats.number(overdue(everybody).count() - ROWS) in text
    assert formats.number(let_go(everybody).count()) in text


def test_the_leads_to_let_go_are_apart_and_have_a_link() -> None:
    screen = opened("to_do", lang="en")
    apart = let_go(listing(shown(screen)))
    screen = settled(screen.button(key="to_do_let_go__en").click())
    assert screen.query_params["tab"] == "let-go"
    assert screen.header[0].value == f"{formats.number(apart.count())} leads to let go"
    rows = apart.page(0, ROWS)
    assert list(board(screen)) == rows["lead_id"].tolist()
    # Whose they are, and no word of calling them.
    assert [cells[-1] for cells in board(screen).values()] == rows["owner"].fillna("–").tolist()
    # A small chance is not none, and one that is not known is no blank.
    for lead_id, chance in apart.page(0, ROWS).set_index("lead_id")["chance"].items():
        worth = board(screen)[lead_id][4]
        assert not worth.endswith("× 0%")
        assert worth.endswith("chance not known") == pd.isna(chance)
    screen = settled(screen.button(key="to_do_back__en").click())
    assert "tab" not in screen.query_params


def test_the_leads_at_one_stage_have_a_link() -> None:
    screen = opened("to_do", lang="en", team="TP.HCM 2")
    everybody = to_do(shown(screen)).rows
    screen = settled(screen.selectbox(key="to_do_stage__en").set_value("at-sal"))
    assert screen.query_params["tab"] == "at-sal"
    at_sal = everybody.loc[everybody["stage"] == "sal", "lead_id"]
    assert list(board(screen)) == at_sal.head(ROWS).tolist()
    # A stage that is not there has nobody, and nobody else.
    screen = opened("to_do", lang="en", tab="at-nowhere")
    assert "No lead is overdue" in said(screen)


def test_a_team_and_then_a_person_are_chosen() -> None:
    screen = opened("to_do", lang="vi")
    screen = settled(screen.pills(key="to_do_team__vi").set_value("TP.HCM 2"))
    assert screen.query_params["team"] == "TP.HCM 2"
    owner = str(to_do(shown(screen)).rows["owner"].iat[0])
    screen = settled(screen.pills(key="to_do_owner__vi").set_value(owner))
    assert screen.query_params["owner"] == owner
    rows = to_do(shown(screen)).rows
    assert set(rows["owner"]) == {owner}
    assert list(board(screen)) == rows["lead_id"].head(ROWS).tolist()
    # Another team has other people.
    screen = settled(screen.pills(key="to_do_team__vi").set_value("Hà Nội"))
    assert "owner" not in screen.query_params


def test_the_message_names_the_leads_in_order_and_judges_nobody() -> None:
    screen = opened("to_do", lang="vi", team="TP.HCM 2")
    (text,) = to_copy(screen)
    heading, *lines = text.splitlines()
    rows = to_do(shown(screen)).rows.head(ROWS)
    assert heading == f"TP.HCM 2 – {len(rows)} lead cần xử lý trước:"
    for place, (line, company) in enumerate(zip(lines, rows["company"], strict=True), start=1):
        assert line.startswith(f"{place}) {short(company)}, ")
    assert "%" not in text
    assert re.search(r"0\d{3} \d{3} \d{3}", text)


def test_what_is_overdue_is_said_with_its_limits() -> None:
    screen = dialog(opened("to_do", lang="en"), "how_to_do")
    text = "\n".join(each.value for each in screen.markdown)
    assert "SAL 14 days" in text
    assert "longer than 90 days" in text
    assert "this page has no period" in text
    assert "Period:" not in text


def test_filters_that_leave_nobody_are_offered_to_be_dropped() -> None:
    screen = opened("to_do", lang="en", team="Hà Nội", region="Atlantis")
    assert [each.value for each in screen.header] == ["No lead fits this view"]
    assert "The filters together leave nobody." in said(screen)
    assert not boards(screen)
    (drop,) = (each for each in screen.button if each.label.startswith("Drop the filter Region"))
    screen = settled(drop.click())
    assert "region" not in screen.query_params
    assert screen.query_params["team"] == "Hà Nội"
    assert board(screen)


def test_what_a_call_costs_parts_the_late_leads_in_two_lists() -> None:
    screen = opened("to_do", lang="en")
    late = listing(shown(screen)).where("state <> 'in_time'").count()
    screen = dialog(screen, "call_cost")
    screen = settled(screen.number_input(key="setting_call_cost__en").set_value(3_000_000))
    screen = dialog(screen, "call_cost")
    screen = settled(screen.number_input(key="setting_margin__en").set_value(30))
    assert says(screen, "call_cost") == "3000000"
    assert says(screen, "margin") == "30"
    screen = dialog(screen, "call_cost")
    everywhere = [json.loads(each.proto.json) for each in screen.get("bidi_component")]
    (left,) = [each for each in everywhere if "left after" in each.get("caption", "")]
    opportunity = left["rows"][-1]["cells"]
    assert opportunity[0]["value"] == "Opportunity"
    assert re.fullmatch(r"\d+%", opportunity[1]["value"])
    assert re.fullmatch(r"\d+%–\d+% · [\d,]+", opportunity[1]["note"])  # range, leads
    assert re.fullmatch(r"\d+ days", opportunity[-1]["value"])
    query = {"v": "1", "call_cost": "3000000", "margin": "30"}
    screen = opened("to_do", lang="en", **query)
    apart = let_go(listing(shown(screen))).count()
    worth = len(to_do(shown(screen)).rows)
    assert apart + worth == late
    assert f"{formats.number(apart)} leads can bring less than a call costs." in said(screen)
    screen = opened("to_do", lang="en", tab="let-go", **query)
    assert screen.header[0].value == f"{formats.number(apart)} leads to let go"
    assert "less than the ₫3M that a call costs" in said(screen)
    back = screen.button(key="to_do_back__en")
    assert back.label == f"{formats.number(worth)} still worth a call"


def test_there_is_a_calendar_for_each_owner() -> None:
    screen = dialog(opened("to_do", lang="vi", team="TP.HCM 2"), "to_do_calendar")
    owners = to_do(shown(screen)).rows["owner"].value_counts()
    labels = {each.proto.label: each.proto.url for each in screen.get("link_button")}
    for owner, leads in owners.items():
        assert "export/calls.ics?" in labels[f"{owner} · {leads}"]
