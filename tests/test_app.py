"""The door: health, the face of the product, and a server that has nothing to complain about."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import duckdb
import pytest

from data.state.database import State
from tests.support.histories import store_of
from tests.support.patience import PATIENCE
from tests.support.serving import ROOT, Server, serving, status_and_text
from ui import answers
from workers import Ended, _require_own_state


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


@pytest.mark.parametrize("path", ["", "funnel", "healthz", "_stcore/health", "static/no-such-file"])
def test_every_answer_says_what_a_page_may_do(empty: Server, path: str) -> None:
    headers = headers_of(f"{empty.url}/{path}")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["frame-ancestors"] == "'self'"
    assert rules["default-src"] == "'self'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" not in policy


def headers_of(url: str) -> Message:
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            found: Message = answer.headers
            return found
    except HTTPError as error:
        with error:
            return error.headers


def test_nobody_reads_what_the_server_counts_of_itself(empty: Server) -> None:
    assert status_and_text(f"{empty.url}/_stcore/metrics") == (404, "not found\n")


def test_below_a_path(tmp_path: Path) -> None:
    option = ("--server.baseUrlPath", "dashboards/pheu")
    with serving(tmp_path / "nowhere", tmp_path / "log", *option, health="dashboards/pheu/") as at:
        below = f"{at.url}/dashboards/pheu"
        assert status_and_text(f"{below}/healthz")[0] == 503
        assert "BACKEND_BASE_URL" in status_and_text(f"{below}/definitions")[1]
        assert "BACKEND_BASE_URL" in status_and_text(f"{below}/")[1]
        assert status_and_text(f"{below}/export/leads.csv")[0] == 503
        assert headers_of(f"{below}/fonts/BeVietnamPro-Regular.ttf")["content-type"] == "font/ttf"
        assert status_and_text(f"{below}/_stcore/metrics")[0] == 404


def test_it_does_not_start_for_others_where_nobody_signs_in(tmp_path: Path) -> None:
    for_all = ("--server.address", "0.0.0.0", "--logger.hideWelcomeMessage", "true")
    with (
        pytest.raises(RuntimeError, match=r"Pheu does not start\. Nobody signs in, .* PHEU_OPEN=1"),
        serving(tmp_path / "nowhere", tmp_path / "log", *for_all),
    ):
        pass


def test_it_does_not_start_with_the_database_of_another_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (
        store_of(tmp_path / name, [{"lead_id": "L1", "created_at": "2024-01-01"}]).root
        for name in ("one", "other")
    )
    monkeypatch.setenv("PHEU_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    with State.of(one).writing():
        pass
    State.of(one).close()
    monkeypatch.setenv("PHEU_STORE", str(other))
    ended = subprocess.run(
        [sys.executable, "-c", "import app"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "Pheu does not start. PHEU_STATE_URL names the database of another" in ended.stderr
    answers.store.cache_clear()
    with pytest.raises(Ended, match=r"Pheu does not start\. PHEU_STATE_URL names the database of"):
        _require_own_state()
    State.of(other).close()
    answers.store.cache_clear()


def test_nothing_warns(empty: Server) -> None:
    logged = [line for line in empty.log.splitlines() if re.match(r"\d{4}-|Traceback", line)]
    assert logged == []


@pytest.mark.parametrize(
    ("query", "title"),
    [("?lang=en", "There is no such page"), ("", "Không có trang này")],
    ids=["english", "vietnamese"],
)
def test_an_address_of_no_page_says_so_in_our_words(empty: Server, query: str, title: str) -> None:
    status, text = status_and_text(f"{empty.url}/nothing_here{query}")
    assert status == 404
    assert f"<h1>{title}</h1>" in text
    faces = re.findall(r"src: url\(([^)]+)\)", text)
    assert {headers_of(empty.url + face)["content-type"] for face in faces} == {"font/ttf"}


def test_it_starts_without_what_pages_are_drawn_without() -> None:
    """Files, the sample and loading are on their way in only when somebody asks for them."""
    late = {"xlsxwriter", "data.sample.generate", "data.screening.screening", "jinja2"}
    code = f"import sys, app; print({late!r} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert said.stdout.decode().splitlines()[-1:] == ["set()"]
