"""Journeys: what people do, in a real browser against a real server, waiting on what they see."""

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.browsing import (
    address,
    arrived,
    bar_of,
    body,
    choice,
    dialog,
    figures,
    filtered,
    list_title,
    number,
    opened,
    query,
    settled,
    speak,
    turn_to,
    written,
)
from tests.support.patience import PATIENCE
from tests.support.screen import PAGES
from tests.support.serving import ROOT, Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page

Visit = Callable[..., "Page"]

_AS_USUAL: dict[str, Any] = {"viewport": {"width": 1440, "height": 1000}}

PLAIN_LINK = "A plain link instead, for those who may see everything"
"""Where those find links who want no share."""

CRM = """\
lead id,created at,source,company,SQL date,won date
A1,2026-01-05,seo,"=HYPERLINK(""http://bad"")",2026-01-09,2026-02-01
A2,2026-01-06,event,@SUM(A1),2026-01-12,
A3,2026-01-07,seo,Ba Con Cua,,
A4,not a day,seo,Ghost,,
"""


@pytest.fixture(scope="module")
def known(browser: "Browser") -> Iterator["BrowserContext"]:
    """A browser that has been here before: it need not fetch the fonts and scripts again."""
    with browser.new_context(**_AS_USUAL, locale="en-GB") as context:
        yield context


@pytest.fixture
def visit(browser: "Browser", known: "BrowserContext") -> Iterator[Visit]:
    """Opens an address as a new session; `stranger` does so in a browser that knows nothing."""
    with ExitStack() as leaving:

        def come(server: Server, path: str, *, stranger: bool = False) -> "Page":
            context = known
            if stranger:
                context = browser.new_context(**_AS_USUAL, locale="vi-VN")
                leaving.enter_context(context)
            page = context.new_page()
            leaving.callback(page.close)
            return opened(page, server, path)

        yield come


