"""One load at a time: the lock of a store, and the word of who holds it."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import StoreBusy, StoreRefused


@contextmanager
def held(folder: Path, wait: float, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the lock of a folder; the system lets go of it when its holder dies.

    While another process holds it this waits up to `wait` seconds, telling `on_wait` who does.

    Raises:
        StoreBusy: the wait was in vain; the message says who holds the lock, and since when.
        StoreRefused: there is a folder in its place.
    """
    # Kept on disk, which rules out the marker file that filelock else falls back to where the
    # system has no locks: a marker outlives the process that was killed.
    lock = FileLock(folder / "LOCK", preserve_lock_file=True)
    # Beside the lock and not in it: on Windows a locked file cannot be read.
    holder = folder / "HOLDER"
    if (folder / "LOCK").is_dir():
        raise StoreRefused("LOCK in the store is a folder, and should be a file: rename it.")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None and wait > 0:
            on_wait(_said(holder))
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise StoreBusy(f"The store is being written by {_said(holder)}.") from None
    try:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        with suppress(OSError):  # it is only a word for those who wait
            holder.write_text(
                f"process {os.getpid()} on {socket.gethostname()} since {since}", encoding="utf-8"
            )
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _said(holder: Path) -> str:
    """What the holder wrote about itself; it may have let go just now, or not have written yet."""
    try:
        return holder.read_text(encoding="utf-8") or "another load"
    except OSError:
        return "another load"
