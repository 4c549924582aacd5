"""A store looked through: what is right and what is wrong in each of its generations."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from data import scratch
from data.errors import StoreEmpty, StoreError
from data.quoting import quoted
from data.store import OWN_FILES, Generation, Store


@dataclass(frozen=True)
class Verdict:
    """What was found of one generation: it is whole when nothing is wrong."""

    number: int
    right: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What was found in a store.

    current: the number of the generation in use, None when there is none or it is not known.
    wrong: what is wrong with the store itself.
    left_over: the folders that killed loads have left; the next load removes them.
    foreign: what else lies in the folder and is never touched, by name.
    """

    current: int | None
    wrong: tuple[str, ...]
    generations: tuple[Verdict, ...]
    left_over: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether all is well."""
        return not self.wrong and not any(each.wrong for each in self.generations)


def report(store: Store) -> Report:
    """Everything there is to say about a store; every byte of it is read."""
    current, wrong = None, []
    try:
        current = store.current()
        store.generation()
    except StoreEmpty:
        pass
    except StoreError as error:
        wrong.append(str(error))
    numbers = store.files()
    ours = {*OWN_FILES, *(store.path(number).name for number in numbers)}
    return Report(
        current,
        tuple(wrong),
        tuple(verdict(store, number) for number in numbers),
        tuple(folder.name for folder in scratch.left_over(store.root)),
        tuple(sorted(path.name for path in store.root.glob("*") if not _is_ours(path, ours))),
    )


def _is_ours(path: Path, names: Collection[str]) -> bool:
    return path.name in names or (path / scratch.MARK).is_file()


def verdict(store: Store, number: int) -> Verdict:
    """What is right and wrong with one generation."""
    right: list[str] = []
    try:
        generation = store.generation(number)
        right.append(f"finished {generation.made_at:%Y-%m-%d %H:%M} UTC with id {generation.id}")
        right.append(f"of this version of Pheu, in {generation.time_zone}")
        right += _tables(generation)
        right.append(_leads(generation))
    except StoreError as error:
        return Verdict(number, tuple(right), (str(error),))
    return Verdict(number, tuple(right), ())


def _tables(generation: Generation) -> Iterator[str]:
    """Reads all that is in the tables: the engine compares each block with its checksum."""
    names = generation.query(
        "select table_name as name from duckdb_tables() where database_name = current_database() "
        "order by name"
    )["name"]
    rows = 0
    for name in names:
        counted = generation.query(
            f"select count(*) as n, bit_xor(hash(whole)) as sum from {quoted(name)} as whole"
        )
        rows += int(counted["n"].iat[0])
    yield f"{len(names)} tables of {rows:,} rows can be read"


def _leads(generation: Generation) -> str:
    counts = generation.query(
        "select (select count(*) from leads) as leads, "
        "(select count(*) from reaches where stage_rank = 0) as entered"
    )
    leads, entered = (int(count) for count in counts.iloc[0])
    if leads != entered:
        raise StoreError(f"It has {leads:,} leads, but {entered:,} that entered the funnel.")
    return f"{leads:,} leads, each of which entered the funnel"
