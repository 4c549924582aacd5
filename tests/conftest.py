"""What tests share: data, a server, a browser, and a loud word about tests that were not run."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.sample import generate
from data.store import Store
from tests.support import browser as browsers
from tests.support.serving import Server, serving
from ui.language import current

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"

_NOT_DRIVEN = pytest.StashKey[list[str]]()


@pytest.fixture(autouse=True)
def _language() -> None:
    """Every test starts in the default language, whatever the one before it spoke."""
    current.use(current.DEFAULT)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of public data sets with known answers, which is not part of the repository."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the public data sets are not at {REAL_DATA}")
    return REAL_DATA


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds a small sample. Only to be read: copy it to write."""
    root = tmp_path_factory.mktemp("sample") / "store"
    generate.write(Store(root), leads=4_000)
    return root


@pytest.fixture(scope="session")
def server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a copy of the small sample, for everybody: nobody loads into it."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(sample_store, folder / "store")
    with serving(folder / "store", folder / "server.log") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A running Chrome or Chromium; skips without one, and fails in CI."""
    found = browsers.find()
    if found is None:
        if browsers.required():
            pytest.fail(f"no browser. {browsers.HOW}")
        pytest.skip("no browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=found, args=browsers.launch_arguments()
        )
        yield running
        running.close()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_NOT_DRIVEN] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the browser is a browser test: `-m 'not browser'` leaves them out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's Result
    if report.skipped and "no browser" in str(report.longrepr):
        item.config.stash[_NOT_DRIVEN].append(item.nodeid)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    skipped = config.stash[_NOT_DRIVEN]
    if skipped:
        terminalreporter.section("NO BROWSER", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} browser tests did NOT run. {browsers.HOW}")
