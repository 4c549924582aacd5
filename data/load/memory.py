"""How much memory a load takes: it follows from its files, and what is more goes to the disk.

What is put down there and read again costs a twentieth of a load's time; memory that a load does
not need is left to those who look at pages meanwhile.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import duckdb

from data.connection import most_memory
from data.draft import Draft
from data.errors import StoreError, is_full

LEAST = 448 << 20
"""The engine has so many bytes at least, beside what the process has taken before it begins."""
SHARE = 1.8
"""Of each byte of the files, and of the data that they are added to."""

Answer = TypeVar("Answer")


def needed(files: Sequence[Path], previous: Path | None = None) -> int:
    """The bytes of memory that a load of files needs so that little of it goes to the disk.

    previous: the generation that they are added to.
    """
    there = [path for path in (*files, previous) if path is not None and path.is_file()]
    return max(LEAST, int(SHARE * sum(path.stat().st_size for path in there)))


def hold(draft: Draft, memory: int) -> None:
    """Has the engine keep to so many bytes of memory, or to what it may have if that is less."""
    most = min(memory, most_memory())
    draft.con.execute(f"set memory_limit = '{most >> 20:d}MiB'")
    # (room that it gave back, only to ask for it again, would be cleared by the system each time)
    draft.con.execute(f"set block_allocator_memory = '{most >> 20:d}MiB'")


def within(attempt: Callable[[bool], Answer]) -> Answer:
    """What an attempt gives with the memory that it needs, else with all that there is.

    The second attempt is told that it is `ample`. The first has changed nothing: a load is made
    whole before any of it is seen.
    """
    try:
        return attempt(False)
    except StoreError as error:
        cause = error.__cause__
        if not isinstance(cause, duckdb.OutOfMemoryException) or is_full(cause):
            raise
    return attempt(True)


def give_all(draft: Draft) -> None:
    """Has the engine take whatever it may have, with one thread: each needs memory of its own."""
    hold(draft, most_memory())
    draft.con.execute("set threads = 1")
