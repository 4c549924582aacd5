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
            self.costs[program] = self.load(program, store, *self._tables)
        return store

    def many(self, program: Program) -> Path:
        """The store of the same leads and touches, of many sources."""
        store = self._own(program) / "many"
        if not store.exists():
            files = [self._of_many / f"{table}.csv" for table in self._tables]
            load(program, store, files, *_told(self._tables))
        return store

    @cached_property
    def _of_many(self) -> Path:
        folder = self._folder / "files of many sources"
        folder.mkdir()
        history.write_many_sources(self.made, folder)
        return folder

    def sample(self, program: Program) -> Path:
        """The store of the sample that Pheu makes itself."""
        store = self._own(program) / "sample"
        if not store.exists():
            program.run("data", "sample", "--store", str(store))
        return store

    def load(self, program: Program, store: Path, *tables: str) -> Cost:
        """Loads tables of the made-up leads into a new store."""
        files = [self.made.folder / f"{table}.csv" for table in tables]
        return load(program, store, files, *_told(tables))

    @property
    def _tables(self) -> Sequence[str]:
        return ("leads", "stage_history", *(("touches",) if self.touches else ()))

    def _own(self, program: Program) -> Path:
        folder = self._folder / program.name
        folder.mkdir(exist_ok=True)
        return folder


def _told(tables: Sequence[str]) -> Sequence[str]:
    """The options of a load of made-up tables."""
    mapping = "mapping_touches.toml" if "touches" in tables else "mapping.toml"
    return "--replace", "--mapping", str(_HERE / mapping)


def load(program: Program, store: Path, files: Sequence[Path], *options: str) -> Cost:
    """Loads files into a store, by the command line."""
    return program.run("data", "load", *map(str, files), "--store", str(store), *options)
