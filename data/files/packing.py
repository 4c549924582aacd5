"""Before a file is read: out of its gzip, its kind by its content, and what goes wrong."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.errors import LoadError
from data.files import limits

_GZIP, _ZIP, _PARQUET, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
SAVE_AS = "Export it as CSV, XLSX or Parquet."


def kind_of(path: Path, name: str) -> str:
    """What a file is by its first bytes: `parquet`, `xlsx` (any workbook), else `csv`.

    Raises:
        LoadError: it is empty.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if not magic.strip(b"\r\n \t\xef\xbb\xbf"):
        raise LoadError(f"{name}: the file is empty.")
    if magic == _PARQUET:
        return "parquet"
    return "xlsx" if magic in (_ZIP, _OLE) else "csv"


@contextmanager
def own_errors(name: str) -> Iterator[None]:
    """Whatever goes wrong in reading a file, as the product's own error that names the file."""
    try:
        yield
    except OSError as error:
        raise LoadError(f"{name}: cannot be read: {error.strerror or error}.") from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise LoadError(
            f"{name}: reading it takes more memory than there is. Split it, and load the parts."
        ) from error
    except (duckdb.Error, UnicodeError, ValueError, OverflowError) as error:
        first = str(error).partition("\n")[0]
        raise LoadError(f"{name}: cannot be read: {first}. {SAVE_AS}") from error


def unpacked(path: Path, name: str, scratch: Path, most: int | None = None) -> Path:
    """The file without the gzip around it, or the first `most` bytes of it."""
    with path.open("rb") as file:
        if file.read(2) != _GZIP:
            return path
    plain = scratch / f"{path.name}.plain"
    packed_size, size = path.stat().st_size, 0
    try:
        with gzip.open(path) as packed, plain.open("wb") as out:
            while (most is None or size < most) and (chunk := packed.read(1 << 20)):
                size += len(chunk)
                limits.check_unpacked(name, packed_size, size)
                out.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LoadError(
            f"{name}: the compressed file is cut off or damaged. Copy or export it again."
        ) from error
    return plain
