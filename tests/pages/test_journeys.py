"""Journeys: what people do, in a real browser against a real server, waiting on what they see."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.pages.conftest import Visit
from tests.support.browsing import (
    PLAIN_LINK,
    address,
    arrived,
    bar_of,
    body,
    dialog,
    figures,
    filtered,
    list_title,
    number,
    opened,
    query,
    reached,
    settled,
    speak,
    turn_to,
)
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def test_how_it_is_counted_is_a_key_away(visit: Visit, server: Server) -> None:
    page = visit(server, "/funnel?v=1&lang=en")
    page.get_by_role("button", name="How counted").first.focus()
    page.keyboard.press("Enter")
    opened_up = page.get_by_role("dialog")
    opened_up.get_by_text("As of:").wait_for()
    opened_up.get_by_text("SQL", exact=True).click()
    opened_up.get_by_text(re.compile("-- duckdb 1.duckdb")).wait_for()
    page.keyboard.press("Escape")
    opened_up.wait_for(state="detached")


def test_a_filter_goes_into_the_address_and_to_a_colleague(visit: Visit, server: Server) -> None:
    page = visit(server, "/?v=1&lang=en")
    before = figures(page)
    filtered(page, "Channel", "Events")
    arrived(page, channel="event")
    mine = figures(page)
    assert mine != before
    assert number(mine[0]) == reached(server, page)[0]
    assert page.get_by_role("button", name="Channel: Events").is_visible()

    theirs = visit(server, address(page), stranger=True)
    assert figures(theirs) == mine
    assert query(theirs) == query(page)
    page.get_by_role("button", name="Channel: Events").click()
    arrived(page, channel="all")
    assert figures(page) == before


def test_two_quick_changes_both_count(visit: Visit, server: Server) -> None:
    """The second is sent before the first one's address has come back."""
    page = visit(server, "/funnel?v=1&lang=en")
    for name in ("7 stages", "VI"):  # no waiting in between
        page.evaluate(
            "name => [...document.querySelectorAll('[role=radio]')]"
            ".find(radio => radio.innerText.trim() == name).click()",
            name,
        )
    arrived(page, level="stage", lang="vi")
    assert page.get_by_role("radio", name="7 giai đoạn").is_checked()


def led_to(page: "Page") -> int:
    """How many leads the link below the pair says that it leads to."""
    way = page.get_by_role("link", name=re.compile(r"(See the|Xem) \d"))
    return number(way.inner_text())


def test_the_language_changes_nothing_else(visit: Visit, server: Server) -> None:
    page = visit(server, "/funnel?lang=en&by=team&stage=opportunity")
    filtered(page, "Channel", "Events")
    arrived(page, channel="event")
    kept, led = query(page), led_to(page)
    speak(page, "VI")
    assert query(page) == kept | {"lang": "vi"}
    assert page.get_by_role("button", name="Kênh: Sự kiện").is_visible()
    assert led_to(page) == led
    turn_to(page, "Lead")
    turn_to(page, "Phễu")
    assert query(page) == kept | {"lang": "vi"}
    page.reload()
    settled(page)
    assert query(page) == kept | {"lang": "vi"}
    assert led_to(page) == led
    with dialog(page, "Bộ lọc"):
        page.get_by_role("button", name="Remove Sự kiện").wait_for()
    speak(page, "EN")
    assert query(page) == kept
    assert led_to(page) == led


def click_bar(page: "Page", step: str) -> None:
    """Clicks on a funnel's bar, just below where its step's name stands."""
    chart = page.locator(".js-plotly-plot").first
    surface, label = chart.locator(".nsewdrag").first, chart.locator(".annotation-text")
    name, room = label.filter(has_text=step).bounding_box(), surface.bounding_box()
    assert name
    assert room
    below = name["y"] + name["height"] + 16 - room["y"]
    surface.click(position={"x": name["x"] + 8 - room["x"], "y": below})


def test_a_bar_leads_to_its_leads(visit: Visit, server: Server) -> None:
    page = visit(server, "/?lang=en&channel=event")
    click_bar(page, "Opportunities")
    arrived(page, stage="opportunity")
    count = bar_of(page, "Opportunities")
    assert count == reached(server, page)[2]
    way = page.get_by_role("link", name=re.compile(r"See the \d"))
    assert number(way.inner_text()) == count
    way.click()
    page.get_by_role("heading", name="leads reached").wait_for()
    settled(page)
    assert urlsplit(page.url).path == "/leads"
    assert number(list_title(page)) == count
    assert "Opportunities" in list_title(page)


