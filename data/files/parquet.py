"""Parquet: what a file holds, before its rows are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.connection import value
from data.errors import LoadError
from data.files import limits
from data.files.cells import WIDE, cell_names
from data.quoting import quoted


def look_at(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> tuple[list[str], str, int]:
    """The headers of a Parquet file, its cells as SQL, and how many rows it has.

    Raises:
        LoadError: it is damaged, or holds so much that it must be a few values repeated.
    """
    at = {"path": str(path)}
    with clear_errors(name):
        described = con.execute("describe select * from read_parquet($path)", at)
        headers = [str(row[0]) for row in described.fetchall()]
        limits.check_columns(name, len(headers))
        count = int(value(con, "select num_rows from parquet_file_metadata($path)", at))
        # Each cell takes one byte of a plain text at least.
        limits.check_unpacked(name, path.stat().st_size, count * len(headers))
    texts = [f"nullif(cast({quoted(header)} as varchar), '')" for header in headers]
    if len(headers) > WIDE:
        return headers, f"[{', '.join(texts)}] as cells", count
    named = zip(texts, cell_names(len(headers)), strict=True)
    return headers, ", ".join(f'{text} as "{name}"' for text, name in named), count


@contextmanager
def clear_errors(name: str) -> Iterator[None]:
    """What the engine says of a damaged file, in words that name the file."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise LoadError(
            f"{name}: the Parquet file is cut off or damaged. Export it again."
        ) from error
