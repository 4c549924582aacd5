"""What the state has of a kind, fresh: read once for a change, of which a version number tells.

A page shows what it was a moment ago: whether it was changed since is asked once in that time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from data.errors import StateRefused
from data.store import Store
from ui import answers

T = TypeVar("T")

_MOMENT = 1.0  # seconds
_PAUSE = 30.0  # seconds before a state that could not be read is asked again


@dataclass(frozen=True)
class _Kept(Generic[T]):
    value: T
    version: int
    looked_at: float


class Fresh(Generic[T]):
    """What `read` finds in the state of a store, for all pages of this process.

    versions: the names by which the state tells that it was changed.
    nothing: what it is where it cannot be read: a page is worth reading without it.
    """

    def __init__(self, versions: tuple[str, ...], read: Callable[[Store], T], nothing: T) -> None:
        self._versions, self._read, self._nothing = versions, read, nothing
        self._kept: dict[Store, _Kept[T]] = {}
        self._lock = Lock()

    def now(self) -> T:
        """What it is, or was a moment ago."""
        store = answers.store()
        kept = self._kept.get(store)
        if kept is not None and monotonic() - kept.looked_at < _MOMENT:
            return kept.value
        with self._lock:
            kept = self._kept.get(store)
            if kept is not None and monotonic() - kept.looked_at < _MOMENT:
                return kept.value  # somebody else looked meanwhile
            try:
                kept = self._looked_at_again(store, self._kept.get(store))
            except StateRefused as error:
                logging.getLogger("pheu").error("The state was not read", exc_info=error)
                kept = _Kept(self._nothing, -1, monotonic() + _PAUSE)
            self._kept[store] = kept
        return kept.value

    def changed(self) -> None:
        """Has it be read anew: this process has changed it."""
        self._kept.pop(answers.store(), None)

    def _looked_at_again(self, store: Store, kept: _Kept[T] | None) -> _Kept[T]:
        from data.state.database import State  # its library takes a while

        state = State.of(store.root)
        version, now = sum(map(state.version, self._versions)), monotonic()
        if kept is not None and kept.version == version:
            return _Kept(kept.value, version, now)
        # Read after the version: what is written in between is read again next time.
        return _Kept(self._read(store), version, now)