def test_a_bar_of_a_pair_leads_to_its_leads(visit: Visit, server: Server) -> None:
    page = visit(server, "/funnel?lang=en&channel=event")
    click_bar(page, "Opportunities")
    arrived(page, stage="opportunity")
    by_mouse = address(page)
    count = led_to(page)
    assert count == reached(server, page)[2]
    page.get_by_role("link", name=re.compile(r"See the \d")).click()
    page.get_by_role("heading", name="leads reached").wait_for()
    settled(page)
    assert number(list_title(page)) == count

    page.goto(server.url + "/funnel?lang=en&channel=event")
    settled(page)
    page.get_by_role("combobox", name="List the leads of a step").focus()
    page.keyboard.type("Opportunities")
    page.keyboard.press("Enter")
    arrived(page, stage="opportunity")
    assert address(page) == by_mouse
    assert led_to(page) == count


def test_a_bar_can_be_clicked_again_and_again(visit: Visit, server: Server) -> None:
    """Let go and chosen anew, after another one, after going back, in the other language."""
    page = visit(server, "/funnel?v=1&lang=en")
    click_bar(page, "Customers")
    arrived(page, stage="customer")
    click_bar(page, "Customers")  # the second click takes nothing away
    page.get_by_label("Clear value").first.click()
    arrived(page, stage="none")
    click_bar(page, "Customers")
    arrived(page, stage="customer")
    customers = address(page), body(page)
    click_bar(page, "Prospects")
    arrived(page, stage="prospect")
    page.go_back()
    settled(page, *customers)  # the address alone is back before the server has heard of it
    speak(page, "VI")
    assert query(page)["stage"] == "customer"
    click_bar(page, "Tiềm năng")
    arrived(page, stage="prospect")


def test_the_period_is_two_clicks_in_the_calendar(visit: Visit, server: Server) -> None:
    page = visit(server, "/?lang=en&from=2026-03-01&to=2026-03-31")
    with dialog(page, re.compile("Mar"), closes=True):
        page.get_by_role("button", name="Choose date range").click()
        for day in (" 5 March 2026", " 12 March 2026"):  # as this browser's locale says it
            page.get_by_role("button", name=re.compile(day)).click()
    arrived(page, **{"from": "2026-03-05", "to": "2026-03-12"})
    assert number(figures(page)[0]) == reached(server, page)[0]


def test_two_tabs_do_not_disturb_each_other(visit: Visit, server: Server) -> None:
    one = visit(server, "/?lang=en&channel=event")
    other = opened(one.context.new_page(), server, address(one))
    before = figures(other)
    one.get_by_role("button", name="Reset").click()
    arrived(one, channel="all")
    speak(other, "VI")
    assert query(other)["channel"] == "event"
    assert query(one)["lang"] == "en"
    assert [number(text) for text in figures(other)[:4]] == [number(text) for text in before[:4]]


def grid_cell(page: "Page", table: "Locator", row: int) -> None:
    """Clicks at the left of a row of a table, the first one being 0: it is painted, not written."""
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 16, box["y"] + 35 * (row + 1.5))


def type_weight(page: "Page", place: int, percent: str) -> None:
    """Types the weight of a role, by its place, of the first model in the table of weights."""
    table = page.get_by_role("dialog").get_by_test_id("stDataFrame")
    grid_cell(page, table, 0)
    # What is painted has cells of its own for those who cannot see it; they say which is chosen.
    chosen = "[role=gridcell][aria-selected=true][aria-colindex='{}']"
    table.locator(chosen.format(1)).wait_for(state="attached")
    for step in range(place):
        page.keyboard.press("ArrowRight")
        table.locator(chosen.format(step + 2)).wait_for(state="attached")
    page.keyboard.press("Enter")
    field = page.locator("#portal textarea")
    field.fill(percent)
    field.press("Enter")


