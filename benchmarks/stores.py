"""The stores that the parts of a run share, each loaded once by every program that is measured."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from benchmarks import history
from benchmarks.history import History
from benchmarks.program import Cost, Program

MOST_WITH_TOUCHES = 1_000_000
"""Of more leads there are no touches: five a lead are more than the rest together."""

_HERE = Path(__file__).parent


class Stores:
    """Stores in a folder: of the sample, and of as many made-up leads as a run is about."""

    def __init__(self, folder: Path, leads: int) -> None:
        self._folder = folder
        self._leads = leads
        self.costs: dict[Program, Cost] = {}
        """What it cost to load the made-up leads, with their touches."""

    @cached_property
    def made(self) -> History:
        """The files of the made-up leads, written when they are first asked for."""
        folder = self._folder / "files"
        folder.mkdir()
        return history.write(folder, self._leads)

    @cached_property
    def touches(self) -> int:
        """How many touches there are beside them."""
        if self._leads > MOST_WITH_TOUCHES:
            return 0
        return history.write_touches(self.made.folder, self._leads)

    @property
    def size(self) -> str:
        """How much is in the store of the made-up leads."""
        told = f"{self.made.leads:,} leads, {self.made.moves:,} moves"
        return f"{told}, {self.touches:,} touches" if self.touches else told

    def large(self, program: Program) -> Path:
        """The store of the made-up leads and touches."""
        store = self._own(program) / "large"
        if not store.exists():
            tables = ("leads", "stage_history", *(("touches",) if self.touches else ()))
            self.costs[program] = self.load(program, store, *tables)
        return store

    def sample(self, program: Program) -> Path:
        """The store of the sample that Pheu makes itself."""
        store = self._own(program) / "sample"
        if not store.exists():
            program.run("data", "sample", "--store", str(store))
        return store

    def load(self, program: Program, store: Path, *tables: str) -> Cost:
        """Loads tables of the made-up leads into a new store."""
        mapping = "mapping_touches.toml" if "touches" in tables else "mapping.toml"
        files = [self.made.folder / f"{table}.csv" for table in tables]
        return load(program, store, files, "--replace", "--mapping", str(_HERE / mapping))

    def _own(self, program: Program) -> Path:
        folder = self._folder / program.name
        folder.mkdir(exist_ok=True)
        return folder


def load(program: Program, store: Path, files: Sequence[Path], *options: str) -> Cost:
    """Loads files into a store, by the command line."""
    return program.run("data", "load", *map(str, files), "--store", str(store), *options)
