"""The store: a folder of immutable DuckDB generations, and `CURRENT`, which names the one in use.

A load writes a generation beside the others and swaps `CURRENT` at the very end, so readers never
wait and a half-done load is never seen. A generation's file never changes and its name is never
used twice: a process that opens a path again may be given what it had there before.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.connection import connect, row, value
from data.derive import derive
from data.errors import StoreEmpty, StoreError, StoreOutdated
from data.lock import held
from data.macros import MACROS
from data.pipeline import Pipeline
from data.progress import Progress, silent
from data.quoting import literal, quoted, used

DEFAULT_TIME_ZONE = "Asia/Ho_Chi_Minh"
DEFAULT_CURRENCY = "VND"
KEPT_GENERATIONS = 10
"""How many of the newest generations are kept for links that name one."""

FORMAT = 4
"""The shape of a generation's tables: raised when what is derived changes."""

_SCHEMA = Path(__file__).with_name("schema.sql")


@dataclass(frozen=True)
class Generation:
    """One immutable version of the store, open for reading.

    Hashes and compares by store and number, so it can be part of a cache key.
    """

    store: "Store"
    number: int

    @cached_property
    def _facts(self) -> dict[str, Any]:
        rows = self.query("select fact, value from about")
        facts = {fact: json.loads(text) for fact, text in zip(rows.fact, rows.value, strict=True)}
        if facts.get("format") != FORMAT:
            raise StoreOutdated(
                f"Generation {self.number} was made by another version of Pheu: load its files "
                "again, or make the sample again (python -m data sample)."
            )
        return facts

    @cached_property
    def pipeline(self) -> Pipeline:
        """The store's pipeline as it was when the generation was made."""
        return Pipeline.parse(self._facts["pipeline"])

    @property
    def time_zone(self) -> str:
        """The IANA zone that decides what a day and a month are."""
        return str(self._facts["time_zone"])

    @property
    def currency(self) -> str:
        """The ISO code of amounts that name none."""
        return str(self._facts["currency"])

    @property
    def sample(self) -> bool:
        """Whether this is the made-up sample rather than real data."""
        return bool(self._facts["sample"])

    @property
    def made_at(self) -> datetime:
        """When the generation was made, UTC."""
        return datetime.fromisoformat(self._facts["made_at"])

    @property
    def first_event(self) -> datetime:
        """The earliest instant in the data, naive UTC."""
        return datetime.fromisoformat(self._facts["first_event"])

    @property
    def last_event(self) -> datetime:
        """The latest instant in the data, naive UTC: what `as_of=latest` means."""
        return datetime.fromisoformat(self._facts["last_event"])

    @property
    def companies(self) -> int:
        """How many companies have two leads or more: the greatest `company_number`."""
        return int(self._facts["companies"])

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns of `reaches` and `stays` that a view can filter and break down by."""
        return tuple(self._facts["dimensions"])

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The whole answer to a query on this generation's tables.

        `parameters` are bound by name (`$name`); those the text does not use are left out.
        """
        with self.session() as session:
            return session.query(sql, parameters)

    @contextmanager
    def session(self) -> Iterator["Session"]:
        """Several questions in a row that share what is made for them; see Session."""
        with self.store.cursor(self.number) as cursor:
            yield Session(cursor)


