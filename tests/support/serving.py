"""A real server of the product, as `make run` starts it, for tests that talk to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.support.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """A server that runs: where it is, and what it has written to its log so far."""

    url: str
    log_file: Path
    pid: int

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")


@contextmanager
def serving(
    store: Path,
    log_file: Path,
    *options: str,
    app: str = "app.py",
    health: str = "",
    port: int = 0,
    **env: str,
) -> Iterator[Server]:
    """Serves a store on a free port; ends the server afterwards. Raises when it does not start.

    `options` are Streamlit's, `env` goes to the environment; `health` is the path it is below.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    command += options
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PHEU_STORE": str(store), **env},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://localhost:{port}", log_file, process.pid)
    try:
        _wait(server, process, health)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def status_and_text(url: str) -> tuple[int, str]:
    """What an address answers, also when it is an error."""
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _wait(server: Server, process: subprocess.Popen[bytes], below: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended:\n{server.log}")
        try:
            with urlopen(f"{server.url}/{below}_stcore/health", timeout=PATIENCE):
                return
        except (URLError, TimeoutError, ConnectionError):  # a busy machine answers late
            time.sleep(0.1)  # it is another process: there is nothing else to wait on
    raise RuntimeError(f"The server did not answer within {PATIENCE} s:\n{server.log}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])
