"""From the first screen to a phone number, in a real browser: by the mouse and by the keyboard."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.support.browsing import arrived, opened, settled
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: "Browser", server: Server) -> Iterator["Page"]:
    with browser.new_context(viewport={"width": 1440, "height": 1000}, locale="vi-VN") as context:
        yield opened(context.new_page(), server, "/")


def test_a_director_has_a_file_with_phone_numbers_after_two_clicks(
    page: "Page", server: Server
) -> None:
    """And a lead opens by the keyboard, is called by its link, and closes to where it was."""
    page.get_by_role("navigation").get_by_role("link", name="Việc cần làm").click()
    table = page.get_by_role("table")
    table.wait_for()
    settled(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải Excel").click()
    assert coming.value.suggested_filename == "pheu-to_do.xlsx"
    sent = BytesIO(coming.value.path().read_bytes())
    heading, first, *_others = openpyxl.load_workbook(sent).active.rows
    column = [cell.value for cell in heading].index("Điện thoại")
    in_file = first[column].value

    row = table.get_by_role("row").nth(1)
    call = row.get_by_role("link")
    assert call.inner_text() == in_file
    assert re.fullmatch(r"tel:\+?\d+", call.get_attribute("href") or "")
    button = row.get_by_role("button")
    name, lead = button.inner_text(), button.get_attribute("data-row")
    button.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("heading", name=name).wait_for()
    arrived(page, lead=str(lead))
    drawer.get_by_role("link", name=re.compile("^Gọi ")).wait_for()
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    page.wait_for_function("() => !location.search.includes('lead=')")
    page.wait_for_function(
        "lead => document.activeElement?.shadowRoot?.activeElement?.dataset.row == lead", arg=lead
    )
    # From the menu leads are those to work with; in a link of the first version they are all.
    page.get_by_role("navigation").get_by_role("link", name="Lead", exact=True).click()
    chosen = page.get_by_role("radio", name="Đang mở", checked=True)
    chosen.wait_for()
    opened(page, server, "/leads?v=1&lang=vi")
    arrived(page, tab="all")
