"""What the tests of pages share: the store that this process's pages read."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from data.store import Store
from ui import answers

Serve = Callable[[Path], Store]


@pytest.fixture(scope="session", autouse=True)
def _components() -> Iterator[None]:
    """Streamlit looks through what is installed once, as on a server, and not for every AppTest."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Makes the pages read a store, from its first generation on."""

    def read(root: Path) -> Store:
        monkeypatch.setenv("PHEU_STORE", str(root))
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


@pytest.fixture
def unanswered() -> None:
    """No answer is known yet, for tests that count what is asked."""
    answers.cache().clear()


@pytest.fixture
def empty(serve: Serve, tmp_path: Path) -> Store:
    """The pages find no store."""
    return serve(tmp_path / "nowhere")


def _forget() -> None:
    # Answers stay: they are kept by the folder of their store, and no folder is used twice.
    answers.store.cache_clear()
