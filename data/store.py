"""The store: a folder of immutable DuckDB generations, and `CURRENT`, which names the one in use.

A load writes a generation in a scratch folder, moves it beside the others and swaps `CURRENT` at
the very end, so readers never wait and a half-done load is never seen. A generation's file never
changes. It proves by the facts and the id inside it that it is a finished one; nothing that is
finished is removed because of what `CURRENT` says, and nothing at all that is not ours.
"""

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any

import duckdb

from data import facts
from data import scratch as scratches
from data.connection import connect, engine_path, row, value
from data.derive import Layout, derive
from data.errors import (
    WHAT_TO_DO,
    StoreEmpty,
    StoreError,
    StoreGone,
    StoreOutdated,
    StoreRefused,
    StoreUnsettled,
    worded,
)
from data.lock import held
from data.pipeline import Pipeline
from data.progress import Progress, silent
from data.quoting import literal, quoted
from data.session import Session
from data.sight import WHOLE, Sight

if TYPE_CHECKING:  # importing it takes longer than all else that a command starts with
    import pandas as pd

DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "store"
"""Where the store is unless it is said: beside the program, wherever that is started from."""
DEFAULT_TIME_ZONE = "Asia/Ho_Chi_Minh"
DEFAULT_CURRENCY = "VND"
KEPT_GENERATIONS = 10
"""How many of the newest generations are kept, beside those that are pinned, unless the environment
says another number in `PHEU_KEPT_GENERATIONS`."""

OWN_FILES = (
    *("CURRENT", "LOCK", "HOLDER", "PINS", "refused.csv"),
    *("state.sqlite", "state.sqlite-wal", "state.sqlite-shm"),
)
"""What lies in a store beside the generations and what is unfinished."""

FORMAT = 7
"""The shape of a generation's tables: raised when what is derived changes."""

OWN = "generation"
"""The database of a draft's own input tables; so its file is called, too."""

