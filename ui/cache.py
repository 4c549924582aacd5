"""A cache: bounded by the bytes of its values, each made once, for all who ask for it meanwhile."""

import os
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from itertools import chain
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

_MEGABYTES = 128

_LARGEST_PART = 8
"""What takes more than this part of the room is made each time: it would leave none for others."""


_FRAME, _COLUMN = 2_000, 1_000
"""What a frame takes beside its values, and one more column of it, about."""

_PLAIN = frozenset({type(None), bool, int, float, str, bytes, date, datetime})
"""What holds nothing else, which is nearly all that an answer is made of: not looked into."""


def room(eighths: int) -> int:
    """How many bytes a cache may take: its part of the `PHEU_CACHE_MB` megabytes of the process."""
    return int(os.environ.get("PHEU_CACHE_MB", _MEGABYTES)) * 2**20 * eighths // 8


@dataclass(frozen=True)
class _Entry:
    value: Any
    of: Hashable
    size: int


class Cache:
    """Values by key, each `of` something that may be gone one day; the ones used last are kept.

    One object serves any number of threads. What goes wrong in making a value is told to all who
    wait for it, and is not kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._made: dict[Hashable, Future[Any]] = {}
        self._kinds = Counter[Hashable]()
        """How many entries there are of each thing."""
        self._bytes = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many bytes the values take, about."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def answer(self, key: Hashable, of: Hashable, make: Callable[[], Any]) -> Any:
        """The value of a key; `make` makes it where it is not kept."""
        with self._lock:
            if (entry := self._entries.get(key)) is not None:
                self._entries.move_to_end(key)
                return entry.value
            if (theirs := self._made.get(key)) is None:
                ours = self._made[key] = Future[Any]()
        if theirs is not None:
            return theirs.result()
        try:
            value = make()
            entry = _Entry(value, of, size_of(value, beside=of))
        except BaseException as error:
            with self._lock:
                del self._made[key]
            ours.set_exception(error)
            raise
        with self._lock:
            del self._made[key]
            self._keep(key, entry)
        ours.set_result(value)
        return value

    def knows(self, key: Hashable) -> bool:
        """Whether the value of a key is there, and need not be made or waited for."""
        with self._lock:
            return key in self._entries

    def kinds(self) -> set[Hashable]:
        """What the values that are kept are of."""
        with self._lock:
            return set(self._kinds)

    def drop(self, gone: Collection[Hashable]) -> None:
        """Forgets all values of what is gone."""
        with self._lock:
            for key in [key for key, entry in self._entries.items() if entry.of in gone]:
                self._forget(key)

    def clear(self) -> None:
        """Forgets all values."""
        with self._lock:
            self._entries.clear()
            self._kinds.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, entry: _Entry) -> None:
        if entry.size > self.most_bytes // _LARGEST_PART:
            return
        self._entries[key] = entry
        self._kinds[entry.of] += 1
        self._bytes += entry.size
        while self._bytes > self.most_bytes:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: Hashable) -> None:
        entry = self._entries.pop(key)
        self._bytes -= entry.size
        self._kinds[entry.of] -= 1
        if not self._kinds[entry.of]:
            del self._kinds[entry.of]


def size_of(value: Any, *, beside: object = None) -> int:
    """How many bytes a value takes with all that it holds, about; what is met twice counts once.

    `beside` does not count: it would be there without the value.
    """
    size, met, left = 0, {id(beside)}, [value]
    while left:
        part = left.pop()
        if id(part) in met:
            continue
        met.add(id(part))
        size += sys.getsizeof(part, 0)
        if type(part) in _PLAIN:
            continue
        if isinstance(part, np.ndarray) and part.base is not None:
            size += int(part.nbytes)  # it does not count what is another's
        if isinstance(part, pd.DataFrame):
            size += _FRAME + _COLUMN * len(part.columns)  # it counts nothing but its values
        left.extend(_parts(part))
    return size


def _parts(value: Any) -> Iterable[Any]:
    """What a value holds."""
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        kept = getattr(value, "__dict__", None)  # what it has computed of itself, too
        return [getattr(value, each.name) for each in fields(value)] if kept is None else [kept]
    if isinstance(value, Mapping):
        return chain.from_iterable(value.items())
    return ()
