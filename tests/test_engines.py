"""The engines that tests are lent are like new ones: nothing of who had one before is left."""

from pathlib import Path

import duckdb
import pytest

ALL = (
    "select database_name, table_name from duckdb_tables() "
    "union all select database_name, view_name from duckdb_views() where not internal "
    "union all select database_name, type_name from duckdb_types() where not internal"
)
HOW = (
    "select current_setting('threads'), current_setting('TimeZone'), "
    "current_setting('disabled_optimizers'), current_setting('temp_directory')"
)


def test_nothing_is_left_in_an_engine_that_is_lent_again(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        before = con.execute(HOW).fetchall()
        con.execute("create table held as select 1 as one")
        con.execute("create temp view shown as select 1 as one")
        con.execute("create type kind as enum ('a')")
        con.execute("set threads = 7")
        con.execute("set global TimeZone = 'Asia/Ho_Chi_Minh'")
        con.execute("set disabled_optimizers = 'join_order'")
        con.execute(f"set temp_directory = '{tmp_path}'")
        con.execute(f"attach '{tmp_path}/more.duckdb' as more")
        con.execute("use more")
        con.execute("create table further as select 1 as one")
    with duckdb.connect() as con:
        assert con.execute(ALL).fetchall() == []
        assert con.execute(HOW).fetchall() == before
        # As where nothing was ever attached: the name is free, and so is the file.
        con.execute(f"attach '{tmp_path}/more.duckdb' as more")
        assert con.execute("from more.further").fetchall() == [(1,)]


def test_two_engines_know_nothing_of_each_other() -> None:
    with duckdb.connect() as one, duckdb.connect() as other:
        one.execute("create table held as select 1 as one")
        one.execute("set threads = 7")
        assert other.execute(ALL).fetchall() == []
        assert other.execute("select current_setting('threads')").fetchall() != [(7,)]


def test_an_engine_stays_with_whoever_still_has_a_connection() -> None:
    con = duckdb.connect()
    con.execute("create table held as select 1 as one")
    cursor = con.cursor()
    con.close()
    with duckdb.connect() as other:
        assert other.execute(ALL).fetchall() == []
    assert cursor.execute("from held").fetchall() == [(1,)]


def test_a_text_that_was_asked_before_is_asked_anew() -> None:
    asked, kept = "select * from held where one = $one", "create table held as select 1 as one"
    with duckdb.connect() as con:
        con.execute(kept)
        assert con.execute(asked, {"one": 1}).fetchall() == [(1,)]
        assert con.execute(asked, {"one": 2}).fetchall() == []
        con.execute("drop table held")
        con.execute("create table held as select 'text' as one, 2 as two")
        assert con.execute(asked, {"one": "text"}).fetchall() == [("text", 2)]
    with duckdb.connect() as other, pytest.raises(duckdb.CatalogException):
        other.execute(asked, {"one": 1})


def test_several_statements_are_one_text() -> None:
    with duckdb.connect() as con:
        found = con.execute("create table held as select 1 as one; from held where one = ?", [1])
        assert found.fetchall() == [(1,)]
