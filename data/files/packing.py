"""Before a file is read: out of what it is packed in, its kind by its content, what goes wrong."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import duckdb

from data.errors import MAKE_ROOM, FileRefused, LoadError, is_full
from data.files import limits

_GZIP, _ZIP, _PARQUET, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_EMPTY_ZIP = b"PK\x05\x06"
_WHOLE = (_ZIP, _PARQUET, _OLE)
"""Kinds of which a beginning is of no use."""
SAVE_AS = "Export it as CSV, XLSX or Parquet."

_HEAD = 1 << 16
_NO_TABLES = (
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP|II\*\0|MM\0\*"),
        "picture",
    ),
    (re.compile(rb"\0\0..ftyp(heic|heix|mif1|avif)"), "picture"),
    (re.compile(rb"%PDF"), "pdf"),
    (re.compile(rb"\{\\rtf"), "document"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c|Rar!|BZh\d|\xfd7zXZ\0|\x28\xb5\x2f\xfd"), "archive"),
    (re.compile(rb"SQLite format 3|.{8}DUCK.\0\0\0"), "database"),
    (re.compile(rb"\0\0..ftyp|ID3[\x02-\x04]|OggS|RIFF.{4}(AVI |WAVE)|\x1aE\xdf\xa3"), "recording"),
)
_OLE_PARTS = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", "document"),
    ("PowerPoint Document", "document"),
    ("__substg1.0_", "mail"),
)
_ZIP_PARTS = (
    ("word/", "document"),
    ("ppt/", "document"),
    ("Index/", "numbers"),
)
_MARKUP = re.compile(
    r"\s*<(!doctype html|html|head|meta|body|table|style|div|!--|\?xml)", re.IGNORECASE
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_JSON = re.compile(r'\s*(\[\s*\{|\{\s*")')
_SHORTCUT = re.compile(r'\s*\{[^{}\[\]]*("doc_id"|docs\.google\.com)[^{}\[\]]*\}\s*$')


def kind_of(path: Path, name: str) -> str:
    """What a file is by its first bytes.

    One of `parquet`, `xlsx` (any workbook), `html`, `xml` (a workbook written as XML), `json`, else
    `csv`.

    Raises:
        LoadError: it is empty, or what holds no table.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    magic = head[:4]
    if magic == _EMPTY_ZIP or not head.strip(b"\r\n \t\0\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("empty", file=name)
    if magic == _OLE:
        _check_ole(path, name)
    if magic in _WHOLE:
        return "parquet" if magic == _PARQUET else "xlsx"
    for start, what in _NO_TABLES:
        if re.compile(start.pattern, re.DOTALL).match(head):
            raise FileRefused(what, file=name)
    return _kind_of_text(_as_text(head), name)


def _kind_of_text(text: str, name: str) -> str:
    if _MARKUP.match(text):
        if _SPREADSHEET in text:
            return "xml"
        if re.search(r"(?i)<(table|html|tr)\b", text):
            return "html"
        raise FileRefused("markup", file=name)
    if _JSON.match(text):
        if _SHORTCUT.match(text):
            raise FileRefused("shortcut", file=name)
        return "json"
    return "csv"


def _as_text(head: bytes) -> str:
    """The beginning of a text, as far as its marks go."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("latin-1")


def _check_ole(path: Path, name: str) -> None:
    """Makes sure that an old office file is no document and has no password. Raises LoadError."""
    with path.open("rb") as file:
        content = file.read(1 << 20)
        file.seek(max(path.stat().st_size - (1 << 20), 0))
        content += file.read()
    for part, what in _OLE_PARTS:
        if part.encode("utf-16-le") in content:
            raise FileRefused(what, file=name)


@contextmanager
def own_errors(name: str) -> Iterator[None]:
    """Whatever goes wrong in reading a file, as the product's own error that names the file."""
    try:
        yield
    except (OSError, duckdb.Error, MemoryError, UnicodeError, ValueError, OverflowError) as error:
        raise LoadError(f"{name}: {_said(error)}") from error


def _said(error: Exception) -> str:
    """What is wrong, and what to do, in words for the user."""
    if is_full(error):
        return f"the disk is full, and has no room for what is in the file. {MAKE_ROOM}"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}."
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return "reading it takes more memory than there is. Split it, and load the parts."
    first = str(error).partition("\n")[0]
    return f"cannot be read: {first}. {SAVE_AS}"


def unpacked(path: Path, name: str, scratch: Path, most: int | None = None) -> Path:
    """The file without the gzip or the ZIP around it.

    most: of a text that is packed, no more than so many bytes.

    Raises:
        LoadError: it is damaged, unpacks to too much, or is a ZIP of several files.
    """
    found = path
    for depth in range(2):  # a table may be packed twice, as `leads.csv.gz` in a ZIP
        with found.open("rb") as file:
            magic = file.read(4)
        plain = scratch / f"{path.name}.plain{depth}"
        try:
            if magic.startswith(_GZIP):
                with gzip.open(found) as packed:
                    _write(packed, plain, name, found.stat().st_size, most)
            elif magic == _ZIP and (member := _only_member(found, name)):
                with zipfile.ZipFile(found) as parts, parts.open(member) as packed:
                    _write(packed, plain, name, found.stat().st_size, most)
            else:
                return found
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise FileRefused("damaged_archive", file=name) from error
        except (RuntimeError, NotImplementedError) as error:
            raise FileRefused("locked", file=name) from error
        found = plain
    return found


def _write(
    packed: IO[bytes] | gzip.GzipFile, plain: Path, name: str, size: int, most: int | None
) -> None:
    read = 0
    with plain.open("wb") as out:
        while (most is None or read < most) and (chunk := packed.read(1 << 20)):
            if not read and chunk.startswith(_WHOLE):
                most = None
            read += len(chunk)
            limits.check_unpacked(name, size, read)
            out.write(chunk)


def _only_member(path: Path, name: str) -> str | None:
    """The one file in a ZIP; None when the ZIP is a workbook, or is damaged."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as parts:
        names = parts.namelist()
    if any(each.startswith("xl/") or each == "content.xml" for each in names):
        return None
    for start, what in _ZIP_PARTS:
        if any(each.startswith(start) for each in names):
            raise FileRefused(what, file=name)
    inside = [each for each in names if not each.endswith("/") and not _is_hidden(each)]
    if not inside:
        raise FileRefused("empty", file=name)
    if len(inside) > 1:
        shown = ", ".join(inside[:5]) + (" …" if len(inside) > 5 else "")
        raise FileRefused("several_inside", file=name, inside=shown)
    return inside[0]


def _is_hidden(member: str) -> bool:
    """Whether a member is what a system puts into an archive beside the files of a person."""
    parts = PurePosixPath(member).parts
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"
