"""What a keyboard, a screen reader and a calm eye need of a page, measured in a real browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support import browsing
from tests.support.axe import violations
from tests.support.screen import PAGES, WITH_NUMBERS
from tests.support.serving import Server
from ui.theme import DARK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHIFTED = (
    "window.shift = 0; new PerformanceObserver(all => { for (const each of all.getEntries())"
    " if (!each.hadRecentInput) window.shift += each.value })"
    ".observe({type: 'layout-shift', buffered: true})"
)
MOST_SHIFT = 0.1
"""Google's bound for a page that does not jump (Core Web Vitals, cumulative layout shift)."""

MOST_ROOM = 70
"""Px between the last thing in a card and its lower edge, of which 16 are its padding."""

ROOM = """[...document.querySelectorAll('[class*="st-key-card_"]')].map(card => {
    const things = [...card.querySelectorAll('*')].filter(each => each.shadowRoot
        || /^(canvas|svg|button|input)$/i.test(each.tagName)
        || [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
    const lowest = Math.max(...things.map(each => each.getBoundingClientRect())
        .filter(box => box.width > 1 && box.height > 1).map(box => box.bottom));
    return [card.querySelector('h2')?.innerText, card.getBoundingClientRect().bottom - lowest];
})"""


@pytest.fixture(scope="module")
def page(browser: "Browser") -> Iterator["Page"]:
    """A browser's page in which axe may run; the product's own policy lets no script of others."""
    with browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="vi-VN", bypass_csp=True
    ) as context:
        page = context.new_page()
        page.add_init_script(SHIFTED)
        yield page


# As wide as that now, with what is drawn to the width: figures follow a moment later.
NOTHING_AT_THE_SIDE = """width => innerWidth == width
    && document.documentElement.scrollWidth <= width"""

# Figures, links and tabs of which the end is cut off.
SHORTENED = """() => [...document.querySelectorAll('[data-testid=stMain] :is('
    + '[data-testid=stMetricValue], [data-testid=stPageLink-NavLink], .stTabs [role=tablist]) *')]
    .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
    .map(each => each.innerText)"""

WITH_FIGURES = set(PAGES) - {"data", "definitions"}
# Where the first thing with a number in it ends that is no control, in px from the top.
FIRST_FIGURE = """() => {
    const told = document.querySelectorAll('[data-testid=stMain] h2'
        + ', [data-testid=stMetricValue], [class*=st-key-headline_] p');
    const numbers = [...told].filter(each => /\\d/.test(each.innerText));
    return Math.min(...numbers.map(each => each.getBoundingClientRect().bottom));
}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule_and_does_not_jump(page: "Page", server: Server, name: str) -> None:
    page.emulate_media(color_scheme="light")
    browsing.opened(page, server, f"/{'' if name == 'overview' else name}?lang=vi")
    shift = page.evaluate("window.shift")
    if name in WITH_NUMBERS:
        assert [each for each in page.evaluate(ROOM) if each[1] > MOST_ROOM] == []
    assert violations(page) == []
    browsing.turned(page, DARK)
    assert violations(page, "color-contrast") == []
    assert shift < MOST_SHIFT
    page.set_viewport_size({"width": 1024, "height": 768})
    page.wait_for_function(NOTHING_AT_THE_SIDE, arg=1024, polling=50)
    assert page.evaluate(SHORTENED) == []
    page.set_viewport_size({"width": 390, "height": 844})
    if name in WITH_FIGURES:
        page.wait_for_function(f"() => ({FIRST_FIGURE})() <= 844", polling=50)
    page.wait_for_function(NOTHING_AT_THE_SIDE, arg=390, polling=50)
    assert page.evaluate(SHORTENED) == []
    page.set_viewport_size({"width": 1440, "height": 900})


def test_the_keyboard_comes_back_to_the_source_whose_dialog_is_closed(
    page: "Page", server: Server
) -> None:
    browsing.opened(page, server, "/sources?lang=en")
    source = page.locator(".board tbody button").first
    name = source.inner_text()
    source.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name=name).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_function(
        "name => document.activeElement?.shadowRoot?.activeElement?.innerText === name", arg=name
    )


def test_buttons_speak_the_language_of_the_page_and_copy_by_keyboard(
    page: "Page", server: Server
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browsing.opened(page, server, "/to_do?lang=vi")
    page.get_by_role("button", name="Trang 2", exact=True).wait_for()
    copy = page.get_by_role("button", name="Chép tin nhắn")
    copy.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Đã chép").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Tất cả đội – 10 lead")
    page.get_by_role("button", name="Bộ lọc").click()
    page.get_by_placeholder("Tìm bộ lọc").fill("doi")
    page.get_by_text("Nhấn Enter để áp dụng").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Đóng").first.click()
    page.get_by_role("link", name="Đến thẳng nội dung chính").wait_for(state="attached")
    # What is Streamlit's own in English is so again, also on what is drawn already.
    browsing.speak(page, "EN")
    page.get_by_role("button", name="Page 2", exact=True).wait_for()
    page.get_by_role("link", name="Skip to main content").wait_for(state="attached")


def test_a_keyboard_gets_into_each_dialog_and_back_to_what_opened_it(
    page: "Page", server: Server
) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 390, "height": 844})
    browsing.opened(page, server, "/?lang=vi")
    for name in ("Quý 3/2026", "Bộ lọc", "Tải về", "Chia sẻ", "Cách tính"):
        button = page.get_by_role("button", name=name).first
        button.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("heading", level=2).wait_for()
        browsing.settled(page)
        assert dialog.evaluate("each => each.contains(document.activeElement)"), name
        assert violations(page) == [], name
        if name == "Quý 3/2026":
            dialog.get_by_role("spinbutton").first.focus()  # a date, which has keys of its own
        if name == "Bộ lọc":
            expect(dialog.get_by_role("button", name="Áp dụng")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        expect(button).to_be_focused()
    page.goto(f"{server.url}/nothing_here?lang=vi")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].some(face => face.status == 'loaded')")
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})


# A figure that is wider or higher than its box, and what is written beyond its edge.
CUT = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].flatMap(chart => {
    const [box, drawn] = [chart, chart.querySelector('.main-svg')]
        .map(each => each.getBoundingClientRect());
    const beyond = r => r.left < drawn.left - 2 || r.right > drawn.right + 2;
    const cut = [...chart.querySelectorAll('text')]
        .filter(text => beyond(text.getBoundingClientRect())).map(text => text.textContent);
    return drawn.width > box.width + 1 || drawn.height > box.height + 1 ? ['figure', ...cut] : cut;
})"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('[data-testid=stMain] :is(p, text)')]
    .filter(text => text.checkVisibility() && text.textContent.trim())
    .map(text => parseFloat(getComputedStyle(text).fontSize)))"""


def test_for_a_wall_all_is_larger_and_nothing_is_cut(page: "Page", server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    browsing.opened(page, server, "/funnel?lang=vi")
    usual = page.evaluate(SMALLEST)
    page.get_by_role("button", name="Trình chiếu").click()
    page.get_by_test_id("stSidebar").wait_for(state="hidden")
    page.wait_for_function(f"usual => ({SMALLEST})() == 1.25 * usual", arg=usual, polling=50)
    page.wait_for_function(f"() => ({CUT})().length == 0", polling=50)
    page.keyboard.press("Escape")
    page.get_by_test_id("stSidebar").wait_for()
    page.set_viewport_size({"width": 1440, "height": 900})
