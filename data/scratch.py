"""Scratch folders: what is not finished lies in one, inside the store, and goes with it as a whole.

One holds a draft and what the engine spills, or files on their way in. Its mark says that it is
ours and unfinished, and is a lock, which the system lets go of when its owner dies: that tells what
a killed process has left from what somebody works in.
"""

import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "unfinished-"
MARK = "PHEU-UNFINISHED"

_mine: set[Path] = set()


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """A new scratch folder in a store's folder, for this user alone, which is removed at the end.

    Raises:
        OSError: it cannot be made there.
    """
    folder, lock = _made(root)
    _mine.add(folder)
    try:
        yield folder
    finally:
        _remove(folder, lock)
        _mine.discard(folder)


def sweep(root: Path) -> None:
    """Removes the scratch folders that killed processes have left in a store's folder."""
    for folder in _not_mine(root):
        if not (folder / MARK).exists():
            # Killed before it could mark it, or when nothing else was left to remove.
            with suppress(OSError):  # it is not empty, so it is none of ours
                folder.rmdir()
        elif (lock := _taken(folder)) is not None:
            _remove(folder, lock)


def left_over(root: Path) -> list[Path]:
    """The marked scratch folders in a store's folder that nobody works in any more."""
    found = []
    for folder in _not_mine(root):
        if (folder / MARK).exists() and (lock := _taken(folder)) is not None:
            lock.release()
            found.append(folder)
    return found


def remove_mine() -> None:
    """Removes all scratch folders of this process, which is about to end."""
    for folder in list(_mine):
        # Under another name nothing more can be opened in it by those who still work there.
        moved = folder.with_name(f"{folder.name}-ended")
        with suppress(OSError):
            folder.rename(moved)
            _remove(moved)


def remove_mine_on_termination() -> None:
    """From now on SIGTERM ends this process at once, and its scratch folders with it.

    A Python handler would have to wait for the engine's query to end; the byte that the system's
    handler writes is read by a thread.
    """
    pair = socket.socketpair()
    pair[1].setblocking(False)
    signal.set_wakeup_fd(pair[1].fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    threading.Thread(target=_wait_for_termination, args=pair, daemon=True).start()


def _wait_for_termination(reader: socket.socket, _writer: socket.socket) -> None:
    while reader.recv(1) != bytes([signal.SIGTERM]):
        pass  # another signal: its own handler sees to it
    remove_mine()
    os._exit(128 + signal.SIGTERM)


def _made(root: Path) -> tuple[Path, FileLock]:
    """A new folder with its mark, held."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        # A sweep may take a folder that has no mark yet for one that was left.
        with suppress(FileNotFoundError):
            lock = _taken(folder)
            if lock is not None and (folder / MARK).exists():
                return folder, lock


def _not_mine(root: Path) -> list[Path]:
    found = [folder for folder in sorted(root.glob(f"{PREFIX}*")) if folder not in _mine]
    return [folder for folder in found if folder.is_dir() and not folder.is_symlink()]


def _taken(folder: Path) -> FileLock | None:
    """The lock of a folder, now held; None while its owner lives."""
    lock = FileLock(folder / MARK, preserve_lock_file=True, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock


def _remove(folder: Path, lock: FileLock | None = None) -> None:
    """Removes a folder, its mark last; what cannot be removed now is left for a later sweep."""
    with suppress(OSError):
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != MARK:
                entry.unlink()
        if lock is not None:
            lock.release()  # some systems remove no file that is open
        (folder / MARK).unlink(missing_ok=True)
        folder.rmdir()
    if lock is not None:
        lock.release(force=True)
