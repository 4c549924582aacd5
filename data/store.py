"""The store: a folder of immutable DuckDB generations, and `CURRENT`, which names the one in use.

A load writes a generation in a scratch folder, moves it beside the others and swaps `CURRENT` at
the very end, so readers never wait and a half-done load is never seen. A generation's file never
changes. It proves by the facts and the id inside it that it is a finished one; nothing that is
finished is removed because of what `CURRENT` says, and nothing at all that is not ours.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from data import scratch as scratches
from data.engine import Engine, gone
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
from data.session import Session
from data.sight import WHOLE, Sight

if TYPE_CHECKING:  # importing it takes longer than all else that a command starts with
    import pandas as pd

DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "store"
"""Where the store is unless it is said: beside the program, wherever that is started from."""
KEPT_GENERATIONS = 10
"""How many of the newest generations are kept, beside those that are pinned, unless the environment
says another number in `PHEU_KEPT_GENERATIONS`."""

OWN_FILES = (
    *("CURRENT", "LOCK", "HOLDER", "PINS", "refused.csv"),
    *("STATE", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm"),
)
"""What lies in a store beside the generations and what is unfinished."""

FORMAT = 9
"""The shape of a generation's tables: raised when what is derived changes."""

_PINNED_WITHIN = 15
"""Seconds that a turn at the pins is waited for: each takes a moment."""

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_PIN = re.compile(rf"(?P<number>{_NUMBER.pattern})(?:\.(?P<by>[a-z]+))?")


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
        return _pipeline(self._facts["pipeline"])

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

        Those among `dimensions` have their largest values and `data.layout.OTHER_VALUES`.
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
        self._engine = Engine()

    def __hash__(self) -> int:
        return hash(self.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Store) and other.root == self.root

    def __reduce__(self) -> tuple[type["Store"], tuple[Path]]:
        return Store, (self.root,)  # as another process opens it

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
            raise gone(wanted)
        return Generation(self, wanted, about["id"], about)

    def _is_finished(self, number: int) -> bool:
        try:
            return bool(self._facts(number))
        except StoreError:
            return False

    def _facts(self, number: int) -> dict[str, Any]:
        return self._engine.facts(number, self.path(number))

    def cursor(self, generation: Generation) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A private connection whose unqualified names are a generation's tables.

        Raises:
            StoreGone: it is no longer there.
            StoreRefused: the engine cannot do what is asked of it there.
        """
        number = generation.number
        return self._engine.cursor(number, generation.id, self.path(number), generation.sight)

    # --- what is kept -------------------------------------------------------------------------

    def take_in(self, file: Path, number: int) -> Generation:
        """Makes a finished file in a scratch folder a generation, and the current one.

        For who holds the lock; of the number there is no generation yet.
        """
        _sync(file)
        # In a store where anything is odd, as when an older generation is in use, none is old yet.
        is_in_order = self._has_newest_in_use()
        file.rename(self.path(number))
        # On disk under its name before CURRENT says that name: the system may write either first.
        _sync_folder(self.root)
        self._point_to(number, file.parent)
        if is_in_order:
            self._drop_old()
        return self.generation(number)

    def _has_newest_in_use(self) -> bool:
        try:
            return self.current() == max(self.generations(), default=None)
        except StoreError:
            return False

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
            with suppress(OSError, StoreError), self._pinning():  # the next load tries again
                if old not in self.pinned():
                    self.path(old).unlink()

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
        with worded(f"Generation {number} cannot be pinned", StoreRefused), self._pinning():
            if not self.path(number).is_file():
                raise gone(number)
            pin.touch()

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

    @contextmanager
    def _pinning(self) -> Iterator[None]:
        """A turn in which a generation is pinned, or seen to be of no pin and removed.

        It is not the lock of loads, which whoever shares a view would wait for.
        """
        self._pins.mkdir(exist_ok=True)
        with held(self._pins, _PINNED_WITHIN):
            yield

    def _pin(self, number: int, by: str) -> Path:
        return self._pins / (f"{number}.{by}" if by else str(number))

    @property
    def _pins(self) -> Path:
        return self.root / "PINS"

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


@lru_cache(maxsize=8)
def _pipeline(text: str) -> Pipeline:
    """The pipeline of a text: the generation is opened for every page, and few of them differ."""
    return Pipeline.parse(text)


def kept_generations() -> int:
    """How many of the newest generations are kept; what is no number above 0 changes nothing."""
    said = os.environ.get("PHEU_KEPT_GENERATIONS", "")
    return int(said) if _NUMBER.fullmatch(said) else KEPT_GENERATIONS


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
