"""A page in a real browser: going about it as a person does, and reading what is on it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from analytics.funnel.funnel import funnel
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.patience import PATIENCE
from tests.support.serving import Server
from ui.theme import Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

PLAIN_LINK = "A plain link instead, for those who may see everything"
"""Where those find links who want no share."""

# Everything that was asked for has come, and nothing on the screen is of an earlier run.
_SETTLED = """([there, text]) => {
    const app = document.querySelector('[data-testid=stApp]');
    return app && app.dataset.testScriptState == 'notRunning'
        && app.dataset.testConnectionState == 'CONNECTED'
        && document.querySelector('h1')
        && document.fonts.status == 'loaded'
        && new URLSearchParams(location.search).get('lang') == document.documentElement.lang
        && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
        && (!there || location.pathname + location.search == there)
        && (!text || document.querySelector('[data-testid=stMainBlockContainer]').innerText == text)
        && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
            .every(chart => chart.querySelector('.js-plotly-plot .annotation-text, .xtick'))
        && [...document.querySelectorAll('[class*="rows_"][class*="_board_"]')]
            .every(place => [...place.querySelectorAll('*')]
                .some(each => each.shadowRoot?.querySelector('.board table')));
}"""

# The page and its figures are in the colours of a look, which CSS is asked to write its own way.
_LOOKS = """([background, ink]) => {
    const app = document.querySelector('[data-testid=stApp]');
    const asked = new Option().style;
    asked.backgroundColor = background;
    return getComputedStyle(app).backgroundColor == asked.backgroundColor
        && [...document.querySelectorAll('.js-plotly-plot')]
            .every(figure => figure.layout.font.color == ink);
}"""


def opened(page: "Page", server: Server, path: str, *, first_visit: bool = False) -> "Page":
    """The page at an address of the server, drawn; its guide was closed before."""
    page.set_default_timeout(PATIENCE * 1_000)
    if not first_visit:
        page.add_init_script("localStorage.setItem('pheu.guide', 'closed')")
    page.goto(path if "://" in path else server.url + path)
    settled(page)
    return page


def settled(page: "Page", there: str = "", text: str = "") -> None:
    """Waits until all is drawn: at the address `there`, and saying `text`, when they are given."""
    # Not at every frame, as it is by default: reading a whole page is work for the browser.
    page.wait_for_function(_SETTLED, arg=[there, text], polling=50)


def turned(page: "Page", look: Look) -> None:
    """Has the browser be light or dark, and waits until all is drawn in the colours of that.

    The page is drawn anew a moment later than the browser turns: until then all is settled, too.
    """
    page.emulate_media(color_scheme="dark" if look.name == "dark" else "light")
    page.wait_for_function(_LOOKS, arg=[look.background, look.ink], polling=50)
    settled(page)


def arrived(page: "Page", **parameters: str) -> None:
    """Waits until the address says these parameters, and the page shows what they say.

    For what the page itself writes into its address. After going back or forward the address is
    there at once, and the page is still the one before: wait for its text, too (`settled`).
    """
    page.wait_for_url(
        lambda url: parameters.items() <= _full(url).items(),
        wait_until="commit",
    )
    settled(page)


def address(page: "Page") -> str:
    """The address without the server."""
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}"


def query(page: "Page") -> dict[str, str]:
    """All that the address says, also where it need not write it."""
    return _full(page.url)


def written(page: "Page") -> dict[str, str]:
    """The parameters of the address, as they stand there."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


def _full(url: str) -> dict[str, str]:
    return View.from_link(url)[0].to_query()


def body(page: "Page") -> str:
    """What the page says, apart from its menu."""
    return page.get_by_test_id("stMainBlockContainer").inner_text()


def number(text: str) -> int:
    """The first number in a text, however its thousands are parted."""
    found = re.search(r"\d+(?:[.,]\d{3})*", text)
    assert found, text
    return int(re.sub(r"\D", "", found.group()))


def figures(page: "Page") -> list[str]:
    """The figures of the overview."""
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def bar_of(page: "Page", step: str) -> int:
    """The number that stands by a step's bar in the funnel."""
    chart = page.locator(".js-plotly-plot").first
    return number(chart.locator(".annotation-text", has_text=step).first.text_content() or "")


def list_title(page: "Page") -> str:
    """The title of the list of leads."""
    return page.get_by_role("heading", level=2).first.inner_text()


def choice(page: "Page", control: str, option: str) -> None:
    """Clicks an option of a segmented control."""
    group = page.get_by_role("radiogroup", name=control).first
    group.get_by_role("radio", name=option, exact=True).click()


def turn_to(page: "Page", name: str) -> None:
    """Goes to a page by the menu."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, level=1, exact=True).wait_for()
    settled(page)


def speak(page: "Page", language: str) -> None:
    """Switches the language: `VI` or `EN`."""
    page.get_by_role("radiogroup").get_by_role("radio", name=language, exact=True).click()
    arrived(page, lang=language.lower())


@contextmanager
def dialog(
    page: "Page", name: str | re.Pattern[str], *, closes: bool = False
) -> Iterator["Locator"]:
    """Opens the dialog behind a button, and closes it again unless it `closes` by itself."""
    page.get_by_role("button", name=name).first.click()
    opened_up = page.get_by_role("dialog")
    opened_up.wait_for()
    yield opened_up
    if not closes:
        opened_up.get_by_role("button", name=re.compile("^(Close|Đóng)$")).click()
    opened_up.wait_for(state="detached")
    settled(page)


def filtered(page: "Page", dimension: str, value: str) -> None:
    """Filters to one value of a dimension, in English."""
    with dialog(page, "Filters", closes=True) as filters:
        filters.get_by_label(dimension).first.click()
        page.get_by_role("option", name=value, exact=True).click()
        page.keyboard.press("Escape")  # the list of options
        filters.get_by_role("button", name="Apply").click()


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
