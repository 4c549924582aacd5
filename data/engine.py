"""The engine of a store: one instance, to which the generations that are read are attached."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from data import facts
from data.connection import connect
from data.errors import WHAT_TO_DO, StoreError, StoreGone, StoreRefused, worded
from data.sight import Sight

_OPEN_GENERATIONS = 3
"""How many generations stay open beside those that are being read: each keeps what was read of it
in memory."""

_Seen = tuple[int, int, int, int]


class Engine:
    """What the generations in one folder are read with. It serves any number of threads."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[_Seen, dict[str, Any]]] = {}
        """The facts of the generations by number, and the files that they were read from."""
        self._attached: list[str] = []
        """The databases of generations, the one that was read last at the end."""
        self._readers: Counter[str] = Counter()
        self._sights: set[str] = set()
        """The schemas of what is seen of a generation."""
        self._attaching = threading.RLock()

    @cached_property
    def _instance(self) -> duckdb.DuckDBPyConnection:
        # In memory: generations are attached to it, so that a new one can be taken up while
        # cursors still read the one before.
        return connect()

    def facts(self, number: int, path: Path) -> dict[str, Any]:
        """The facts of a generation, read again when another file has its name.

        Raises:
            StoreGone: there is no such file.
            StoreDamaged: it does not prove that it is a finished generation.
        """
        try:
            seen = _seen(path)
        except OSError:
            raise gone(number) from None
        with self._attaching:
            known = self._known.get(number)
            if known is None or known[0] != seen:
                known = self._known[number] = (seen, self._read_facts(number, path))
            return known[1]

    def _read_facts(self, number: int, path: Path) -> dict[str, Any]:
        database = f"facts_{number:d}"
        with self._without_fatal_errors():
            facts.attach(self._instance, path, database, number)
            try:
                return facts.read(self._instance, database, number)
            finally:
                with suppress(duckdb.Error):
                    self._instance.execute(f"detach {database}")

    @contextmanager
    def cursor(
        self, number: int, id: str, path: Path, sight: Sight
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A private connection whose unqualified names are the tables of the generation of that id.

        Raises:
            StoreGone: it is no longer there.
            StoreRefused: the engine cannot do what is asked of it there.
        """
        with (
            self._without_fatal_errors(),
            worded(f"Generation {number} cannot be read", StoreRefused, WHAT_TO_DO),
        ):
            database, readers, cursor = self._attach(number, id, path)
            try:
                with closing(cursor):
                    cursor.execute(f"set search_path = '{self._shown(sight, database)},memory'")
                    yield cursor
            finally:
                with self._attaching:
                    readers[database] -= 1

    def _attach(
        self, number: int, id: str, path: Path
    ) -> tuple[str, "Counter[str]", duckdb.DuckDBPyConnection]:
        """Opens a generation for one more reader.

        Gives the name of its database, the readers among which that one counts, and a cursor of
        the instance where it is open: another one may be begun with while they read.

        Lets go of those that nobody reads, but for the few that were read last.
        """
        database = f"g{number:d}_{id}"
        with self._attaching:
            if database in self._attached:
                self._attached.remove(database)
            else:
                self._open(number, id, path, database)
            self._attached.append(database)
            self._readers[database] += 1
            for old in self._attached[:-_OPEN_GENERATIONS]:
                if not self._readers[old]:
                    self._instance.execute(f"detach {old}")
                    self._attached.remove(old)
            return database, self._readers, self._instance.cursor()

    def _open(self, number: int, id: str, path: Path, database: str) -> None:
        if not path.is_file():
            raise gone(number)
        facts.attach(self._instance, path, database, number)
        if facts.read(self._instance, database, number)["id"] != id:
            self._instance.execute(f"detach {database}")
            raise gone(number)

    def _shown(self, sight: Sight, database: str) -> str:
        """Where the tables of a generation are found: those of a sight before all of them."""
        if sight.is_whole:
            return database
        schema = f"memory.{database}_{sight.id}"
        with self._attaching:
            if schema not in self._sights:
                sight.show(self._instance, database, schema)
                self._sights.add(schema)
        # Without the database itself: what is not shown is not there.
        return schema

    @contextmanager
    def _without_fatal_errors(self) -> Iterator[None]:
        """Begins with a new instance after an error that the engine lets nobody go on after."""
        try:
            yield
        except StoreError as error:
            if isinstance(error.__cause__, duckdb.FatalException | duckdb.InternalException):
                with self._attaching:
                    self.__dict__.pop("_instance", None)
                    self._attached.clear()
                    self._sights.clear()
                    self._readers = Counter()  # those of before are counted down where they were
            raise


def gone(number: int) -> StoreGone:
    """The error of a generation that is no longer there."""
    return StoreGone(f"Generation {number} is no longer kept.")


def _seen(path: Path) -> _Seen:
    """What tells a file from another one of its name."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
