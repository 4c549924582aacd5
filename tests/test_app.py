"""The door: health, the face of the product, and a server that has nothing to complain about."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import duckdb
import pytest

from tests.support.histories import store_of
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


def test_it_is_healthy_as_long_as_pages_can_be_drawn(empty: Server, tmp_path: Path) -> None:
    store = empty.log_file.parent / "nowhere"
    for leads in (1, 2):  # made anew under the running server
        shutil.rmtree(store, ignore_errors=True)
        store_of(store, [{"lead_id": f"{n}", "created_at": "2024-01-01"} for n in range(leads)])
        assert status_and_text(f"{empty.url}/healthz") == (200, "ok")
    shutil.copy(store / "1.duckdb", tmp_path / "older.duckdb")
    with duckdb.connect(tmp_path / "older.duckdb") as con:
        con.execute("update about set value = '0' where fact = 'format'")
    (tmp_path / "older.duckdb").replace(store / "1.duckdb")
    assert status_and_text(f"{empty.url}/healthz") == (503, "the store cannot be read\n")
    (store / "CURRENT").unlink()
    assert status_and_text(f"{empty.url}/healthz") == (503, "the store cannot be read\n")


def test_the_face_is_served(empty: Server) -> None:
    with urlopen(f"{empty.url}/fonts/BeVietnamPro-Regular.ttf", timeout=20) as answer:
        assert answer.headers["content-type"] == "font/ttf"
        assert len(answer.read()) > 100_000


def test_nothing_warns(empty: Server) -> None:
    logged = [line for line in empty.log.splitlines() if re.match(r"\d{4}-|Traceback", line)]
    assert logged == []
