"""Engines that tests have one after another: to start one takes longer than most questions to it.

What `duckdb.connect()` gives is an engine of its own, in tests too: one that nobody has any more is
made empty and as it was when it was new, and given out again. One that cannot be is let go of.

Nor is a text parsed twice, which takes a fifth of the time of what is asked of few rows.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, wraps
from types import TracebackType
from typing import Any

import duckdb

_SET = re.compile(r"\s*(?:re)?set\s+(?:(?:global|session|local)\s+)?(\w+)", re.IGNORECASE)
_DATABASES = "select database_name from duckdb_databases() where not internal"
_start = duckdb.connect


def lend() -> None:
    """From now on `duckdb.connect()` in this process gives engines that others have had."""
    duckdb.connect = _connect


@wraps(_start)
def _connect(database: Any = ":memory:", *arguments: Any, **named: Any) -> Any:
    if database != ":memory:" or arguments or named:
        return _start(database, *arguments, **named)
    lease = _Lease(_free.pop() if _free else _Engine())
    return _Connection(lease.engine.connection(), lease)


class _Engine:
    """An engine in memory, and what it was like at first."""

    def __init__(self) -> None:
        self.keeper = _start()
        self.keeper.execute("attach ':memory:' as kept")
        self.keeper.execute("use kept")  # so that `memory`, which others have, can be detached
        of_one = "select name from duckdb_settings() where scope = 'LOCAL'"
        self.of_one_connection = {name for (name,) in self.keeper.execute(of_one).fetchall()}
        self.settings_made: set[str] = set()

    def connection(self) -> duckdb.DuckDBPyConnection:
        own = self.keeper.cursor()
        own.execute(_parsed("use memory")[0])
        return own

    def renew(self) -> bool:
        """Empties it and takes its settings back; whether it is as it was."""
        try:
            for (name,) in self.keeper.execute(_DATABASES).fetchall():
                if name != "kept":
                    self.keeper.execute(f'detach "{name}"')
            self.keeper.execute("attach ':memory:' as memory")
            for name in self.settings_made - self.of_one_connection:
                self.keeper.execute(f"reset global {name}")
        except duckdb.Error:
            return False
        self.settings_made.clear()
        return True


class _Lease:
    """An engine as long as anybody has a connection to it."""

    def __init__(self, engine: _Engine) -> None:
        self.engine = engine

    def __del__(self) -> None:
        if self.engine.renew():
            _free.append(self.engine)
        else:
            with suppress(duckdb.Error):
                self.engine.keeper.close()


class _Connection:
    """A connection, which does what DuckDB's does and keeps its engine from others."""

    def __init__(self, own: duckdb.DuckDBPyConnection, lease: _Lease) -> None:
        self._own = own
        self._lease: _Lease | None = lease

    def execute(self, query: Any, *arguments: Any, **named: Any) -> "_Connection":
        made = _SET.match(query) if isinstance(query, str) else None
        if made and self._lease:
            self._lease.engine.settings_made.add(made[1].lower())
        statements = _parsed(query) if isinstance(query, str) else [query]
        # Of several each would want its own parameters: to share them out is the engine's.
        single = len(statements) == 1
        self._own.execute(statements[0] if single else query, *arguments, **named)
        return self

    def cursor(self) -> "_Connection":
        lease = self._lease
        if lease is None:
            raise duckdb.ConnectionException("the connection is closed")
        return _Connection(lease.engine.connection(), lease)

    def close(self) -> None:
        self._own.close()
        self._lease = None

    def __enter__(self) -> "_Connection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._own.close()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._own, name)
        return self._with_self(found) if callable(found) else found

    def _with_self(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            answer = method(*arguments, **named)
            return self if answer is self._own else answer

        return called


@lru_cache(maxsize=4_096)
def _parsed(query: str) -> list[duckdb.Statement]:
    return _parser.extract_statements(query)


_free: list[_Engine] = []
_parser = _start()
