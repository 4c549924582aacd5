"""Writing a store: drafts of its next generation, one load at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

from data import facts
from data import scratch as scratches
from data.connection import connect, engine_path, row, value
from data.derive import derive
from data.errors import (
    WHAT_TO_DO,
    StoreEmpty,
    StoreError,
    StoreRefused,
    StoreUnsettled,
    worded,
)
from data.layout import Layout
from data.lock import held
from data.pipeline import Pipeline
from data.progress import Progress, silent
from data.quoting import literal, quoted
from data.store import FORMAT, Generation, Store

DEFAULT_TIME_ZONE = "Asia/Ho_Chi_Minh"
DEFAULT_CURRENCY = "VND"

OWN = "generation"
"""The database of a draft's own input tables; so its file is called, too."""

_SCHEMA = Path(__file__).with_name("schema.sql")


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
        made = self.store.take_in(self._path, self.number)
        report("done", 1.0)
        return made

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


@contextmanager
def writing(
    store: Store,
    *,
    anew: bool = False,
    wait: float = 600,
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[Draft]:
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
        store.root.mkdir(parents=True, exist_ok=True)
        with held(store.root, wait, on_wait):
            try:
                with _drafted(store, anew=anew) as draft:
                    yield draft
            finally:
                scratches.sweep(store.root)


@contextmanager
def trying(store: Store, *, anew: bool = False) -> Iterator[Draft]:
    """A draft that is never published; loads neither wait for it nor it for them.

    anew: as in `writing`, which says what is raised but for StoreBusy.
    """
    with worded("It cannot be tried", StoreRefused, WHAT_TO_DO):
        store.root.mkdir(parents=True, exist_ok=True)
        with _drafted(store, anew=anew) as draft:
            yield draft


@contextmanager
def _drafted(store: Store, *, anew: bool) -> Iterator[Draft]:
    """A draft in a folder of its own, which goes with it."""
    there = store.generations()
    previous = _previous(store, there, anew=anew)
    with scratches.scratch(store.root) as folder:
        draft = Draft(store, _unused(store, there), _usable(previous), folder)
        draft.is_after_outdated = _is_outdated(previous)
        try:
            yield draft
        finally:
            draft.close()


def _previous(store: Store, there: Sequence[int], *, anew: bool) -> Generation | None:
    """The generation that the next one begins from."""
    if (store.root / "CURRENT").is_dir():
        raise StoreUnsettled("CURRENT is a folder, and should be a file: rename it.")
    try:
        return store.generation()
    except StoreEmpty:
        return None
    except StoreError:
        if not anew:
            raise
    return store.generation(there[-1]) if there else None


def _unused(store: Store, there: Sequence[int]) -> int:
    """The next number of which there is no file at all, not even a foreign one."""
    number = max(there, default=0) + 1
    while any(store.root.glob(f"{number}.duckdb*")):
        number += 1
    return number


def _is_outdated(generation: Generation | None) -> bool:
    """Whether real data was loaded by another version of Pheu."""
    return bool(generation and generation.is_outdated and not generation.about.get("sample"))


def _usable(generation: Generation | None) -> Generation | None:
    """The generation, unless it is of another version: then a load begins anew beside it."""
    return None if generation is None or generation.is_outdated else generation
