"""What can go wrong between files and answers; each message is for the user."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


class StoreError(Exception):
    """The store cannot do what was asked; the message is for the user."""


class StoreEmpty(StoreError):
    """Nothing has been loaded yet."""


class StoreGone(StoreError):
    """The generation asked for is not kept, or another one has its number now."""


class StoreUnsettled(StoreError):
    """There are generations, but which one is in use is not known: `CURRENT` does not say."""


class StoreDamaged(StoreError):
    """A generation's file does not prove that it is a whole one, or cannot be read."""


class StoreOutdated(StoreError):
    """The generation was made by another version of Pheu, whose derived tables differ."""


class StoreBusy(StoreError):
    """Another load holds the lock; the message says who, and since when."""


class StoreRefused(StoreError):
    """The system or the engine refused: the disk is full, say, or a folder may not be written."""


class LoadError(StoreError):
    """A load that was not done; the store is as it was. The message is for the user."""


WHAT_TO_DO = (
    "`python -m data check` says which generations are whole, and `python -m data use N` makes one "
    "of them the current one; a load with --replace needs none."
)
"""How a store is put right; ends the messages of errors that it helps with."""


@contextmanager
def worded(what: str, kind: type[StoreError] = StoreRefused, then: str = "") -> Iterator[None]:
    """Makes the product's own error of what the system or the engine refuses.

    This is the one place where that is done. The message is `what` happened, why, and what `then`
    to do with the store, where that is to blame.
    """
    try:
        yield
    except (OSError, UnicodeError, duckdb.Error) as error:
        why = _why(error)
        advice = "" if why in (_FULL, _NOT_ALLOWED, _NO_MEMORY) else then
        raise kind(f"{what}: {why}. {advice}".rstrip()) from error


_FULL = "the disk is full"
_NOT_ALLOWED = "Pheu may not write there"
_NO_MEMORY = "there is not enough memory"
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: _NOT_ALLOWED,
}


_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def _why(error: Exception) -> str:
    """The reason in a few words, without the place: messages are read by strangers, too."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
    if isinstance(error, UnicodeError):
        return "a text in it is not UTF-8"
    text = str(error)
    # The engine hands on the words of the system.
    for number, reason in _REASONS.items():
        if os.strerror(number) in text:
            return reason
    if isinstance(error, duckdb.OutOfMemoryException):
        return _NO_MEMORY
    said = _QUOTED.sub("…", text.splitlines()[0].partition(": ")[2]).rstrip(".: ")
    return f"the engine says “{said[:200]}”"
