"""A session: questions to the engine that share what is made for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from data.connection import connect
from data.quoting import quoted, used

if TYPE_CHECKING:  # importing it takes longer than all else that a command starts with
    import pandas as pd
    import pyarrow as pa

_VECTORS = 4
"""How many of DuckDB's vectors, of 2,048 rows each, a piece of an answer has."""


@dataclass(frozen=True)
class Session:
    """A private connection: what is made in it is seen by nobody else and ends with it.

    Parameters are bound by name (`$name`); those that a text does not use are left out.
    """

    connection: duckdb.DuckDBPyConnection

    @classmethod
    @contextmanager
    def apart(cls) -> Iterator["Session"]:
        """A session on no store at all, for questions about a file."""
        with connect() as connection:
            yield cls(connection)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> "pd.DataFrame":
        """The whole answer to a query."""
        return _plain(self._execute(sql, parameters).df())

    def pieces(
        self, sql: str, parameters: Mapping[str, Any] | None = None
    ) -> "Iterator[pd.DataFrame]":
        """The answer to a query some thousands of rows at a time; one empty piece for none."""
        result = self._execute(sql, parameters)
        piece = result.fetch_df_chunk(_VECTORS)
        yield _plain(piece)
        while len(piece := result.fetch_df_chunk(_VECTORS)):
            yield _plain(piece)

    def make(self, table: str, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Makes the temporary table of a query's rows."""
        self._execute(f"create temp table {quoted(table)} as\n{sql}", parameters)

    def rows(self, table: str) -> "pa.Table":
        """All rows of a temporary table, to be `put` into another session as they are."""
        return self.connection.table(table).to_arrow_table()

    def show(self, view: str, sql: str) -> None:
        """Makes the temporary view of a query, which has no parameters."""
        self._execute(f"create temp view {quoted(view)} as\n{sql}", None)

    def put(self, table: str, rows: "pd.DataFrame | pa.Table") -> None:
        """Makes the temporary table of a frame's rows, or of another session's."""
        self.connection.register("arriving", rows)
        self._execute(f"create temp table {quoted(table)} as select * from arriving", None)
        self.connection.unregister("arriving")

    def drop(self, table: str) -> None:
        """Removes a temporary table."""
        self._execute(f"drop table temp.{quoted(table)}", None)

    def _execute(self, sql: str, parameters: Mapping[str, Any] | None) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(sql, used(sql, parameters) or None)


def _plain(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The same rows, their texts as texts, whatever the store keeps them as."""
    for name, kind in rows.dtypes.items():
        if kind == "category":
            rows[name] = rows[name].astype(kind.categories.dtype)
    return rows
