"""Sources: which one deserves the next money, in the words and numbers of the answers."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from analytics.scope import Scope
from analytics.sources.reallocation import moved
from analytics.sources.scoreboard import Scoreboard, scoreboard
from analytics.view.scenario import Move
from analytics.view.view import View
from data.store import Generation
from tests.pages.conftest import ODD, Serve
from tests.pages.test_links import EXTREME
from tests.support.browsing import opened as browsed
from tests.support.screen import (
    bare,
    boards,
    dialog,
    how_counted,
    notice,
    opened,
    said,
    settled,
    shown,
)
from tests.support.serving import serving
from ui.language import current, formats, labels
from ui.sources import common_paths, next_money
from ui.sources import scoreboard as board_card

if TYPE_CHECKING:
    from playwright.sync_api import Browser

YEAR = View.from_link("period=last-365d")[0]


@pytest.fixture
def whole(serve: Serve, whole_sample: Generation) -> Generation:
    """The pages read the sample with all of its leads."""
    serve(whole_sample.store.root)
    return whole_sample


@pytest.fixture(scope="module")
def found(whole_sample: Generation) -> Scoreboard:
    return scoreboard(Scope(YEAR, whole_sample))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_bare_address_says_which_source_deserves_money(
    whole: Generation, found: Scoreboard, lang: str
) -> None:
    assert common_paths.are_many(Scope(replace(YEAR, by="source"), whole))
    young = View.from_link("period=last-7d&by=source")[0]
    assert not common_paths.are_many(Scope(young, whole)), "nothing is as high as the picture"
    screen = bare("sources", lang=lang)
    headings = [heading.value for heading in screen.header]
    webinar = labels.value_label("source", "webinar")
    assert len(headings) == 4
    assert webinar in headings[0]
    assert headings[1] == board_card.finding(found)
    assert all(len(heading) <= 60 for heading in headings)
    text = said(screen)
    # Twelve months, whatever the other pages open with.
    assert formats.money(found.price, "VND") in text
    for word in ("q <", "n=", "Wilson", "Poisson", "Markov", "Shapley", "ROI", "rốt cuộc", "95%"):
        assert word not in text
    assert "q <" in how_counted(screen, "scoreboard").replace("\N{NO-BREAK SPACE}", " ")
    assert whole.number == shown(screen).generation.number


def test_the_board_is_the_answer(whole: Generation, found: Scoreboard) -> None:
    screen = bare("sources", lang="en")
    board = next(each for each in boards(screen) if len(each["columns"]) == 9)
    rows = board_card.shown(found).to_dict("records")
    assert [row["id"] for row in board["rows"]] == [row["segment"] for row in rows]
    for told, row in zip(board["rows"], rows, strict=True):
        texts = [cell.get("value", cell.get("word")) for cell in told["cells"]]
        assert texts[0] == labels.value_label("source", row["segment"])
        assert texts[3] == formats.number(row["leads"])
        assert texts[4].split(" → ")[0] == formats.number(row["customers"])
        assert texts[6] == formats.number(row["cost_a_customer"] / 1e6, 1)
        assert texts[8] == formats.money(row["revenue_per_unit"], "VND")
    # What has no cost is one line, and no row.
    assert "11 **without a cost**" in said(screen)
    assert "referral" not in [row["id"] for row in board["rows"]]
    margin = bare("sources", lang="en", margin="40", v="2")
    board = next(each for each in boards(margin) if len(each["columns"]) == 9)
    assert board["columns"][8]["label"] == "Return per 1 spent, at 40% margin"


def test_money_moves_on_trial_and_the_link_keeps_it(whole: Generation, found: Scoreboard) -> None:
    screen = dialog(bare("sources", lang="en"), "try_moving")
    expected = moved(found, Move(100_000_000, "purchased_list", "webinar"))
    assert expected.difference.customers == pytest.approx(25, abs=1)
    sentence = next_money.said(found, expected.move)
    assert "about 25 more customers (from 15 to 38)" in sentence
    assert sentence in said_in_dialog(screen)
    screen = settled(screen.button("keep_move__en").click())
    view = shown(screen).view
    assert view.scenario.move == expected.move
    # The link says it, whoever opens it.
    again = bare("sources", **{name: str(each) for name, each in view.to_short_query().items()})
    assert next_money.said(found, view.scenario.move) in said(again)
    dropped = settled(again.button("drop_move__en").click())
    assert shown(dropped).view.scenario.move is None
    assert whole.number


def test_a_move_beyond_what_is_known_is_cut_and_said(found: Scoreboard) -> None:
    current.use("en")
    too_much = next_money.said(found, Move(500_000_000, "google_ads", "webinar"))
    assert "Move ₫114.2M from Google Ads to Webinars" in too_much
    assert "over twice what was ever spent on Webinars" in too_much
    assert "No more was spent on" in next_money.said(found, Move(10**12, "blog", "google_ads"))
    assert "is unclear" in next_money.said(found, Move(10**8, "google_ads", "facebook_ads"))
    unknown = next_money.said(found, Move(10**8, "referral", "webinar"))
    assert unknown == "What money brings at Referral is not known."


def said_in_dialog(screen: AppTest) -> str:
    return "\n".join(each.value for each in screen.markdown)


def test_another_way_of_giving_credit_is_chosen_in_a_dialog(whole: Generation) -> None:
    screen = dialog(bare("sources", lang="en"), "compare_credit")
    assert "customers, by way of credit" in said_in_dialog(screen)
    screen = settled(screen.pills(key="credited__en").set_value("last"))
    assert shown(screen).view.credit.credited == "last"
    screen = settled(screen)
    assert "Credit: last source." in said(screen)
    view = replace(YEAR, credit=shown(screen).view.credit)
    assert board_card.finding(scoreboard(Scope(view, whole))) in said(screen)


def test_a_row_opens_its_source(whole: Generation) -> None:
    screen = bare("sources", lang="en")
    screen.session_state["source_opened"] = "blog"
    screen = settled(screen)
    text = said_in_dialog(screen)
    assert "A customer costs" in text
    assert "points the other way" in text
    ways = [link.proto.query_string for link in screen.get("page_link")]
    assert sum("source=blog" in way for way in ways) == 4
    assert whole.number


def test_the_deeper_part_is_a_link_of_its_own(sample: object) -> None:
    screen = settled(bare("sources", lang="en").button("deeper__en").click())
    assert shown(screen).view.tab == "analysis"
    assert len(screen.header) > 8
    screen = settled(screen.button("back_from_deeper__en").click())
    assert shown(screen).view.tab is None
    assert sample


@pytest.mark.usefixtures("sample")
def test_unknown_costs_are_asked_for() -> None:
    owner = str(bare_owner())
    screen = opened("sources", lang="en", owner=owner)
    text = said(screen)
    assert "Where the next money should go is not known yet" in text
    assert "Spend is not known by owner" in text


def bare_owner() -> str:
    generation = shown(bare("sources", lang="en")).generation
    rows = generation.query(
        "select owner from leads where owner is not null order by owner limit 1"
    )
    return str(rows["owner"].iat[0])


@pytest.mark.usefixtures("sample")
def test_nobody() -> None:
    screen = opened("sources", lang="en", from_="2026-08-02", to="2026-08-02", source="tv")
    assert not notice(screen)
    assert not screen.get("plotly_chart")
    assert "No lead fits this view" in [heading.value for heading in screen.header]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("query", EXTREME)
def test_no_link_breaks_it(query: dict[str, str]) -> None:
    opened("sources", lang="vi", **query)


@pytest.mark.parametrize("name", ODD)
def test_odd_stores_can_be_looked_at(name: str, serve: Serve, odd: dict[str, Path]) -> None:
    serve(odd[name])
    for query in ({}, {"by": "campaign", "credited": "linear", "margin": "30"}):
        opened("sources", lang="en", **query)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_titles_have_room(found: Scoreboard, lang: str) -> None:
    current.use(lang)
    assert len(board_card.finding(found)) <= 60


def test_a_head_of_marketing_finds_out_with_one_click(
    browser: "Browser", whole_sample: Generation, tmp_path: Path
) -> None:
    """From a bare address to the source that deserves money, and with one more to the reason."""
    shutil.copytree(whole_sample.store.root, tmp_path / "store")
    with (
        serving(tmp_path / "store", tmp_path / "server.log") as server,
        browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN") as context,
    ):
        page = browsed(context.new_page(), server, "/")
        page.get_by_role("link", name="Nguồn").click()
        page.get_by_role("heading", name="100 triệu ₫ tiếp theo: ưu tiên Hội thảo").wait_for()
        page.get_by_role("heading", name="3 nguồn đáng tăng, 2 nguồn nên giảm").wait_for()
        assert urlsplit(page.url).query in ("v=2&lang=vi", "lang=vi&v=2")
        page.get_by_role("button", name="Blog", exact=True).click()
        reason = page.get_by_role("dialog").get_by_text("Mỗi khách tốn")
        reason.wait_for()
        page.keyboard.press("Escape")
        reason.wait_for(state="detached")
        assert not page.get_by_text("Traceback").count()
