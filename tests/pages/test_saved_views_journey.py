"""Saved views in a real browser: kept, left, opened again and begun with, by one of two people."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.browsing import arrived, dialog, opened, settled, written
from tests.support.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

RULES = """
[roles]
analyst = ["mai@example.com"]
viewer = ["lan@example.com"]
"""
MAI, LAN = "mai@example.com", "lan@example.com"
ZALO = "/funnel?v=2&source=zalo&period=last-90d&lang=en"


@pytest.fixture(scope="module")
def server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("company")
    shutil.copytree(sample_store, folder / "store")
    (folder / "access.toml").write_text(RULES, encoding="utf-8")
    with serving(
        folder / "store",
        folder / "server.log",
        PHEU_USER_HEADER="Remote-User",
        PHEU_ACCESS=str(folder / "access.toml"),
    ) as running:
        yield running


@contextmanager
def visit(browser: "Browser", server: Server, name: str, path: str = "/") -> "Iterator[Page]":
    """A visit of somebody, in a browser that remembers nothing of the one before."""
    with browser.new_context(locale="en-GB", extra_http_headers={"Remote-User": name}) as context:
        yield opened(context.new_page(), server, path)


def saved(page: "Page", name: str, *, team: bool = False) -> None:
    with dialog(page, "Save this view") as views:
        views.get_by_label("What is this view called?").fill(name)
        if team:
            views.get_by_text("For the whole team").click()
        views.get_by_role("button", name="Save this view").click()
        views.get_by_role("link", name=name).wait_for()
    menu(page).get_by_role("link", name=name).wait_for()


def menu(page: "Page") -> "Locator":
    return page.get_by_test_id("stSidebarUserContent")


def test_a_person_comes_back_to_what_they_saved_and_another_has_the_teams(
    browser: "Browser", server: Server
) -> None:
    with visit(browser, server, MAI, ZALO) as page:
        saved(page, "Zalo, 90 days")
        page.goto(server.url + "/sources?v=2&lang=en")
        settled(page)
        saved(page, "Our sources", team=True)

    with visit(browser, server, MAI) as page:
        assert urlsplit(page.url).path == "/"
        menu(page).get_by_role("link", name="Zalo, 90 days").click()
        arrived(page, source="zalo", period="last-90d")
        assert urlsplit(page.url).path == "/funnel"
        with dialog(page, "Save this view") as views:
            views.get_by_role("button", name="Make it the start page").first.click()
            views.get_by_role("button", name="Not the start page").wait_for()

    with visit(browser, server, MAI) as page:
        assert urlsplit(page.url).path == "/funnel"
        assert written(page) == {"v": "2", "lang": "en", "source": "zalo", "period": "last-90d"}
        page.goto(server.url + "/?v=2&lang=en")
        settled(page)
        assert page.get_by_role("heading", name="Overview", level=1).is_visible()

    with visit(browser, server, LAN) as page:
        assert urlsplit(page.url).path == "/"
        page.set_viewport_size({"width": 390, "height": 844})
        page.get_by_test_id("stExpandSidebarButton").click()
        ours = menu(page).get_by_role("link", name="Our sources")
        ours.wait_for()
        assert not menu(page).get_by_role("link", name="Zalo, 90 days").count()
        ours.click()
        page.wait_for_url("**/sources?*")
        page.get_by_test_id("stExpandSidebarButton").wait_for()  # the menu no longer lies over it
