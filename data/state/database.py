"""The database of the state: SQLite in the store's folder, or PostgreSQL by `PHEU_STATE_URL`.

Several processes share it. Each transaction is short; those that write take turns, on PostgreSQL
as on SQLite, so that what one read before it wrote still holds. Reading creates nothing: a database
that is not there yet reads as an empty one.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from data.errors import StateOfAnother, StateRefused
from data.state import bond, tables

FILE = "state.sqlite"
"""What SQLite's file is called in the store's folder."""

HEAD = "0003"
"""The migration that this version of Pheu needs."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_PATIENCE = 15_000  # milliseconds that a writer waits for another one
_ANSWERS_WITHIN = 5  # seconds that a PostgreSQL has to take a connection: pages wait for it
_TURN = 7_434_887  # the advisory lock of those who write, on PostgreSQL
_WRITES = "pheu_writes"


class State:
    """The state by the URL of its database. One object serves any number of threads.

    tied_to: the folder of the store that the database has to be of, where it is not beside it.
    """

    def __init__(self, url: str, tied_to: Path | None = None) -> None:
        self._url = url
        self._untied = tied_to
        self._is_ready = False

    @classmethod
    def of(cls, store: Path) -> "State":
        """The state of the store in a folder; the same object each time.

        Raises:
            StateOfAnother: it is in a database that `PHEU_STATE_URL` does not name.
        """
        store = store.resolve()
        if url := os.environ.get("PHEU_STATE_URL"):
            return _state(url, store)
        bond.require_none(store)
        return _state(f"sqlite:///{store / FILE}", None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with, which sees all at one instant.

        Raises:
            StateOfAnother: the database is of another store.
            StateRefused: it cannot be opened or read.
        """
        with _worded("The state cannot be read"):
            engine = self._ready() if self._is_there() else self._empty
            with engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self, *changed: str) -> Iterator[Connection]:
        """A connection to write with: all of it is kept at the end, or nothing after an error.

        changed: the names whose `version` is raised.

        Raises:
            StateOfAnother: the database is of another store.
            StateRefused: it cannot be opened or written.
        """
        with _worded("Nothing was saved"), _in_turn(self._ready()) as connection:
            yield connection
            for name in changed:
                _raise_version(connection, name)

    def version(self, name: str) -> int:
        """How often what a name stands for was written: cheap, to see whether it was again."""
        with self.reading() as connection:
            of_name = tables.versions.c.name == name
            found = connection.scalar(select(tables.versions.c.number).where(of_name))
        return int(found or 0)

    def close(self) -> None:
        """Lets go of all connections."""
        self._engine.dispose()

    def _is_there(self) -> bool:
        return self._is_ready or self._file is None or self._file.is_file()

    @property
    def _file(self) -> Path | None:
        """The file that the database is, where it is one."""
        url = self._engine.url
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    def _ready(self) -> Engine:
        """The engine, with all tables as this version of Pheu needs them, of the right store."""
        if not self._is_ready:
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._engine.connect() as connection:
                is_new = _revision(connection) != HEAD
            if is_new:
                _migrate(self._engine)
            self._is_ready = True
        if self._untied is not None:
            with _in_turn(self._engine) as connection:
                is_tied = bond.tie(connection, self._untied)
            if is_tied:
                self._untied = None
        return self._engine

    @cached_property
    def _engine(self) -> Engine:
        try:
            url = make_url(self._url)
        except (ArgumentError, ValueError):  # which may say the password, also in a log
            raise StateRefused("PHEU_STATE_URL is not the URL of a database.") from None
        if url.get_backend_name() == "postgresql":
            if "connect_timeout" not in url.query:
                url = url.update_query_dict({"connect_timeout": str(_ANSWERS_WITHIN)})
            return create_engine(url, pool_pre_ping=True, hide_parameters=True)
        if url.get_backend_name() != "sqlite":
            raise StateRefused("PHEU_STATE_URL is of a database that is not PostgreSQL or SQLite.")
        engine = create_engine(url, hide_parameters=True)  # the log of the server names nobody
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    @cached_property
    def _empty(self) -> Engine:
        # One for each thread; that of a thread which has ended is closed by another.
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _make_empty)
        return engine


def require(store: Path) -> None:
    """Makes sure that the state of the store in a folder is its own, as far as can be told now.

    Raises:
        StateOfAnother: it is not.
    """
    try:
        State.of(store).version("")
    except StateOfAnother:
        raise
    except StateRefused as error:  # pages are worth reading without it, and it may answer later
        logging.getLogger("pheu").error("Shares and notes cannot be read. %s", error)


@lru_cache(maxsize=8)
def _state(url: str, tied_to: Path | None) -> State:
    return State(url, tied_to)


def _prepare(connection: Any, _record: object) -> None:
    """Makes a connection to SQLite one of several that share its file, and wait for each other."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so
    connection.execute(f"pragma busy_timeout = {_PATIENCE}")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma foreign_keys = on")


def _make_empty(connection: Any, _record: object) -> None:
    for table in tables.metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


@contextmanager
def _in_turn(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other one writes beside."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        yield connection


def _migrate(engine: Engine) -> None:
    """Brings the tables up to date, once, however many processes begin at the same time."""
    # Imported where there is something to do, which is once in the life of a database.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with _in_turn(engine) as connection:
        found = _revision(connection)
        known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise StateRefused("The state was made by a later version of Pheu, and stays as it is.")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """The migration that the tables are of; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.scalar(text("select version_num from alembic_version")))


def _raise_version(connection: Connection, name: str) -> None:
    versions = tables.versions
    of_name = versions.c.name == name
    raised = connection.execute(
        update(versions).where(of_name).values(number=versions.c.number + 1)
    )
    if not raised.rowcount:
        connection.execute(versions.insert().values(name=name, number=1))


@contextmanager
def _worded(what: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:  # its message may say what was to be kept
        raise StateRefused(f"{what}: the database of shares and notes refused.") from error
