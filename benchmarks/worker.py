"""An engine in a process of its own: its memory is its own, and nobody else's threads are in it."""

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

from benchmarks.engines import ENGINES, Engine, Pheu
from benchmarks.question import Answer, Question

_engine: Engine  # of the process, once it has started


class Worker:
    """A started process with one engine in it. Use as a context; leaving it ends the process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _start, (name,))

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()

    def load(self, folder: Path, scratch: Path) -> float:
        """Takes the files in; the seconds it took."""
        return self._pool.submit(_load, folder, scratch).result()

    def ask(self, way: str, question: Question) -> tuple[Answer, float]:
        """The answer, and the seconds it took inside the process."""
        return self._pool.submit(_ask, way, question).result()

    def answers(self, runs: int) -> dict[str, float]:
        """The seconds of every answer that Pheu gives; for no other engine."""
        return self._pool.submit(_answers, runs).result()

    def version(self) -> str:
        """What the engine says of itself."""
        return self._pool.submit(_version).result()

    def peak_memory(self) -> int:
        """The most memory that the process has had so far, in bytes."""
        return self._pool.submit(peak_memory).result()


def _start(name: str) -> None:
    global _engine  # noqa: PLW0603  # a process has one engine
    _engine = ENGINES[name]()


def _load(folder: Path, scratch: Path) -> float:
    before = time.perf_counter()
    _engine.load(folder, scratch)
    return time.perf_counter() - before


def _ask(way: str, question: Question) -> tuple[Answer, float]:
    before = time.perf_counter()
    answer = getattr(_engine, way)(question)
    return answer, time.perf_counter() - before


def _answers(runs: int) -> dict[str, float]:
    return _engine.answers(runs) if isinstance(_engine, Pheu) else {}


def _version() -> str:
    return _engine.version


def peak_memory() -> int:
    """The most memory that this process has had so far, in bytes."""
    try:
        # What getrusage says begins with what the starting process had.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes, on a Mac
