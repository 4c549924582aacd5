"""A server of a program over a store, as its users start it: one process, or several."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.processes import cpu_seconds, family, peak_memory
from benchmarks.program import Failed, Program

_ADDRESS = "127.0.0.1"
_PATIENCE = 120.0


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    url: str
    pid: int
    started: float
    """Seconds from its start until it was healthy."""

    def pids(self) -> list[int]:
        """Its processes: the one that was started, and those that this one has."""
        return family(self.pid)

    def cpu(self) -> float:
        """The seconds of the processor that its processes have taken so far."""
        return sum(map(cpu_seconds, self.pids()))

    def peak_memory(self) -> int:
        """The most memory that each of them has had so far, together, in bytes."""
        return sum(map(peak_memory, self.pids()))


@contextmanager
def serving(program: Program, store: Path, *, workers: int = 1) -> Iterator[Server]:
    """Serves a store on a free port, and ends the server afterwards. Raises Failed."""
    with socket.socket() as probe:
        probe.bind((_ADDRESS, 0))
        port = str(probe.getsockname()[1])
    if workers == 1:
        command = ["-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        command += ["--server.address", _ADDRESS, "--server.port", port]
    else:
        command = ["-m", "workers", str(workers), "--address", _ADDRESS, "--port", port]
    url = f"http://{_ADDRESS}:{port}"
    with TemporaryFile() as log:
        before = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=program.root,
            env={**program.environment, "PHEU_STORE": str(store)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            while not _is_healthy(url):
                if process.poll() is not None or time.perf_counter() - before > _PATIENCE:
                    log.seek(0)
                    said = log.read().decode(errors="replace")[-600:].strip()
                    raise Failed(f"{program.name}: the server does not answer: {said}")
                time.sleep(0.01)
            yield Server(url, process.pid, time.perf_counter() - before)
        finally:
            process.terminate()
            try:
                process.wait(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=_PATIENCE) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False
