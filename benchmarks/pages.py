"""Pages in a real browser: how long until a filter, or a first load, is painted and at rest.

What counts is the last change of what a reader looks at, seen by the browser itself; that it stands
still is known half a second later, which is not counted.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from benchmarks.bench import Bench, Skipped
from benchmarks.clock import p50, p95
from benchmarks.history import DAYS, SOURCES, START
from benchmarks.results import Cell, Table
from benchmarks.server import Server, serving
from benchmarks.viewers import PAGES
from tests.support.browser import HOW, find, launch_arguments

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FIRST_LOADS = 3
"""How often each page is opened by a browser that was never there."""

_PATIENCE = 120_000  # milliseconds
_QUIET = 500
_SCREEN = {"width": 1440, "height": 900}
_MAIN = "[data-testid=stMainBlockContainer]"
_UNDONE = "[data-testid=stSpinner], [data-testid=stSkeleton], [data-stale=true]"

# Without a change for so long, the script at rest and nothing on its way: painted when it last
# changed. `there`: the address to go to first, as by the browser's own buttons; then a run has to
# be seen, or there is nothing that was waited for.
_STILL = """([there, area, undone, quiet, patience]) => new Promise(done => {
  const began = there ? performance.now() : 0
  const app = document.querySelector('[data-testid=stApp]')
  const running = () => app.dataset.testScriptState === 'running'
  let last = performance.now(), ran = !there
  const watch = new MutationObserver(() => { last = performance.now() })
  const changes = {subtree: true, childList: true, attributes: true, characterData: true}
  watch.observe(document.querySelector(area), changes)
  const state = new MutationObserver(() => { ran = ran || running() })
  state.observe(app, {attributes: true})
  if (there) {
    history.pushState({}, '', there)
    window.dispatchEvent(new PopStateEvent('popstate', {state: {}}))
  }
  const look = setInterval(() => {
    const now = performance.now()
    const left = document.querySelectorAll(undone).length
    const whole = [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
      .every(chart => chart.querySelector('.main-svg'))
    const still = ran && !running() && !left && whole && now - last > quiet
    if (!still && now - began < patience) return
    clearInterval(look); watch.disconnect(); state.disconnect()
    done({seconds: (last - began) / 1000, ran, left, whole, still})
  }, 25)
})"""
_SHIFT = """
window.shift = 0
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
}).observe({type: 'layout-shift', buffered: true})
"""


def measure(bench: Bench) -> list[Table]:
    """Filters on many leads, and first loads of the sample. Raises Skipped without a browser."""
    with _browser() as browser:
        return [_filters(bench, browser), _first_loads(bench, browser)]


def _filters(bench: Bench, browser: "Browser") -> Table:
    """From a filter to the picture of it, on each page of each program in turn."""
    rows: list[list[Cell]] = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(program, bench.stores.large(program)))
            for program in bench.programs
        ]
        for number, name in enumerate(PAGES):
            bench.say(f"Filters on {name or 'overview'}")
            pages = [_opened(browser, f"{server.url}/{name}?{_all()}") for server in servers]
            seen = [_Seen(server) for server in servers]
            for filter_number in range(bench.filters):
                there = f"/{name}?{_filter(number, filter_number)}"
                for page, one in zip(pages, seen, strict=True):
                    one.add(_until_still(page, there))
            for page in pages:
                page.context.close()
            row: list[Cell] = [name or "overview"]
            for one in seen:
                row += one.row()
            rows.append(row)
        memory = [server.peak_memory() / 1e6 for server in servers]
    columns = ("p50 s", "p95 s", "worst s", "CPU ms", "n", "not painted")
    headings = [each for program in bench.programs for each in program.headings(*columns)]
    rows.append(["peak memory, MB", *(cell for one in memory for cell in (one, *[None] * 5))])
    return Table(
        title=f"A filter until all charts are painted, {bench.stores.size}",
        headings=["page", *headings],
        digits=[None, *[2, 2, 2, 0, 0, 0] * len(bench.programs)],
        rows=rows,
        about=f"In Chromium {browser.version} on the same machine, one reader, {bench.filters} "
        "filters a page that nobody has set before: sources and days by lot. From the change of "
        "the address to the last change of the page, with no spinner, placeholder or pale part "
        "left. *Not painted*: no run was seen, or it did not come to rest; those have no time. "
        "CPU is the server's, the mean of a filter. The peak is that of the server over all pages.",
    )


def _first_loads(bench: Bench, browser: "Browser") -> Table:
    """From the start of a navigation until nothing changes, of each program in turn."""
    rows: list[list[Cell]] = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(program, bench.stores.sample(program)))
            for program in bench.programs
        ]
        for name in PAGES:
            bench.say(f"First loads of {name or 'overview'}")
            seen = [([], [], []) for _ in servers]  # type: list[tuple[list[float], ...]]
            for _ in range(FIRST_LOADS):
                for server, (cold, warm, shift) in zip(servers, seen, strict=True):
                    page = _new(browser)
                    for times in (cold, warm):
                        page.goto(f"{server.url}/{name}?lang=vi", wait_until="commit")
                        page.wait_for_selector(_MAIN)
                        told = _until_still(page, "", area="body")
                        if told["still"]:
                            times.append(told["seconds"])
                        shift.append(page.evaluate("window.shift"))
                    page.context.close()
            row: list[Cell] = [name or "overview"]
            for cold, warm, shift in seen:
                row += [p50(cold), max(cold, default=None), p50(warm), max(warm, default=None)]
                row.append(max(shift))
            rows.append(row)
    columns = ("cold, p50 s", "cold, worst s", "warm, p50 s", "warm, worst s", "layout shift")
    headings = [each for program in bench.programs for each in program.headings(*columns)]
    return Table(
        title="The first load of a page until nothing changes, on the sample",
        headings=["page", *headings],
        digits=[None, *[2] * len(headings)],
        rows=rows,
        about=f"{FIRST_LOADS} browsers that were never there (cold), each of which then loads the "
        f"page again (warm), {_SCREEN['width']} × {_SCREEN['height']}, in Vietnamese. From the "
        "start of the navigation. Layout shift is the largest of one load (CLS). The first of the "
        "cold ones is also the first that the server draws of the page.",
    )


class _Seen:
    """What was seen of a page of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._before = server.cpu()
        self._cpu = 0.0
        self._seconds: list[float] = []
        self._asked = 0

    def add(self, told: dict[str, Any]) -> None:
        self._asked += 1
        self._cpu = self._server.cpu() - self._before
        if told["still"]:
            self._seconds.append(told["seconds"])

    def row(self) -> list[Cell]:
        return [
            *(p50(self._seconds), p95(self._seconds), max(self._seconds, default=None)),
            *(1000 * self._cpu / max(1, self._asked), len(self._seconds)),
            self._asked - len(self._seconds),
        ]


