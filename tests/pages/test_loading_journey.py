"""Files on their way in, in a browser, and who has a page open meanwhile."""

import csv
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from data.store import Store
from tests.pages.conftest import Visit
from tests.support.browsing import (
    PLAIN_LINK,
    arrived,
    bar_of,
    choice,
    figures,
    list_title,
    number,
    query,
    settled,
    store_of,
    turn_to,
)
from tests.support.patience import PATIENCE
from tests.support.serving import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FilePayload, Page

CRM = """\
lead id,created at,source,company,SQL date,won date
A1,2026-01-05,seo,"=HYPERLINK(""http://bad"")",2026-01-09,2026-02-01
A2,2026-01-06,event,@SUM(A1),2026-01-12,
A3,2026-01-07,seo,Ba Con Cua,,
A4,not a day,seo,Ghost,,
"""


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
