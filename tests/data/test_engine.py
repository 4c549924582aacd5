"""The one engine of a process: which generations are open in it."""

from pathlib import Path

import duckdb
import pytest

from data.draft import writing
from data.errors import (
    StoreRefused,
)
from data.store import Store
from tests.support.generations import add, count


def _open(store: Store) -> list[int]:
    """The generations that are open in this process, the one that was read last at the end."""
    return [int(name.partition("_")[0].removeprefix("g")) for name in store._engine._attached]


def test_no_more_generations_stay_open_than_are_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for _ in range(6):
        with writing(store) as draft:
            draft.con.execute(
                "insert into leads (lead_id, created_at) values ('A', timestamp '2026-01-01')"
            )
            draft.publish()
    # A process that answers, as the server does.
    read = Store(tmp_path)
    with read.generation(1).session() as session:
        for number in (2, 3, 4, 5, 6, 2):
            assert len(read.generation(number).query("select * from leads")) == 1
        assert len(session.query("select * from leads")) == 1  # still open for who reads it
        assert _open(read) == [1, 5, 6, 2]
    assert len(read.generation(6).query("select * from leads")) == 1
    assert _open(read) == [5, 2, 6]


def test_who_reads_while_the_engine_is_begun_with_anew_is_not_counted_there(tmp_path: Path) -> None:
    for number in range(1, 7):
        add(tmp_path, number)
    store = Store(tmp_path)
    first = store.generation(1)
    with first.session():
        with pytest.raises(StoreRefused), store.cursor(first):
            raise duckdb.FatalException("the database has been invalidated")
        count(first)
    with first.session() as session:
        for number in (2, 3, 4, 5):
            count(store.generation(number))
        assert len(session.query("select * from leads")) == 1  # still open for who reads it
    for number in (2, 3, 4, 5):
        count(store.generation(number))
    assert _open(store) == [3, 4, 5]