@dataclass(frozen=True)
class Session:
    """A private connection: what is made in it is seen by nobody else and ends with it.

    Parameters are bound by name (`$name`); those that a text does not use are left out.
    """

    connection: duckdb.DuckDBPyConnection

    @classmethod
    @contextmanager
    def apart(cls) -> Iterator["Session"]:
        """A session on no store at all, for questions about a file."""
        with _in_memory() as connection:
            yield cls(connection)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The whole answer to a query."""
        return self._execute(sql, parameters).df()

    def make(self, table: str, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Makes the temporary table of a query's rows."""
        self._execute(f"create temp table {quoted(table)} as\n{sql}", parameters)

    def show(self, view: str, sql: str) -> None:
        """Makes the temporary view of a query, which has no parameters."""
        self._execute(f"create temp view {quoted(view)} as\n{sql}", None)

    def put(self, table: str, rows: pd.DataFrame) -> None:
        """Makes the temporary table of a frame's rows."""
        self.connection.register("arriving", rows)
        self._execute(f"create temp table {quoted(table)} as select * from arriving", None)
        self.connection.unregister("arriving")

    def drop(self, table: str) -> None:
        """Removes a temporary table."""
        self._execute(f"drop table temp.{quoted(table)}", None)

    def _execute(self, sql: str, parameters: Mapping[str, Any] | None) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(sql, used(sql, parameters) or None)