@contextmanager
def _browser() -> Iterator["Browser"]:
    """The browser of this machine. Raises Skipped where there is none."""
    path = find() if find_spec("playwright") else None
    if path is None:
        raise Skipped(f"no browser. {HOW}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = [*launch_arguments(), "--disable-gpu", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def _new(browser: "Browser") -> "Page":
    page = browser.new_context(viewport=_SCREEN).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(_PATIENCE)
    page.add_init_script(_SHIFT)
    return page


def _opened(browser: "Browser", url: str) -> "Page":
    page = _new(browser)
    page.goto(url, wait_until="commit")
    page.wait_for_selector(_MAIN)
    _until_still(page, "")
    return page


def _until_still(page: "Page", there: str, *, area: str = _MAIN) -> dict[str, Any]:
    """Waits until the page stands still, after it has gone `there`; what was seen of it."""
    told: dict[str, Any] = page.evaluate(_STILL, [there, area, _UNDONE, _QUIET, _PATIENCE])
    return told


def _all() -> str:
    return urlencode({"v": "2", "lang": "vi", "period": "all"})


def _filter(page: int, number: int) -> str:
    """Sources and days of the made-up leads by lot, others for each page."""
    dice = random.Random(f"{page} {number}")
    start, end = sorted(dice.randint(0, DAYS - 60) for _ in range(2))
    sources: Sequence[str] = dice.sample(SOURCES, dice.randint(1, 4))
    return urlencode(
        {
            "v": "2",
            "lang": "vi",
            "source": ",".join(sources),
            "from": f"{START + timedelta(days=start):%Y-%m-%d}",
            "to": f"{START + timedelta(days=end + 30):%Y-%m-%d}",
        }
    )
