"""An engine in a process of its own: its memory is its own, and nobody else's threads are in it."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

from benchmarks.clock import Taken, timed
from benchmarks.costing import peak_memory
from benchmarks.engines import ENGINES, Engine
from benchmarks.program import Cost
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

    def load(self, folder: Path, scratch: Path) -> Cost:
        """Takes the files in, and says what that cost."""
        return self._pool.submit(_load, folder, scratch).result()

    def ask(self, way: str, question: Question) -> tuple[Answer, Taken]:
        """The answer, and what it took inside the process."""
        return self._pool.submit(_ask, way, question).result()

    def version(self) -> str:
        """What the engine says of itself."""
        return self._pool.submit(_version).result()

    def peak_memory(self) -> int:
        """The most memory that the process has had so far, in bytes."""
        return self._pool.submit(peak_memory).result()


def _start(name: str) -> None:
    global _engine  # noqa: PLW0603  # a process has one engine
    _engine = ENGINES[name]()


def _load(folder: Path, scratch: Path) -> Cost:
    _, taken = timed(lambda: _engine.load(folder, scratch))
    return Cost(taken.seconds, taken.cpu, peak_memory())


def _ask(way: str, question: Question) -> tuple[Answer, Taken]:
    return timed(lambda: getattr(_engine, way)(question))


def _version() -> str:
    return _engine.version
