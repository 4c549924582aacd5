"""What tests share: data, a server, a browser, and a loud word about tests that were not run."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from data.sample import generate
from data.store import Generation, Store
from tests.support import browser as browsers
from tests.support import engines, postgres
from tests.support.histories import CI_EXAMPLES
from tests.support.names import name_of
from tests.support.patience import PATIENCE
from tests.support.serving import Server, serving
from ui.language import current

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What was compiled is kept, whatever the shell is set to: each worker, and each process that a test
# starts, would otherwise compile every test and all of Pheu anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Nothing that is imported or collected is garbage; see `pytest_collection_finish`.
gc.disable()

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"

# How properties are tried. Nothing of it depends on how fast the machine is: no example has a
# deadline, and inputs may be slow to make. Examples are derived from the test's own text
# (derandomize), so the same source has the same verdict everywhere, the first time too: what turns
# red was turned by a change. Luck is asked for by name: `make test ARGS=--hypothesis-profile=luck`.
settings.register_profile(
    "local",
    max_examples=CI_EXAMPLES // 10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
settings.register_profile(
    "ci", settings.get_profile("local"), max_examples=CI_EXAMPLES, print_blob=True
)
settings.register_profile("luck", settings.get_profile("ci"), derandomize=False)
settings.load_profile("ci" if browsers.required() else "local")

_NOT_DRIVEN = pytest.StashKey[list[str]]()


@pytest.fixture(autouse=True)
def _main() -> Iterator[None]:
    """Streamlit puts a page's script there, which a process that is spawned would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


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
    return _made_once(tmp_path_factory, "small", 4_000)


@pytest.fixture(scope="session")
def whole_sample(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The sample as `data/sample` tells it, with all of its leads. Only to be read."""
    return Store(_made_once(tmp_path_factory, "whole", generate.LEADS)).generation()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running PostgreSQL, for all workers one; it ends with the last of them."""
    with postgres.serving(_of_the_run(tmp_path_factory)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database for the state with nothing in it: a test runs on either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.sqlite'}"
    return postgres.empty_in(request.getfixturevalue("postgresql"))


def _made_once(folders: pytest.TempPathFactory, name: str, leads: int) -> Path:
    """The store of a sample, which the first worker that needs it makes for all."""
    shared = _of_the_run(folders)
    root = shared / f"sample-{name}"
    with FileLock(shared / f"sample-{name}.lock"):
        if Store(root).current() is None:
            generate.write(Store(root), leads=leads)
    return root


def _of_the_run(folders: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a run have in common."""
    run = folders.getbasetemp()
    return run.parent if "PYTEST_XDIST_WORKER" in os.environ else run


@pytest.fixture(scope="session")
def server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a copy of the small sample, for everybody: nobody loads into it."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(sample_store, folder / "store")
    with serving(folder / "store", folder / "server.log") as running:
        yield running


@pytest.fixture(scope="session")
def chrome() -> Path:
    """A Chrome or Chromium that starts; skips without one, and fails in CI."""
    found = browsers.find()
    if found is None:
        if browsers.required():
            pytest.fail(f"no browser. {browsers.HOW}")
        pytest.skip("no browser")
    return found


@pytest.fixture(scope="session")
def browser(chrome: Path) -> "Iterator[Browser]":
    """It runs."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1_000)  # five seconds, as it is by default, are too few
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chrome, args=browsers.launch_arguments()
        )
        yield running
        running.close()


def pytest_make_parametrize_id(val: Any, argname: str) -> str | None:
    """A parameter is named in words: no bytes, no objects, nothing that differs between runs."""
    name = name_of(val)
    return argname if name == "" else name


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--files", default=10_000, help="how many files `make fuzz` makes up")
    parser.addoption("--golden", action="store_true", help="write tests/golden anew")


def pytest_configure(config: pytest.Config) -> None:
    engines.lend()
    config.stash[_NOT_DRIVEN] = []


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no collection of garbage looks at it again.

    Nor need one look at the young objects of every 700 that are made.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """Python takes down at its end what it finds; of what is left DuckDB says it has leaked."""
    gc.unfreeze()


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
