"""The shelf: the files that a session has brought, on the server's disk until they are loaded."""

import shutil
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from data.store import Store

_LONGEST = 200  # bytes of a name; a file's system takes 255


class Brought(Protocol):
    """A file as the browser brings it."""

    name: str

    def getbuffer(self) -> memoryview:
        """Its bytes."""


class Shelf:
    """A folder of a store for the files of one session; it goes when the session does.

    Raises:
        StoreRefused: the folder cannot be made, or the disk is full.
    """

    def __init__(self, store: Store) -> None:
        stack = ExitStack()
        self._folder = stack.enter_context(store.scratch())
        self._made = 0
        self._clear = weakref.finalize(self, stack.close)

    def put(self, brought: Brought) -> Path:
        """Where the file is now: in a folder of its own, so that no two meet."""
        folder = self.folder()
        path = folder / safe_name(brought.name)
        path.write_bytes(brought.getbuffer())
        return path

    def folder(self) -> Path:
        """A new and empty folder."""
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        return folder

    def named(self, name: str) -> Path:
        """The folder of that name, which is made when it is not there."""
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        return folder

    @contextmanager
    def room(self) -> Iterator[Path]:
        """A folder for what a process makes on its way, and nobody needs after that."""
        folder = self.folder()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Removes all of it."""
        self._clear()


def safe_name(name: str) -> str:
    """A file's name without the folders before it and what no file may be called."""
    last = PurePosixPath(name.replace("\\", "/")).name
    usual = "".join(letter for letter in last if letter.isprintable())
    usual = usual.encode()[-_LONGEST:].decode(errors="ignore").strip()  # its end says what it is
    return usual if usual.strip(".") else "file"