@pytest.fixture
def own_server(sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over a sample of this test's own, to load into; its store is beside its log."""
    shutil.copytree(sample_store, tmp_path / "store")
    with serving(tmp_path / "store", tmp_path / "server.log") as running:
        yield running


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A server over a store that is not there yet, to load into."""
    with serving(tmp_path / "store", tmp_path / "server.log") as running:
        yield running


@contextmanager
def undisturbed(context: "BrowserContext") -> Iterator[None]:
    """Nothing that a page asks for is refused meanwhile, and its console has no error."""
    complaints: list[str] = []

    def refused(response: Any) -> None:
        if response.status >= 400:
            complaints.append(f"{response.status} {response.url}")

    def told(message: Any) -> None:
        if message.type == "error":
            complaints.append(message.text)

    context.on("response", refused)
    context.on("console", told)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield
    context.remove_listener("response", refused)
    context.remove_listener("console", told)
    assert complaints == []


def store_of(server: Server) -> Store:
    return Store(server.log_file.parent / "store")


def reached(server: Server, page: "Page") -> list[int]:
    """What the funnel of the page's address is, from the same store."""
    view = View.from_query(query(page))
    rows = funnel(Scope(view, store_of(server).generation(view.data))).rows
    return [int(leads) for leads in rows["reached"]]


def test_a_deep_link_may_be_the_first_hit_of_a_process(visit: Visit, own_server: Server) -> None:
    page = visit(own_server, "/funnel?source=seo&tab=analysis&lang=en", stranger=True)
    assert query(page)["source"] == "seo"
    assert urlsplit(page.url).path == "/funnel"
    for name in ("Overview", "Funnel", "Leads", "Data", "Definitions"):
        assert page.get_by_role("navigation").get_by_role("link", name=name).is_visible()
    assert page.get_by_role("button", name="Filters").is_visible()
    assert "Page not found" not in body(page)
    assert bar_of(page, "Leads") == reached(own_server, page)[0] == 368
    assert "Traceback" not in own_server.log


@pytest.mark.parametrize("path", ["", *PAGES])
def test_no_page_is_refused_anything(
    visit: Visit, known: "BrowserContext", server: Server, path: str
) -> None:
    with undisturbed(known):
        page = visit(server, f"/{path}?lang=en")
        page.wait_for_load_state("networkidle")
    assert page.get_by_role("dialog").count() == 0  # "Page not found"


def test_the_start_page_has_a_name_too(visit: Visit, server: Server) -> None:
    page = visit(server, "/overview?lang=en&channel=event")
    assert page.get_by_role("heading", name="Overview", level=1).is_visible()
    assert query(page)["channel"] == "event"
    seen = address(page), body(page)
    assert (urlsplit(page.url).path, seen) == ("/", (address(page), body(page)))
    turn_to(page, "Funnel")
    page.go_back()
    settled(page, *seen)
    page.goto(f"{server.url}/definitions?lang=en")
    settled(page)
    page.goto(f"{server.url}/overview?{urlsplit(seen[0]).query}")
    settled(page, *seen)
    page.go_back()
    page.get_by_role("heading", name="Definitions", level=1).wait_for()


@pytest.mark.parametrize("path", ["/", "/overview", "/data", "/funnel?source=seo", "/definitions"])
def test_without_data_every_address_leads_somewhere(
    known: "BrowserContext", empty_server: Server, path: str
) -> None:
    title = "Definitions" if path == "/definitions" else "Data"
    page = known.new_page()
    with undisturbed(known):
        page.goto(empty_server.url + path)
        page.get_by_role("heading", name=title, level=1).wait_for()
        page.wait_for_load_state("networkidle")
    assert page.get_by_role("dialog").count() == 0
    page.close()


def test_the_first_file_is_loaded_at_data(
    known: "BrowserContext", empty_server: Server, tmp_path: Path
) -> None:
    page = known.new_page()
    page.goto(f"{empty_server.url}/data?lang=en")
    page.get_by_role("button", name="Load my data").click()
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files({"name": "crm.csv", "mimeType": "text/csv", "buffer": CRM.encode()})
    load(page)
    page.get_by_test_id("stAlert").filter(has_text="loaded").wait_for()
    assert Store(tmp_path / "store").current() == 1
    settled(page)
    assert urlsplit(page.url).path == "/data"
    page.reload()
    settled(page)
    assert page.get_by_role("heading", name="Data", level=1).is_visible()
    assert "Traceback" not in empty_server.log
    page.close()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_wordmark_is_whole(
    browser: "Browser", server: Server, scheme: Literal["light", "dark"]
) -> None:
    """No ink at an edge where it would have been cut, in its own proportions, all of it in view."""
    with browser.new_context(**_AS_USUAL, color_scheme=scheme) as context:
        page = opened(context.new_page(), server, "/definitions?v=1&lang=en")
        wordmark = page.get_by_test_id("stSidebarLogo")
        inked = wordmark.evaluate("""async picture => {
            await picture.decode();
            const canvas = document.createElement('canvas');
            const width = canvas.width = 4 * picture.naturalWidth;
            const height = canvas.height = 4 * picture.naturalHeight;
            const pen = canvas.getContext('2d');
            pen.drawImage(picture, 0, 0, width, height);
            const inked = (...box) => pen.getImageData(...box).data.some(value => value);
            return [inked(width - 2, 0, 2, height), inked(0, 0, width, 2),
                inked(0, height - 2, width, 2), inked(0, 0, width, height)];
        }""")
        assert inked == [False, False, False, True]
        drawn, natural, seen = wordmark.evaluate("""picture => {
            const box = picture.getBoundingClientRect();
            const seen = picture.closest('[data-testid=stSidebar]').getBoundingClientRect();
            return [[box.left, box.right, box.width / box.height],
                picture.naturalWidth / picture.naturalHeight, [seen.left, seen.right]];
        }""")
        left, right, proportions = drawn
        assert proportions == pytest.approx(natural, rel=0.02)
        assert seen[0] <= left < right <= seen[1]


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


def test_back_forward_reload_and_pages_keep_everything(visit: Visit, server: Server) -> None:
    page = visit(server, "/funnel?v=1&lang=en")
    seen = [(address(page), body(page))]

    def note() -> None:
        seen.append((address(page), body(page)))

    choice(page, "Level", "7 stages")
    arrived(page, level="stage")
    note()
    with dialog(page, "Filters", closes=True) as filters:
        filters.get_by_text("Counting").click()
        filters.get_by_text("Count moves in the period").click()
        filters.get_by_role("button", name="Apply").click()
    arrived(page, mode="flow")
    note()
    turn_to(page, "Leads")
    note()

    for there, text in reversed(seen[:-1]):
        page.go_back()
        settled(page, there, text)
    for there, text in seen[1:]:
        page.go_forward()
        settled(page, there, text)
    page.reload()
    settled(page, *seen[-1])
    kept = query(page)
    for name in ("Data", "Overview"):
        turn_to(page, name)
        assert query(page) == kept


def test_after_going_back_the_next_choice_counts(visit: Visit, server: Server) -> None:
    """Also at the very first address, which was shorter than what it became."""
    page = visit(server, "/funnel?v=1&lang=en")
    first = address(page), body(page)
    choice(page, "Level", "7 stages")
    arrived(page, level="stage")
    page.go_back()
    settled(page, *first)
    page.go_back()
    settled(page, *first)
    choice(page, "Level", "7 stages")
    arrived(page, level="stage")
    assert page.get_by_role("radio", name="7 stages").is_checked()


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


def test_what_a_pasted_link_says_in_vain_is_named(visit: Visit, server: Server) -> None:
    pasted = {"lang": "en", "colour": "red", "source": "seo,nosuch", "window": "soon"}
    page = visit(server, "/leads?lang=en&colour=red&source=seo,nosuch&window=soon")
    for _again in range(2):
        notice = page.get_by_role("alert").inner_text()
        for part in ("colour=red", "Source: nosuch", "window=soon"):
            assert part in notice
        assert list_title(page) == "Nothing is counted"
        assert written(page) == pasted
        page.reload()
        settled(page)
    page.get_by_role("button", name="Leave that part out").click()
    page.wait_for_url(lambda url: "colour" not in url, wait_until="commit")
    settled(page)
    assert query(page)["source"] == "nosuch,seo"
    assert number(list_title(page)) == reached(server, page)[0]


def load(page: "Page") -> None:
    """Goes through the steps of an import, as the files were recognised, and loads them."""
    for step in ("Next: columns", "Next: stages", "Next: check"):
        button = page.get_by_role("button", name=step)
        button.click()
        button.wait_for(state="detached")
    page.get_by_role("button", name=re.compile("^(arrow_forward )?Load \\d")).click()


def test_a_file_is_loaded_in_the_browser(visit: Visit, own_server: Server, tmp_path: Path) -> None:
    page = visit(own_server, "/data?v=1&lang=en")
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    rubbish: FilePayload = {
        "name": "rubbish.csv",
        "mimeType": "text/csv",
        "buffer": bytes(range(256)) * 40,
    }
    upload.set_input_files(rubbish)
    page.get_by_role("alert").wait_for()
    assert "rubbish.csv" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("button", name="Next: columns").is_disabled()
    assert store_of(own_server).current() == 1

    page.reload()
    settled(page)
    upload.set_input_files({"name": "crm.csv", "mimeType": "text/csv", "buffer": CRM.encode()})
    page.get_by_text("4 rows").first.wait_for()
    settled(page)
    page.evaluate(
        "new MutationObserver(() => { window.sawProgress ||="
        " !!document.querySelector('[data-testid=stProgress]') })"
        ".observe(document.body, {subtree: true, childList: true})"
    )
    load(page)
    told = page.get_by_test_id("stAlert").filter(has_text="loaded")
    told.wait_for()
    assert page.evaluate("window.sawProgress")
    assert re.findall(r"\d+", told.inner_text()) == ["3", "3", "1", "1"]
    assert store_of(own_server).current() == 2
    turn_to(page, "Overview")
    assert figures(page)[:4] == ["3", "1", "1", "–"]

    # A formula in the data is text in the CSV, which has as many rows as the bar says.
    turn_to(page, "Leads")
    choice(page, "Which leads", "All")
    arrived(page, tab="all")
    assert number(list_title(page)) == 3
    address = page.get_by_role("link", name="CSV").get_attribute("href")
    sent = page.request.get(urljoin(page.url, address))
    assert sent.headers["content-disposition"] == 'attachment; filename="pheu-leads.csv"'
    rows = list(csv.DictReader(sent.body().decode("utf-8-sig").splitlines()))
    assert {row["Lead id"] for row in rows} == {"A1", "A2", "A3"}
    assert {row["Company"] for row in rows} == {
        '\'=HYPERLINK("http://bad")',
        "'@SUM(A1)",
        "Ba Con Cua",
    }
    assert "Traceback" not in own_server.log


def test_a_page_kept_open_while_new_data_comes(
    visit: Visit, own_server: Server, tmp_path: Path
) -> None:
    page = visit(own_server, "/?v=1&lang=en")
    page.clock.install()
    page.reload()
    settled(page)
    before = figures(page)
    page.get_by_role("button", name="Share").click()
    page.get_by_text(PLAIN_LINK).click()
    page.get_by_role("button", name="Make a frozen link").click()
    shown = page.get_by_test_id("stCode").filter(has_text=own_server.url)
    shown.nth(1).wait_for()
    links = shown.all_inner_texts()
    assert "data" not in dict(parse_qsl(urlsplit(links[0]).query))
    assert dict(parse_qsl(urlsplit(links[1]).query))["data"].startswith("1-")
    page.keyboard.press("Escape")

    idle = visit(own_server, "/funnel?v=1&tab=analysis&lang=en")
    (tmp_path / "crm.csv").write_text(CRM, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "data", "load", str(tmp_path / "crm.csv"),
         "--store", str(tmp_path / "store"), "--replace"],
        cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    assert figures(page) == before
    page.clock.fast_forward(25_000)  # the page asks now and then whether there is new data
    page.get_by_role("button", name="New data: show it").click()
    page.get_by_text("Sample data").wait_for(state="detached")
    settled(page)
    assert figures(page)[:4] == ["3", "1", "1", "–"]

    # Whoever does not press it sees the new numbers with the next click, and no error.
    choice(idle, "Level", "7 stages")
    arrived(idle, level="stage")
    assert bar_of(idle, "Won") == 1

    frozen = visit(own_server, links[1])
    assert figures(frozen) == before
    assert query(frozen)["data"].startswith("1-")
    assert frozen.get_by_role("button", name="Data version 1").is_visible()
    assert "Traceback" not in own_server.log


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
