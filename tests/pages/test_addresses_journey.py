"""Addresses that are typed, kept or pasted: each leads to a page, whole and without complaint."""

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest

from tests.pages.conftest import AS_USUAL, Visit
from tests.support.browsing import (
    address,
    arrived,
    bar_of,
    body,
    choice,
    dialog,
    list_title,
    number,
    opened,
    query,
    reached,
    settled,
    turn_to,
    undisturbed,
    written,
)
from tests.support.screen import PAGES
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_wordmark_is_whole(
    browser: "Browser", server: Server, scheme: Literal["light", "dark"]
) -> None:
    """No ink at an edge where it would have been cut, in its own proportions, all of it in view."""
    with browser.new_context(**AS_USUAL, color_scheme=scheme) as context:
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
