"""The shelf: what was found in a session for one answer, kept open for the next ones to it.

The journeys of a view are found once, and then asked by attribution, by the scoreboard and by the
paths, each by rules of its own. Who asks takes them off the shelf and puts them back, so that no
two ask one session at a time: a second one that comes meanwhile finds its own.
"""

import atexit
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Generic, Protocol, TypeVar

from analytics.asked import also_forget

LEAST = 100_000
"""What is kept counts for so many rows at least: an open session takes room by itself."""


class Found(Protocol):
    """What can be kept."""

    @property
    def rows(self) -> int:
        """How many rows its temporary tables have."""


F = TypeVar("F", bound=Found)


@dataclass
class _Kept(Generic[F]):
    of: Hashable
    found: F
    closing: ExitStack
    rows: int = LEAST


class Shelf(Generic[F]):
    """What was found last, as much of it as has `most_rows` rows together."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self._kept: OrderedDict[Hashable, _Kept[F]] = OrderedDict()
        self._lock = Lock()
        also_forget(self.clear)
        atexit.register(self.clear)  # sessions hold their store, which DuckDB wants closed by then

    @contextmanager
    def lent(
        self, key: Hashable, of: Hashable, find: Callable[[], AbstractContextManager[F]]
    ) -> Iterator[F]:
        """What was found by that key, or is found now, for as long as the context lasts.

        What is not `of` the same, an older generation of the store, makes room for it. After an
        error nothing is kept: the others may rest on what has failed, such as the engine.
        """
        with self._lock:
            kept = self._kept.pop(key, None)
        if kept is None:
            with ExitStack() as opening:
                found = opening.enter_context(find())
                kept = _Kept(of, found, opening.pop_all())
        try:
            with kept.closing as closing:
                yield kept.found
                # Counted while an error still closes it, and while nobody waits for the lock.
                kept.rows = max(LEAST, kept.found.rows)
                kept.closing = closing.pop_all()
        except BaseException:
            self.clear()
            raise
        self._keep(key, kept)

    def clear(self) -> None:
        """Lets go of everything."""
        with self._lock:
            gone = list(self._kept.values())
            self._kept.clear()
        _close(gone)

    def _keep(self, key: Hashable, new: _Kept[F]) -> None:
        with self._lock:
            gone = [self._kept.pop(key)] if key in self._kept else []
            for other in [other for other, kept in self._kept.items() if kept.of != new.of]:
                gone.append(self._kept.pop(other))
            self._kept[key] = new
            while self._room() > self.most_rows:
                gone.append(self._kept.popitem(last=False)[1])
        _close(gone)

    def _room(self) -> int:
        return sum(kept.rows for kept in self._kept.values())


def _close(gone: Iterable[_Kept[F]]) -> None:
    """Lets go of some: an error in one leaves none of the others open."""
    with ExitStack() as closing:
        for kept in gone:
            closing.push(kept.closing)