_OPEN_GENERATIONS = 3
"""How many generations stay open beside those that are being read: each keeps what was read of it
in memory."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_PIN = re.compile(rf"(?P<number>{_NUMBER.pattern})(?:\.(?P<by>[a-z]+))?")
_Seen = tuple[int, int, int, int]


@dataclass(frozen=True)
class Generation:
    """One immutable version of the store, open for reading: as much of it as its sight shows.

    Hashes and compares by store, number, id and sight, so it can be part of a cache key: in a store
    made anew in the same folder another generation has the same number.
    """

    store: "Store"
    number: int
    id: str
    about: Mapping[str, Any] = field(compare=False, repr=False)
    """Its facts, as they stand in its file: of all of it, whatever its sight."""
    sight: Sight = WHOLE

    def seen(self, sight: Sight) -> "Generation":
        """The same generation for somebody who sees so much of it."""
        return replace(self, sight=sight)

    @property
    def is_outdated(self) -> bool:
        """Whether another version of Pheu made it, so that this one cannot read it."""
        return bool(self.about.get("format") != FORMAT)

    @property
    def _facts(self) -> Mapping[str, Any]:
        if self.is_outdated:
            raise StoreOutdated(
                f"Generation {self.number} was made by another version of Pheu: load its files "
                "again, or make the sample again (python -m data sample)."
            )
        return self.about

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
        """When the generation was made, UTC; also of one that another version of Pheu made."""
        return datetime.fromisoformat(self.about["made_at"])

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
    def untimed(self) -> int:
        """How many leads have a stage that only a present status tells, without its time."""
        return int(self._facts["untimed"])

    @property
    def appended(self) -> int:
        """How many leads were put at the end of the tables since all rows were put in order."""
        return int(self._facts.get("appended", 0))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns of `reaches` and `stays` that a view can filter and break down by."""
        return tuple(self._facts["dimensions"])

    @property
    def grouped(self) -> dict[str, int]:
        """The further columns with more values than are offered, and how many each has.

        Those among `dimensions` have their largest values and `data.derive.OTHER_VALUES`.
        """
        return dict(self._facts["grouped"])

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> "pd.DataFrame":
        """The whole answer to a query on this generation's tables.

        `parameters` are bound by name (`$name`); those the text does not use are left out.
        """
        with self.session() as session:
            return session.query(sql, parameters)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Several questions in a row that share what is made for them; see Session."""
        with self.store.cursor(self) as cursor:
            yield Session(cursor)


class Store:
    """A folder of generations. One object serves any number of threads."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._known: dict[int, tuple[_Seen, dict[str, Any]]] = {}
        """The facts of the generations by number, and the files that they were read from."""
        self._attached: list[str] = []
        """The databases of generations, the one that was read last at the end."""
        self._readers: Counter[str] = Counter()
        self._sights: set[str] = set()
        """The schemas of what is seen of a generation."""
        self._attaching = threading.RLock()

    def __hash__(self) -> int:
        return hash(self.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Store) and other.root == self.root

    def __reduce__(self) -> tuple[type["Store"], tuple[Path]]:
        return Store, (self.root,)  # as another process opens it

    @cached_property
    def _instance(self) -> duckdb.DuckDBPyConnection:
        # In memory: generations are attached to it, so that a new one can be taken up while
        # cursors still read the one before.
        return connect()

    def path(self, number: int) -> Path:
        """Where a generation's file is."""
        return self.root / f"{number}.duckdb"

    # --- what there is ------------------------------------------------------------------------

    def current(self) -> int | None:
        """The number of the generation in use, or None when nothing has been loaded.

        Raises:
            StoreUnsettled: `CURRENT` is missing beside finished generations, or no number.
        """
        with worded("CURRENT cannot be read", StoreUnsettled, WHAT_TO_DO):
            try:
                text = (self.root / "CURRENT").read_text(encoding="utf-8")
            except FileNotFoundError:
                text = None
        if text is None:
            there = self.generations()
            if there:
                raise StoreUnsettled(
                    "CURRENT, which names the generation in use, is missing beside "
                    f"{', '.join(map(str, there))}. {WHAT_TO_DO}"
                )
            return None
        if not _NUMBER.fullmatch(text.strip()):
            raise StoreUnsettled(f"CURRENT should hold the number of a generation. {WHAT_TO_DO}")
        return int(text)

    def generations(self) -> list[int]:
        """The numbers of the generations that are kept and finished, oldest first."""
        return [number for number in self.files() if self._is_finished(number)]

    def files(self) -> list[int]:
        """The numbers of the files that are named like a generation, whatever is in them."""
        names = [path.stem for path in self.root.glob("*.duckdb") if path.is_file()]
        return sorted(int(name) for name in names if _NUMBER.fullmatch(name))

    def generation(self, number: int | None = None, id: str = "") -> Generation:
        """A generation to read, the current one unless a number is given.

        id: of that number only the generation with this id, when it is given.

        Raises:
            StoreEmpty: nothing has been loaded.
            StoreGone: that generation is no longer kept.
            StoreUnsettled: which one is in use is not known.
            StoreDamaged: its file does not prove that it is a finished generation.
        """
        wanted = self.current() if number is None else number
        if wanted is None:
            raise StoreEmpty(f"There is no data in {self.root} yet: load a file, or the sample.")
        try:
            about = self._facts(wanted)
        except StoreGone:
            if number is None:
                raise StoreUnsettled(
                    f"CURRENT names generation {wanted}, which is not there. {WHAT_TO_DO}"
                ) from None
            raise
        if id not in ("", about["id"]):
            raise _gone(wanted)
        return Generation(self, wanted, about["id"], about)

    def _is_finished(self, number: int) -> bool:
        try:
            return bool(self._facts(number))
        except StoreError:
            return False

    def _facts(self, number: int) -> dict[str, Any]:
        """The facts of a generation, read again when another file has its name."""
        try:
            seen = _seen(self.path(number))
        except OSError:
            raise _gone(number) from None
        with self._attaching:
            known = self._known.get(number)
            if known is None or known[0] != seen:
                known = self._known[number] = (seen, self._read_facts(number))
            return known[1]

    def _read_facts(self, number: int) -> dict[str, Any]:
        database = f"facts_{number:d}"
        with self._without_fatal_errors():
            facts.attach(self._instance, self.path(number), database, number)
            try:
                return facts.read(self._instance, database, number)
            finally:
                with suppress(duckdb.Error):
                    self._instance.execute(f"detach {database}")

    # --- reading ------------------------------------------------------------------------------

    @contextmanager
    def cursor(self, generation: Generation) -> Iterator[duckdb.DuckDBPyConnection]:
        """A private connection whose unqualified names are a generation's tables.

        Raises:
            StoreGone: it is no longer there.
            StoreRefused: the engine cannot do what is asked of it there.
        """
        number = generation.number
        with (
            self._without_fatal_errors(),
            worded(f"Generation {number} cannot be read", StoreRefused, WHAT_TO_DO),
        ):
            database, readers, cursor = self._attach(generation)
            try:
                with closing(cursor):
                    cursor.execute(f"set search_path = '{self._seen(generation, database)},memory'")
                    yield cursor
            finally:
                with self._attaching:
                    readers[database] -= 1

    def _attach(
        self, generation: Generation
    ) -> tuple[str, "Counter[str]", duckdb.DuckDBPyConnection]:
        """Opens a generation for one more reader.

        Gives the name of its database, the readers among which that one counts, and a cursor of
        the instance where it is open: another one may be begun with while they read.

        Lets go of those that nobody reads, but for the few that were read last.
        """
        database = f"g{generation.number:d}_{generation.id}"
        with self._attaching:
            if database in self._attached:
                self._attached.remove(database)
            else:
                self._open(generation, database)
            self._attached.append(database)
            self._readers[database] += 1
            for old in self._attached[:-_OPEN_GENERATIONS]:
                if not self._readers[old]:
                    self._instance.execute(f"detach {old}")
                    self._attached.remove(old)
            return database, self._readers, self._instance.cursor()

    def _seen(self, generation: Generation, database: str) -> str:
        """Where the tables of a generation are found: those of its sight before all of them."""
        if generation.sight.is_whole:
            return database
        schema = f"memory.{database}_{generation.sight.id}"
        with self._attaching:
            if schema not in self._sights:
                generation.sight.show(self._instance, database, schema)
                self._sights.add(schema)
        # Without the database itself: what is not shown is not there.
        return schema

    def _open(self, generation: Generation, database: str) -> None:
        number = generation.number
        if not self.path(number).is_file():
            raise _gone(number)
        facts.attach(self._instance, self.path(number), database, number)
        if facts.read(self._instance, database, number)["id"] != generation.id:
            self._instance.execute(f"detach {database}")
            raise _gone(number)

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

    # --- writing ------------------------------------------------------------------------------

    @contextmanager
    def writing(
        self,
        *,
        anew: bool = False,
        wait: float = 600,
        on_wait: Callable[[str], None] | None = None,
    ) -> Iterator["Draft"]:
        """A new generation in the making; nothing of it is seen unless it is published.

        Loads take turns: while another one holds the lock this waits up to `wait` seconds, telling
        `on_wait` who holds it.

        anew: nothing of the one before is needed, so that the store need not be in order. Its
            settings are those of the newest generation that can be read.

        Raises:
            StoreBusy: the other load did not end in time.
            StoreUnsettled, StoreDamaged: the generation in use is not known, or cannot be read.
            StoreRefused: the disk is full, the folder may not be written, …
        """
        with worded("Nothing was written, and the store stays as it was", StoreRefused, WHAT_TO_DO):
            self.root.mkdir(parents=True, exist_ok=True)
            with held(self.root, wait, on_wait):
                try:
                    with self._drafted(anew=anew) as draft:
                        yield draft
                finally:
                    scratches.sweep(self.root)

    @contextmanager
    def trying(self, *, anew: bool = False) -> Iterator["Draft"]:
        """A draft that is never published; loads neither wait for it nor it for them.

        anew: as in `writing`, which says what is raised but for StoreBusy.
        """
        with worded("It cannot be tried", StoreRefused, WHAT_TO_DO):
            self.root.mkdir(parents=True, exist_ok=True)
            with self._drafted(anew=anew) as draft:
                yield draft

    @contextmanager
    def _drafted(self, *, anew: bool) -> Iterator["Draft"]:
        """A draft in a folder of its own, which goes with it."""
        there = self.generations()
        previous = self._previous(there, anew=anew)
        with scratches.scratch(self.root) as folder:
            draft = Draft(self, self._unused(there), _usable(previous), folder)
            draft.is_after_outdated = _is_outdated(previous)
            try:
                yield draft
            finally:
                draft.close()

    def _previous(self, there: Sequence[int], *, anew: bool) -> Generation | None:
        """The generation that the next one begins from."""
        if (self.root / "CURRENT").is_dir():
            raise StoreUnsettled("CURRENT is a folder, and should be a file: rename it.")
        try:
            return self.generation()
        except StoreEmpty:
            return None
        except StoreError:
            if not anew:
                raise
        return self.generation(there[-1]) if there else None

    def _unused(self, there: Sequence[int]) -> int:
        """The next number of which there is no file at all, not even a foreign one."""
        number = max(there, default=0) + 1
        while any(self.root.glob(f"{number}.duckdb*")):
            number += 1
        return number

    def use(self, number: int, *, wait: float = 600) -> Generation:
        """Makes a generation that is kept the current one.

        Raises:
            StoreGone, StoreDamaged, StoreOutdated: it is not there, or cannot be used.
            StoreBusy: a load did not end in time.
        """
        with (
            worded("The store stays as it was", StoreRefused),
            held(self.root, wait),
            scratches.scratch(self.root) as folder,
        ):
            generation = self.generation(number)
            _ = generation.pipeline
            self._point_to(number, folder)
        return generation

    def _point_to(self, number: int, folder: Path) -> None:
        """Replaces `CURRENT`, so that a reader sees the old or the new number, whatever happens."""
        fresh = folder / "CURRENT"
        fresh.write_text(f"{number}\n", encoding="utf-8")
        _sync(fresh)
        fresh.replace(self.root / "CURRENT")
        _sync_folder(self.root)

    def _drop_old(self) -> None:
        """Removes the oldest generations beyond those kept, but none that is pinned."""
        for old in self.generations()[: -kept_generations()]:
            if old not in self.pinned():
                with suppress(OSError):  # the next load tries again
                    self.path(old).unlink()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for files on their way in; it is removed at the end, or by a later load.

        Raises:
            StoreRefused: it cannot be made, or the disk is full.
        """
        with worded("The file cannot be taken in", StoreRefused):
            self.root.mkdir(parents=True, exist_ok=True)
            with scratches.scratch(self.root) as folder:
                yield folder

    # --- pins ---------------------------------------------------------------------------------

    def pin(self, number: int, by: str = "") -> None:
        """Keeps a generation, however many loads come after it: a frozen link names it.

        by: a word for who else wants it kept, who takes this pin away alone.

        Raises:
            StoreGone: it is no longer there.
            StoreRefused: the folder may not be written.
        """
        pin = self._pin(number, by)
        if pin.exists():
            return
        with worded(f"Generation {number} cannot be pinned", StoreRefused):
            # Pinned before it is looked for: a load that ends meanwhile sees the one or the other.
            self._pins.mkdir(exist_ok=True)
            pin.touch()
            if not self.path(number).is_file():
                pin.unlink(missing_ok=True)
                raise _gone(number)

    def unpin(self, number: int, by: str = "") -> None:
        """Keeps a generation no longer than others; its frozen links end with it."""
        with worded(f"Generation {number} cannot be unpinned", StoreRefused):
            self._pin(number, by).unlink(missing_ok=True)

    def pinned(self, by: str | None = None) -> set[int]:
        """The numbers that are pinned, by anybody or by one; not all of them need to be there."""
        if not self._pins.is_dir():
            return set()
        pins = filter(None, (_PIN.fullmatch(pin.name) for pin in self._pins.iterdir()))
        return {int(pin["number"]) for pin in pins if by is None or (pin["by"] or "") == by}

    def _pin(self, number: int, by: str) -> Path:
        return self._pins / (f"{number}.{by}" if by else str(number))

    @property
    def _pins(self) -> Path:
        return self.root / "PINS"


class Draft:
    """A generation in the making: the lock is held, the input tables are there and empty.

    All of it lies in its scratch folder: its file, what the engine spills, and files in between.
    """

    def __init__(
        self, store: Store, number: int, previous: Generation | None, scratch: Path
    ) -> None:
        self.store = store
        self.number = number
        self.previous = previous
        self.scratch = scratch
        self.pipeline = previous.pipeline if previous else Pipeline.default()
        self.time_zone = previous.time_zone if previous else DEFAULT_TIME_ZONE
        self.currency = previous.currency if previous else DEFAULT_CURRENCY
        self.sample = False
        self.is_after_outdated = False
        """Whether the data that the store shows now is real, and of another version of Pheu."""
        self.appended = 0
        """How many leads have their rows at the end of the tables, and not in order."""
        self.con = connect()
        # What does not fit into memory goes beside the file.
        self.con.execute(f"set temp_directory = {literal(engine_path(scratch / 'spilled'))}")
        self._path = self._file_of(OWN)
        self._use(OWN)
        self.con.execute(_SCHEMA.read_text(encoding="utf-8"))
        self.attach_previous()

    def attach_previous(self, database: str = "previous") -> None:
        """Opens the generation before for reading, if there is one, under a name."""
        if self.previous is not None:
            number = self.previous.number
            facts.attach(self.con, self.store.path(number), database, number)

    def become_copy(self, database: str) -> None:
        """Goes on in a copy of the generation before, under a name; `OWN` has what was made yet."""
        if self.previous is not None:
            self._path = self._file_of(database)
            copyfile(self.store.path(self.previous.number), self._path)
            self._use(database)
            self.con.execute("delete from about")

    def _file_of(self, database: str) -> Path:
        return self.scratch / f"{database}.duckdb"

    def _use(self, database: str) -> None:
        """Has unqualified names be tables of a database in the scratch folder, new or there.

        Nothing in its file counts before all of it is written, so the engine keeps no log to mend
        it from: to write that down and wait for the disk takes longer than a small load.
        """
        path = literal(engine_path(self._file_of(database)))
        self.con.execute(f"attach {path} as {quoted(database)} (recovery_mode no_wal_writes)")
        self.con.execute(f"use {quoted(database)}")

    def has_settings_of_previous(self) -> bool:
        """Whether the pipeline, the zone and the currency are those of the generation before."""
        before = self.previous
        return before is not None and (
            (self.pipeline, self.time_zone, self.currency)
            == (before.pipeline, before.time_zone, before.currency)
        )

    def publish(
        self, progress: Progress | None = None, derived: Callable[[Progress], Layout] | None = None
    ) -> Generation:
        """Derives what screens scan, finishes the file and makes it the current generation.

        derived: makes what screens scan in another way than from all that is in the draft.

        Raises:
            StoreError: there is not one lead in it.
        """
        report = progress or silent
        if not value(self.con, "select count(*) from leads"):
            raise StoreError("There is not one lead to show; the store stays as it was.")
        layout = (
            derived(report) if derived else derive(self.con, self.pipeline, self.currency, report)
        )
        self._write_facts(layout)
        report("writing", 0.95)
        self.con.execute("checkpoint")
        self.con.close()
        _sync(self._path)
        # In a store where anything is odd, as when an older generation is in use, none is old yet.
        is_in_order = self._follows_the_newest()
        self._path.rename(self.store.path(self.number))
        # On disk under its name before CURRENT says that name: the system may write either first.
        _sync_folder(self.store.root)
        self.store._point_to(self.number, self.scratch)
        if is_in_order:
            self.store._drop_old()
        report("done", 1.0)
        return self.store.generation(self.number)

    def _follows_the_newest(self) -> bool:
        there = self.store.generations()
        try:
            return self.store.current() == max(there, default=None)
        except StoreError:
            return False

    def close(self) -> None:
        """Lets go of the file."""
        self.con.close()

    def _write_facts(self, layout: Layout) -> None:
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
        untimed, companies = row(
            self.con,
            "select count(*) filter (not is_timed), coalesce(max(company_number), 0) from reached "
            "where stage_rank = 0",
        )
        about = {
            "format": FORMAT,
            "id": facts.new_id(),
            "pipeline": self.pipeline.to_toml(),
            "time_zone": self.time_zone,
            "currency": self.currency,
            "sample": self.sample,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "first_event": first.isoformat(),
            "last_event": last.isoformat(),
            "untimed": untimed,
            "companies": companies,
            "dimensions": layout.dimensions,
            "grouped": layout.grouped,
            "appended": self.appended,
        }
        facts.write(self.con, about)


def kept_generations() -> int:
    """How many of the newest generations are kept; what is no number above 0 changes nothing."""
    said = os.environ.get("PHEU_KEPT_GENERATIONS", "")
    return int(said) if _NUMBER.fullmatch(said) else KEPT_GENERATIONS


def _is_outdated(generation: Generation | None) -> bool:
    """Whether real data was loaded by another version of Pheu."""
    return bool(generation and generation.is_outdated and not generation.about.get("sample"))


def _usable(generation: Generation | None) -> Generation | None:
    """The generation, unless it is of another version: then a load begins anew beside it."""
    return None if generation is None or generation.is_outdated else generation


def _gone(number: int) -> StoreGone:
    return StoreGone(f"Generation {number} is no longer kept.")


def _seen(path: Path) -> _Seen:
    """What tells a file from another one of its name."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _sync(path: Path) -> None:
    """Has the system put on disk what it holds of a file or a folder."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(path: Path) -> None:
    if os.name == "posix":  # Windows opens no folder, and writes down a new name by itself
        _sync(path)
