"""A connection to DuckDB as the store and the loads use it, and short questions to one."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from data.apart import machine_memory, memory_allowed
from data.quoting import quoted


def connect(database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """A connection to a file, or to a database in memory, whose instants are UTC."""
    con = duckdb.connect(database)
    # Whatever the machine's zone is. A global setting, so that cursors have it too.
    con.execute("set global TimeZone = 'UTC'")
    con.execute("set enable_progress_bar = false")  # progress is ours to show
    if memory_allowed() is not None:
        # Rather to disk than beyond what the process may have.
        con.execute(f"set memory_limit = '{most_memory() >> 20:d}MiB'")
    return con


def most_memory() -> int:
    """The bytes of memory that the engine takes at most, of what this process may have."""
    return (memory_allowed() or machine_memory()) * 6 // 10


def engine_path(path: Path) -> str:
    """A path as the engine takes it: as UTF-8, whatever the locale takes its bytes for.

    Raises:
        UnicodeError: its bytes are not UTF-8.
    """
    return os.fsencode(path).decode("utf-8")


def row(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None
) -> tuple[Any, ...]:
    """The first row of an answer that has at least one, as an aggregate always does."""
    found = con.execute(sql, parameters or None).fetchone()
    if found is None:
        raise LookupError(f"no row where one was certain: {sql}")
    return tuple(found)


def value(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None
) -> Any:
    """The value in the first column of that row."""
    return row(con, sql, parameters)[0]


def columns_of(
    con: duckdb.DuckDBPyConnection, table: str, database: str | None = None
) -> tuple[str, ...]:
    """The columns of a table in their order; the table is in the current database unless named.

    `temp` is the database of temporary tables. Empty when there is no such table.
    """
    place = quoted(table) if database is None else f"{quoted(database)}.{quoted(table)}"
    try:  # duckdb_columns() would list those of every table there is, the engine's own too
        return tuple(name for name, *_ in con.execute(f"from {place} limit 0").description)
    except duckdb.CatalogException:
        return ()