def test_a_weight_goes_into_the_address_and_to_a_colleague(visit: Visit, server: Server) -> None:
    page = visit(server, "/sources?lang=en&tab=analysis&model=u")
    before = address(page), body(page)
    assert "the models say little" in before[1]
    with dialog(page, "Rules of credit"):
        type_weight(page, 1, "70")
        page.get_by_text("U adds up to 130%: 30% too many.").wait_for()
        assert query(page)["weights"].startswith("u:40-0-0-40-20,")
        type_weight(page, 4, "10")
        page.wait_for_url(re.compile("u%3A70-0-0-10-20"), wait_until="commit")
        settled(page)
    # Closed, the rules are shown in what they make of the page.
    page.wait_for_function(
        "was => document.querySelector('[data-testid=stMainBlockContainer]').innerText != was",
        arg=before[1],
    )
    settled(page)
    after = address(page), body(page)

    theirs = visit(server, after[0], stranger=True)
    assert query(theirs) == query(page)
    assert body(theirs) == after[1]
    page.go_back()
    settled(page, *before)
    page.go_forward()
    settled(page, *after)


def test_a_source_leads_to_its_campaigns_and_these_to_their_leads(
    visit: Visit, server: Server
) -> None:
    page = visit(server, "/sources?v=1&lang=en&tab=analysis")
    tables = page.get_by_role("table").filter(has_text="CAC")
    tables.first.get_by_role("button").first.click()
    page.get_by_text("by campaign").wait_for()
    settled(page)
    way = page.get_by_role("link", name=re.compile(r"See the \d"))
    of_source = number(way.inner_text())
    tables.nth(1).get_by_role("button").first.click()
    page.get_by_label("One campaign").wait_for()
    way.filter(has_not_text=f"{of_source:,}").wait_for()
    settled(page)
    leads = number(way.inner_text())
    assert 0 < leads < of_source
    way.click()
    page.get_by_role("heading", name="Leads", level=1, exact=True).wait_for()
    settled(page)
    assert urlsplit(page.url).path == "/leads"
    assert query(page)["campaign"] != "all"
    assert number(list_title(page)) == leads
    page.go_back()
    page.get_by_role("heading", name="Sources", level=1, exact=True).wait_for()
    settled(page)
    assert query(page)["campaign"] == "all"


def test_from_a_bottleneck_to_what_it_would_bring(visit: Visit, server: Server) -> None:
    """A row that is picked is opened, and in the address; a slider answers at once."""
    page = visit(server, "/bottlenecks?v=1&lang=en")
    row = page.get_by_role("table").get_by_role("button").nth(1)
    place = row.inner_text()
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("place="), wait_until="commit")
    page.get_by_role("heading", name=place).first.wait_for()
    settled(page)
    page.get_by_role("button", name="What if it were as before?").click()
    arrived(page, tab="what-if")
    value = page.get_by_test_id("stMetricValue")
    was = value.inner_text()
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url(re.compile("scenario=rate"), wait_until="commit")
    value.filter(has_text="→").wait_for()
    settled(page)
    tried = value.inner_text()
    now, then = (number(part) for part in tried.split("→"))
    assert now == number(was) < then
    assert number(page.get_by_test_id("stMetricDelta").inner_text()) == then - now
    kept = query(page)
    with dialog(page, "Share") as share:
        share.get_by_text(PLAIN_LINK).click()
        link = kept["scenario"].replace(":", "%3A")
        share.get_by_text(link).first.wait_for()
    colleague = visit(server, address(page), stranger=True)
    assert colleague.get_by_test_id("stMetricValue").inner_text() == tried
    page.get_by_role("button", name="As things are").click()
    value.filter(has_not_text="→").wait_for()
    settled(page)
    assert value.inner_text() == was
    assert "scenario" not in query(page) or query(page)["scenario"] == "none"


def test_the_overview_and_bottlenecks_speak_of_one_bottleneck(visit: Visit, server: Server) -> None:
    page = visit(server, "/?lang=en&benchmark=best")
    told = body(page)
    page.get_by_role("link", name="See why →").first.click()
    page.get_by_role("heading", name="Bottlenecks", level=1, exact=True).wait_for()
    settled(page)
    row = page.get_by_role("table").locator("button[aria-current=true]")
    row.wait_for()
    assert row.inner_text() in told
