"""A program: a version of Pheu in a folder, run as its users run it, or asked in its own process.

Two of them can take turns: today's, and another commit's that is checked out beside it. Nothing of
the other one is imported here; what is promised between versions is the command line, the
links, and the pages at their addresses.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import TracebackType
from typing import Any

from benchmarks.clock import Taken
from benchmarks.machine import ROOT, git
from benchmarks.processes import peak_memory

_HERE = Path(__file__).parent


class Failed(Exception):
    """A program ended with an error, whose last lines this says."""


@dataclass(frozen=True)
class Cost:
    """What a command took, from its start to its end, and the most memory it had, in bytes."""

    seconds: float
    cpu: float
    peak_memory: int


@dataclass(frozen=True)
class Program:
    """The version of Pheu in a folder; `name` tells it from the others of a run."""

    root: Path
    name: str

    def headings(self, *columns: str) -> list[str]:
        """The headings of its columns: as they are of today's, with the commit of another's."""
        return list(columns) if self == TODAY else [f"{each} ({self.name})" for each in columns]

    def called(self, row: str) -> str:
        """The heading of its row."""
        return row if self == TODAY else f"{row} ({self.name})"

    @property
    def environment(self) -> dict[str, str]:
        """What a process has to know to import this program and no other."""
        return {**os.environ, "PYTHONPATH": str(self.root)}

    def run(self, module: str, *arguments: str) -> Cost:
        """Runs a module's command line to its end. Raises Failed."""
        with TemporaryDirectory(prefix="pheu-cost-") as folder:
            told = Path(folder) / "cost.json"
            command = [
                sys.executable,
                "-P",
                str(_HERE / "costing.py"),
                str(told),
                module,
                *arguments,
            ]
            before = time.perf_counter()
            ended = subprocess.run(
                command,
                cwd=self.root,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = time.perf_counter() - before
            if ended.returncode:
                raise Failed(f"{self.name}: {module} ended with: {ended.stderr[-600:].strip()}")
            return Cost(seconds, **json.loads(told.read_text(encoding="utf-8")))

    def asked(self, store: Path) -> "Asked":
        """A process of this program that answers questions about a store."""
        return Asked(self, store)


TODAY = Program(ROOT, "today")
"""The version that this file belongs to."""


@contextmanager
def checked_out(commit: str) -> Iterator[Program]:
    """Another commit, in a folder of its own that goes again.

    Raises:
        CalledProcessError: git knows no such commit.
    """
    name = git("rev-parse", "--short", "--verify", f"{commit}^{{commit}}")
    with TemporaryDirectory(prefix="pheu-against-") as folder:
        root = Path(folder) / name
        git("worktree", "add", "--detach", str(root), name)
        try:
            yield Program(root, name)
        finally:
            git("worktree", "remove", "--force", str(root))


class Asked:
    """A process of a program with a store open. Use as a context; leaving it ends the process."""

    def __init__(self, program: Program, store: Path) -> None:
        self._said = TemporaryFile()  # noqa: SIM115  # closed on leaving
        self._process = subprocess.Popen(
            [sys.executable, "-P", _HERE / "answering.py", store],
            cwd=program.root,
            env=program.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def __enter__(self) -> "Asked":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._said.close()

    def names(self) -> Sequence[str]:
        """The questions that can be asked of any version."""
        return list(self._told("names"))

    def ask(self, question: str) -> Taken | None:
        """What one answer took; None where this version has no such question. Raises Failed."""
        told = self._told(question)
        return Taken(**told) if told else None

    def peak_memory(self) -> int:
        """The most memory that the process has had so far, in bytes."""
        return peak_memory(self._process.pid)

    def _told(self, word: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._said.seek(0)
            raise Failed(f"{word}: {self._said.read().decode(errors='replace')[-600:].strip()}")
        return json.loads(line)
