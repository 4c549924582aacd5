"""The sign-in in a real browser, at a real provider: to the very page of a link, and out again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.browsing import body, settled, written
from tests.support.patience import PATIENCE
from tests.support.provider import signing_in
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LINK = "/leads?v=2&tab=all&period=all&source=facebook_ads&lang=en"
_SOCKET = """url => new Promise(done => {
    const socket = new WebSocket(url, ['streamlit']);
    socket.onopen = () => done('open');
    socket.onclose = () => done('closed');
})"""


@pytest.fixture(scope="module")
def server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with signing_in(sample_store, tmp_path_factory.mktemp("signing-in")) as running:
        yield running


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    context = browser.new_context(locale="en-GB")
    context.add_init_script("localStorage.setItem('pheu.guide', 'closed')")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1_000)
    yield page
    context.close()


def sign_in(page: "Page", name: str) -> None:
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=name, exact=True).click()


def test_a_link_is_opened_after_the_sign_in_with_what_one_may_see(
    page: "Page", server: Server
) -> None:
    page.goto(server.url + LINK)
    assert page.get_by_role("heading").inner_text() == "Please sign in"
    socket = f"{server.url.replace('http', 'ws')}/_stcore/stream"
    assert page.evaluate(_SOCKET, socket) == "closed"
    sign_in(page, "lan")
    settled(page)
    assert urlsplit(page.url).path == "/leads"
    assert written(page)["source"] == "facebook_ads"
    assert page.evaluate(_SOCKET, socket) == "open"
    assert "Miền Nam" not in body(page)
    page.get_by_role("button", name="Account").click()
    page.get_by_text("lan@north.example.com").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/leads" not in url)
    page.goto(server.url + LINK)
    assert page.get_by_role("heading").inner_text() == "Please sign in"
