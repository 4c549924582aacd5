"""What a keyboard, a screen reader and a calm eye need of a page, measured in a real browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support import browsing
from tests.support.axe import violations
from tests.support.screen import PAGES
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHIFTED = (
    "window.shift = 0; new PerformanceObserver(all => { for (const each of all.getEntries())"
    " if (!each.hadRecentInput) window.shift += each.value })"
    ".observe({type: 'layout-shift', buffered: true})"
)
MOST_SHIFT = 0.1
"""Google's bound for a page that does not jump (Core Web Vitals, cumulative layout shift)."""


@pytest.fixture(scope="module")
def page(browser: "Browser") -> Iterator["Page"]:
    """A browser's page in which axe may run; the product's own policy lets no script of others."""
    with browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="vi-VN", bypass_csp=True
    ) as context:
        page = context.new_page()
        page.add_init_script(SHIFTED)
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule_and_does_not_jump(page: "Page", server: Server, name: str) -> None:
    page.emulate_media(color_scheme="light")
    browsing.opened(page, server, f"/{'' if name == 'overview' else name}?lang=vi")
    shift = page.evaluate("window.shift")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    browsing.settled(page)
    assert violations(page, "color-contrast") == []
    assert shift < MOST_SHIFT
