"""What can go wrong between files and answers; each message is for the user."""

import errno
import os
import re
from collections.abc import Callable, Iterator
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


class StateRefused(StoreError):
    """The database of shares, notes and their like cannot be reached, read or written."""


class StateOfAnother(StateRefused):
    """That database is of another store, or the one that is the store's is not named."""


class ShareEnded(StoreError):
    """Nothing is shared under this address, or not any more."""


class NotShown(StoreError):
    """What was asked for is not for this reader."""


class LoadError(StoreError):
    """A load that was not done; the store is as it was. The message is for the user."""


class FileRefused(LoadError):
    """A file in which no table can be read: `key` says what it is, by which screens word it."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(FILES_REFUSED[key].format(**values))
        self.key, self.values = key, values

    def __reduce__(self) -> tuple[Callable[..., "FileRefused"], tuple[str, dict[str, str]]]:
        return _refused, (self.key, self.values)


def _refused(key: str, values: dict[str, str]) -> FileRefused:
    return FileRefused(key, **values)


FILES_REFUSED = {
    "empty": "{file}: the file is empty.",
    "picture": (
        "{file}: this is a picture, and holds no table. Export the list itself, as CSV or XLSX."
    ),
    "pdf": (
        "{file}: this is a PDF, from which no table can be read. Export the list from where the "
        "PDF was made, as CSV or XLSX."
    ),
    "document": (
        "{file}: this is a document of a word processor or a presentation. Copy its table into a "
        "spreadsheet, and save that as XLSX."
    ),
    "numbers": (
        "{file}: this is a file of Apple Numbers. In Numbers choose File, Export To, Excel or CSV."
    ),
    "shortcut": (
        "{file}: this is a shortcut to a sheet of Google, and not the sheet. Open it, and choose "
        "File, Download, Microsoft Excel or CSV."
    ),
    "archive": (
        "{file}: this is an archive that cannot be opened here. Unpack it, and load what is in it."
    ),
    "several_inside": (
        "{file}: several files are in this ZIP ({inside}). Unpack it, and load those that matter, "
        "together."
    ),
    "damaged_archive": (
        "{file}: the compressed file is cut off or damaged. Copy or export it again."
    ),
    "locked": (
        "{file}: the file has a password. Open it, save it without the password, and load that."
    ),
    "database": "{file}: this is a database. Export the table from it, as CSV or Parquet.",
    "recording": "{file}: this is a recording, and holds no table.",
    "mail": "{file}: this is an e-mail. Save the file that is attached to it, and load that.",
    "markup": (
        "{file}: this is a web page or XML without a table. Was it saved before you were signed "
        "in? Export the list as CSV or XLSX."
    ),
    "binary": ("{file}: this is not a table but binary data. Export it as CSV, XLSX or Parquet."),
    "damaged_workbook": (
        "{file}: the workbook cannot be read: it is cut off or damaged. Open it in a spreadsheet, "
        "and save it again as XLSX."
    ),
    "damaged_json": (
        "{file}: the JSON is cut off or damaged, or is no list of records. Export it again, one "
        "record a line, or as CSV."
    ),
}
"""Why a file is refused as a whole, as the command line says it; screens translate theirs."""


WHAT_TO_DO = (
    "`python -m data check` says which generations are whole, and `python -m data use N` makes one "
    "of them the current one; a load with --replace needs none."
)
"""How a store is put right; ends the messages of errors that it helps with."""

MAKE_ROOM = "Make room on it, and try again."
"""What helps when the disk is full; follows the words that say so."""


def is_full(error: Exception) -> bool:
    """Whether the system or the engine refused because the disk is full."""
    return isinstance(error, OSError | duckdb.Error) and _why(error) == _FULL


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
        advice = MAKE_ROOM if why == _FULL else "" if why in (_NOT_ALLOWED, _NO_MEMORY) else then
        raise kind(f"{what}: {why}. {advice}".rstrip()) from error


_FULL = "the disk is full"
_NOT_ALLOWED = "Pheu may not write there"
_NO_MEMORY = "there is not enough memory"
_NOT_SPILLED = "failed to offload data block"
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
        # It stops before the disk is quite full, and takes that for memory that it lacks.
        return _FULL if _NOT_SPILLED in text else _NO_MEMORY
    said = _QUOTED.sub("…", text.splitlines()[0].partition(": ")[2]).rstrip(".: ")
    return f"the engine says “{said[:200]}”"