class Store:
    """A folder of generations. One object serves any number of threads."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._attached: set[int] = set()
        self._attaching = threading.Lock()

    def __hash__(self) -> int:
        return hash(self.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Store) and other.root == self.root

    @cached_property
    def _instance(self) -> duckdb.DuckDBPyConnection:
        # In memory: generations are attached to it, so that a new one can be taken up while
        # cursors still read the one before.
        return _in_memory()

    def current(self) -> int | None:
        """The number of the generation in use, or None when nothing has been loaded."""
        try:
            return int((self.root / "CURRENT").read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StoreError(f"{self.root / 'CURRENT'} should hold one number.") from error

    def generations(self) -> list[int]:
        """The numbers of the generations that are kept and finished, oldest first."""
        current = self.current() or 0
        return [number for number in self._files() if number <= current]

    def generation(self, number: int | None = None) -> Generation:
        """A generation to read, the current one unless a number is given.

        Raises:
            StoreEmpty: nothing has been loaded, or that generation is no longer kept.
        """
        wanted = self.current() if number is None else number
        if wanted is None:
            raise StoreEmpty(f"There is no data in {self.root} yet: load a file, or the sample.")
        if wanted not in self._attached and wanted not in self.generations():
            raise StoreEmpty(f"Generation {wanted} is no longer kept.")
        return Generation(self, wanted)

    @contextmanager
    def cursor(self, number: int) -> Iterator[duckdb.DuckDBPyConnection]:
        """A private connection whose unqualified names are a generation's tables."""
        self._attach(number)
        cursor = self._instance.cursor()
        try:
            # The macros of all sessions are beside the generations, in the database in memory.
            cursor.execute(f"set search_path = 'g{number:d},memory'")
            yield cursor
        finally:
            cursor.close()

    def _attach(self, number: int) -> None:
        with self._attaching:
            if number in self._attached:
                return
            path = literal(str(self.path(number)))
            try:
                self._instance.execute(f"attach {path} as g{number:d} (read_only)")
            except duckdb.Error as error:
                raise StoreError(f"Generation {number} cannot be read: {error}") from error
            self._attached.add(number)
            for old in sorted(self._attached)[:-KEPT_GENERATIONS]:
                self._instance.execute(f"detach g{old:d}")
                self._attached.remove(old)

    def path(self, number: int) -> Path:
        """Where a generation's file is."""
        return self.root / f"{number}.duckdb"

    @contextmanager
    def writing(
        self, *, wait: float = 600, on_wait: Callable[[str], None] | None = None
    ) -> Iterator["Draft"]:
        """A new generation in the making; nothing of it is seen unless it is published.

        Loads take turns: while another one holds the lock this waits up to `wait` seconds, telling
        `on_wait` who holds it.

        Raises:
            StoreBusy: the other load did not end in time.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with held(self.root, wait, on_wait):
            number = max((*self._files(), self.current() or 0, 0)) + 1
            self._sweep()
            draft = Draft(self, number)
            try:
                yield draft
            finally:
                draft.close()

    def _sweep(self) -> None:
        """Removes what a load that died left: half a file, or one that `CURRENT` never named."""
        for left_over in self.root.glob("*.tmp*"):
            left_over.unlink()
        for number in set(self._files()) - set(self.generations()):
            self.path(number).unlink()

    def swap(self, number: int) -> None:
        """Makes a finished generation the current one, and drops the oldest beyond those kept."""
        _write_whole(self.root / "CURRENT", f"{number}\n")
        for old in self.generations()[:-KEPT_GENERATIONS]:
            self.path(old).unlink()

    def _files(self) -> list[int]:
        return sorted(
            int(path.stem) for path in self.root.glob("*.duckdb") if path.stem.isdecimal()
        )


class Draft:
    """A generation in the making: the lock is held, the input tables are there and empty."""

    def __init__(self, store: Store, number: int) -> None:
        self.store = store
        self.number = number
        current = store.current()
        self.previous = _usable(None if current is None else store.generation(current))
        self.pipeline = self.previous.pipeline if self.previous else Pipeline.default()
        self.time_zone = self.previous.time_zone if self.previous else DEFAULT_TIME_ZONE
        self.currency = self.previous.currency if self.previous else DEFAULT_CURRENCY
        self.sample = False
        self._path = store.root / f"{number}.duckdb.tmp"
        self.con = connect(str(self._path))
        self.con.execute(_SCHEMA.read_text(encoding="utf-8"))
        if self.previous is not None:
            before = literal(str(store.path(self.previous.number)))
            self.con.execute(f"attach {before} as previous (read_only)")

    def publish(self, progress: Progress | None = None) -> Generation:
        """Derives what screens scan, finishes the file and makes it the current generation.

        Raises:
            StoreError: there is not one lead in it.
        """
        report = progress or silent
        if not value(self.con, "select count(*) from leads"):
            raise StoreError("There is not one lead to show; the store stays as it was.")
        dimensions = derive(self.con, self.pipeline, self.currency, report)
        self._write_facts(dimensions)
        report("writing", 0.95)
        self.con.execute("checkpoint")
        self.con.close()
        _sync(self._path)
        self._path.rename(self.store.path(self.number))
        self.store.swap(self.number)
        report("done", 1.0)
        return self.store.generation(self.number)

    def close(self) -> None:
        """Lets go of the file; what was not published is removed."""
        self.con.close()
        for left_over in self.store.root.glob(f"{self._path.name}*"):
            left_over.unlink()

    def _write_facts(self, dimensions: tuple[str, ...]) -> None:
        first, last = row(
            self.con,
            """
            select min(instant), max(instant) from (
                select created_at as instant from leads
                union all select entered_at from stage_history
                union all select touched_at from touches
            )
            """,
        )
        facts = {
            "format": FORMAT,
            "pipeline": self.pipeline.to_toml(),
            "time_zone": self.time_zone,
            "currency": self.currency,
            "sample": self.sample,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "first_event": first.isoformat(),
            "last_event": last.isoformat(),
            "companies": value(self.con, "select coalesce(max(company_number), 0) from reaches"),
            "dimensions": dimensions,
        }
        self.con.executemany(
            "insert into about values (?, ?)",
            [(fact, json.dumps(about, ensure_ascii=False)) for fact, about in facts.items()],
        )


def _usable(generation: Generation | None) -> Generation | None:
    """The generation, unless it is of another version: then a load begins anew beside it."""
    try:
        return generation if generation and generation.pipeline else None
    except StoreOutdated:
        return None


def _in_memory() -> duckdb.DuckDBPyConnection:
    """A database that generations are attached to, with the macros that questions use."""
    con = connect()
    con.execute(MACROS)
    return con


def _write_whole(path: Path, text: str) -> None:
    """Replaces a small file so that a reader sees the old or the new text, whatever happens."""
    fresh = path.with_name(path.name + ".tmp")
    fresh.write_text(text)
    _sync(fresh)
    fresh.replace(path)
    if os.name == "posix":  # Windows opens no folder, and writes down a new name by itself
        _sync(path.parent)


def _sync(path: Path) -> None:
    """Has the system put on disk what it holds of a file or a folder."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
