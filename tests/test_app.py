"""The door: health, the face of the product, and a server that has nothing to complain about."""

import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from tests.support.serving import Server, serving, status_and_text


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a store that is not there."""
    folder = tmp_path_factory.mktemp("door")
    with serving(folder / "nowhere", folder / "server.log") as server:
        yield server


def test_without_data_it_is_not_healthy_and_says_why(empty: Server) -> None:
    status, text = status_and_text(f"{empty.url}/healthz")
    assert (status, text) == (503, "nothing has been loaded yet\n")


def test_a_broken_store_is_not_healthy_and_leaks_no_path(empty: Server) -> None:
    store = empty.log_file.parent / "nowhere"
    store.mkdir()
    (store / "1.duckdb").write_bytes(b"not a database")
    (store / "CURRENT").write_text("1\n")
    status, text = status_and_text(f"{empty.url}/healthz")
    assert (status, text) == (503, "the store cannot be read\n")


def test_the_face_is_served(empty: Server) -> None:
    with urlopen(f"{empty.url}/fonts/BeVietnamPro-Regular.ttf", timeout=20) as answer:
        assert answer.headers["content-type"] == "font/ttf"
        assert len(answer.read()) > 100_000


def test_nothing_warns(empty: Server) -> None:
    logged = [line for line in empty.log.splitlines() if re.match(r"\d{4}-|Traceback", line)]
    assert logged == []
