"""Several processes: one address, each browser at one of them, and what is loaded seen by all."""

import asyncio
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from benchmarks.viewers import shared, watch
from tests.support.histories import store_of
from tests.support.patience import PATIENCE
from tests.support.serving import ROOT, free_port
from workers import Ended, _require_sign_in, caddyfile, main

COOKIE = "pheu_worker"
needs_caddy = pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")


@contextmanager
def working(store: Path, log_file: Path, **env: str) -> Iterator[str]:
    """Two processes over a store, as `make run WORKERS=2` starts them: their one address."""
    port = free_port()
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", "2", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PHEU_STORE": str(store), **env},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def test_they_do_not_start_for_others_where_nobody_signs_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(Ended, match="PHEU_OPEN=1"):
        _require_sign_in("0.0.0.0")
    _require_sign_in("localhost")
    monkeypatch.setenv("PHEU_USER_HEADER", "Remote-User")
    _require_sign_in("0.0.0.0")


def leads_of(store: Path, number: int) -> None:
    store_of(store, [{"lead_id": f"{n}", "created_at": "2024-01-01"} for n in range(number)])


def seat(url: str) -> str:
    """The cookie of somebody who comes for the first time; waits until they are let in."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:
                return str(answer.headers["set-cookie"]).partition(";")[0]
        except URLError as error:
            if isinstance(error, HTTPError):  # Caddy is there, and who serves is not yet
                error.close()
            assert time.monotonic() < deadline
            time.sleep(0.1)  # it is another process: there is nothing else to wait on


def listed(url: str, cookie: str) -> int:
    """How many leads the file of all leads has, for whoever sends that cookie."""
    asked = Request(f"{url}/export/leads.csv?v=2&period=all", headers={"Cookie": cookie})
    with urlopen(asked, timeout=PATIENCE) as answer:
        assert COOKIE not in (answer.headers["set-cookie"] or ""), "they were led elsewhere"
        return len(answer.read().splitlines()) - 1


@needs_caddy
def test_two_viewers_at_two_processes_see_what_is_loaded(tmp_path: Path) -> None:
    store = tmp_path / "store"
    leads_of(store, 3)
    with working(store, tmp_path / "log") as url:
        viewers = {seat(url)}
        while len(viewers) < 2:  # who has been nowhere is led to either
            viewers.add(seat(url))
        assert [listed(url, each) for each in viewers] == [3, 3]
        drawn = asyncio.run(
            watch(url, shared, viewers=2, seconds=1, every=1, pages=("definitions",))
        )
        assert (len(drawn.took), drawn.errors) == (2, [])
        leads_of(store, 5)
        assert [listed(url, each) for each in viewers] == [5, 5]
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_without_caddy_one_process_serves_and_says_why(tmp_path: Path) -> None:
    store = tmp_path / "store"
    leads_of(store, 3)
    with working(store, tmp_path / "log", PATH=str(tmp_path)) as url:
        assert COOKIE not in seat(url)
        assert listed(url, "") == 3
    assert "apt-get install caddy" in (tmp_path / "log").read_text(encoding="utf-8")


def test_one_process_needs_no_caddy_and_says_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(os, "chdir", lambda _folder: None)

    def become(_program: str, command: list[str]) -> None:
        started.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", become)
    with pytest.raises(SystemExit):
        main(1, "localhost", 8501)
    assert started[0][-2:] == ["--server.port", "8501"]
    assert "Caddy" not in capsys.readouterr().err


@pytest.fixture
def stand_in(tmp_path: Path) -> str:
    """A folder where something called `caddy` is that only waits."""
    caddy = tmp_path / "caddy"
    caddy.write_text("#!/bin/sh\necho in front\nexec sleep 1000\n", encoding="utf-8")
    caddy.chmod(0o700)
    return f"{tmp_path}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent")
def test_what_was_started_ends_with_a_parent_that_is_killed(stand_in: str) -> None:
    reading, writing = os.pipe()  # at its end when nobody who was started holds it any more
    parent = subprocess.Popen(
        [sys.executable, "-m", "workers", "2", "--port", str(free_port())],
        cwd=ROOT,
        env={**os.environ, "PATH": stand_in},
        stdout=writing,
        stderr=subprocess.STDOUT,
    )
    os.close(writing)
    said = os.read(reading, 10_000)
    while b"in front" not in said:
        said += os.read(reading, 10_000)
    parent.kill()
    parent.wait(timeout=PATIENCE)
    while select.select([reading], [], [], PATIENCE)[0]:
        if not os.read(reading, 10_000):
            break
    else:
        pytest.fail("something that was started is still there")
    os.close(reading)


def test_a_port_that_is_taken_is_named(tmp_path: Path, stand_in: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "workers", "2", "--address", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PATH": stand_in},
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert ended.returncode == 1
    assert f"cannot listen at 127.0.0.1, port {port}: Address already in use." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_caddy_is_told_where_to_listen_and_whom_to_ask() -> None:
    told = caddyfile("10.0.0.7", 8501, [1001, 1002])
    assert "http://:8501 {\n\tbind 10.0.0.7\n" in told
    assert (
        f"reverse_proxy 127.0.0.1:1001 127.0.0.1:1002 {{\n\t\tlb_policy cookie {COOKIE}\n" in told
    )
