"""What the tests of pages share: the store that this process's pages read."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from analytics import asked
from data import apart
from data.pipeline import Pipeline
from data.sight import Sight
from data.store import Generation, Store
from tests.support.browsing import opened
from tests.support.histories import SHORT, store_of
from tests.support.importing import called_here
from tests.support.serving import Server, serving
from ui import answers
from ui.cache import Cache

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Serve = Callable[[Path], Store]
Visit = Callable[..., "Page"]

_LAST = Pipeline.default().stages[-1].slug
ODD: dict[str, dict[str, Any]] = {
    "no source named": {
        "leads": [{"lead_id": f"L{n}", "created_at": "2024-01-01T09:00"} for n in range(260)],
        "moves": [(f"L{n}", _LAST, "2024-01-09T09:00") for n in range(250)],
    },
    "no customers in the pipeline": {
        "leads": [
            {"lead_id": f"L{n}", "created_at": "2024-01-01T09:00", "source": "<b>seo</b>"}
            for n in range(60)
        ],
        "moves": [(f"L{n}", "c", "2024-01-03T09:00") for n in range(30)],
        "spend": [{"day": date(2024, 1, 1), "source": "<b>seo</b>", "amount": 100.0}],
        "pipeline": SHORT,
    },
    "one lead": {"leads": [{"lead_id": "L1", "created_at": "2024-01-01T09:00"}]},
}
"""What stores hold that have little to say of sources."""

_CALL = apart.call

_opened = lru_cache(maxsize=4)(Store)
"""The stores read last. A server opens its store once, too, and not for every page."""


@pytest.fixture(scope="session", autouse=True)
def _components() -> Iterator[None]:
    """Streamlit looks through what is installed once, as on a server, and not for every AppTest."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session", autouse=True)
def _ends() -> Iterator[None]:
    """The end of a page's script is waited for.

    AppTest looks for it every millisecond, through all that the script has sent so far.
    """
    timed_out = local_script_runner.require_widgets_deltas

    def ended(runner: LocalScriptRunner, timeout: float = 3) -> None:
        script = runner._script_thread
        assert script is not None
        script.join(timeout)
        if script.is_alive():
            timed_out(runner, 0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", ended)
        yield


@pytest.fixture(scope="session", autouse=True)
def _copies() -> None:
    """What is known of a store is known of its copies: their generations are the same by their ids.

    A page of a test that has a sample of its own then asks for nothing that another has asked for.
    It stays so to the end: what is kept by generation would not be found again. What tests of other
    folders have left is dropped for the same reason.
    """

    def told(generation: Generation) -> tuple[int, str, Sight]:
        return generation.number, generation.id, generation.sight

    def are_one(own: Generation, other: object) -> bool:
        return isinstance(other, Generation) and told(own) == told(other)

    asked.forget()
    answers.cache().clear()
    patch = pytest.MonkeyPatch()
    patch.setattr(Generation, "__hash__", lambda own: hash(told(own)))
    patch.setattr(Generation, "__eq__", are_one)


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The odd stores, only to be read."""
    folder = tmp_path_factory.mktemp("odd")
    return {name: store_of(folder / name, **rows).root for name, rows in ODD.items()}


@pytest.fixture(autouse=True)
def _called_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the pages do in a process of its own is done in this one; see `in_processes`."""
    monkeypatch.setattr(apart, "call", called_here)


@pytest.fixture
def in_processes(_called_here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is done in processes of its own after all, as on a server."""
    monkeypatch.setattr(apart, "call", _CALL)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Makes the pages read a store, from its first generation on."""

    def read(root: Path) -> Store:
        monkeypatch.setenv("PHEU_STORE", str(root))
        monkeypatch.setattr(answers, "Store", _opened)
        _forget()
        return answers.store()

    yield read
    _forget()


@pytest.fixture
def sample(serve: Serve, sample_store: Path) -> Store:
    """The pages read the small sample, which is only to be read."""
    return serve(sample_store)


@pytest.fixture
def own_sample(serve: Serve, sample_store: Path, tmp_path: Path) -> Store:
    """The pages read a sample of this test's own, to load into."""
    shutil.copytree(sample_store, tmp_path / "store")
    return serve(tmp_path / "store")


@pytest.fixture(scope="module")
def _untouched(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("untouched") / "store"
    shutil.copytree(sample_store, folder)
    return folder


@pytest.fixture
def untouched(serve: Serve, _untouched: Path) -> Iterator[Store]:
    """The pages read a sample that files are brought to, and nothing is loaded into."""
    store = serve(_untouched)
    yield store
    assert store.current() == 1


@pytest.fixture
def unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is known yet, for tests that count what is asked; those that are, others have."""
    empty = Cache(answers.cache().most_bytes)
    monkeypatch.setattr(answers, "cache", lambda: empty)


@pytest.fixture
def empty(serve: Serve, tmp_path: Path) -> Store:
    """The pages find no store."""
    return serve(tmp_path / "nowhere")


def _forget() -> None:
    # Answers stay: they are kept by the folder of their store, and no folder is used twice.
    answers.store.cache_clear()


# --- in a browser -------------------------------------------------------------------------------

AS_USUAL: dict[str, Any] = {"viewport": {"width": 1440, "height": 1000}}


@pytest.fixture(scope="module")
def known(browser: "Browser") -> Iterator["BrowserContext"]:
    """A browser that has been here before: it need not fetch the fonts and scripts again."""
    with browser.new_context(**AS_USUAL, locale="en-GB") as context:
        yield context


@pytest.fixture
def visit(browser: "Browser", known: "BrowserContext") -> Iterator[Visit]:
    """Opens an address as a new session; `stranger` does so in a browser that knows nothing."""
    with ExitStack() as leaving:

        def come(server: Server, path: str, *, stranger: bool = False) -> "Page":
            context = known
            if stranger:
                context = browser.new_context(**AS_USUAL, locale="vi-VN")
                leaving.enter_context(context)
            page = context.new_page()
            leaving.callback(page.close)
            return opened(page, server, path)

        yield come


@pytest.fixture
def own_server(sample_store: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over a sample of this test's own, to load into; its store is beside its log."""
    shutil.copytree(sample_store, tmp_path / "store")
    with serving(tmp_path / "store", tmp_path / "server.log") as running:
        yield running


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A server over a store that is not there yet, to load into."""
    with serving(tmp_path / "store", tmp_path / "server.log") as running:
        yield running
