"""The temporary tables of a load are those that are declared, and have the declared columns."""

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from data.connection import columns_of
from data.load import staging
from data.load.loader import load
from data.load.staging import STAGED, Staged
from data.mapping.mapping import FileMapping, Mapping
from data.store import Store

FILES = {
    "leads": "lead_id,created_at,source,kind\nL1,2024-01-01,Email,a\nL2,,Email,b\n",
    "columns": "lead_id,created_at,mql,sql\nL3,2024-01-01,2024-01-02,\n",
    "converted": "Id,Status,IsConverted,LeadSource,CreatedDate,ConvertedOpportunityId\n"
    "L4,Open,false,Email,2024-01-01,O4\n",
    "moves": "lead_id,stage,entered_at\nL1,mql,2024-01-05\nL2,mql,2024-01-05\n",
    "spend": "day,until,source,cost\n2024-01,,Email,5\n",
    "more": "day,source,cost\n2024-01-07,Email,5\n",
    "rates": "day,currency,rate\n2024-01-01,USD,24000\n",
    "touches": "lead_id,touched_at,source\nL1,2024-01-01,Email\n",
}


def pattern(name: str) -> re.Pattern[str]:
    """The names that a declared name stands for."""
    parts = {"<n>": r"\d+", "<slot>": r"\d+", "<cell>": r"#\d+", "<name>": "[a-z][a-z0-9_]*"}
    for part, expression in parts.items():
        name = name.replace(part, expression)
    return re.compile(name)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """Every temporary table of a load of all kinds of files, with its columns."""
    tables: dict[str, tuple[str, ...]] = {}
    drop = staging.drop_all

    def note(con: duckdb.DuckDBPyConnection) -> None:
        names = con.execute(
            "select view_name from duckdb_views() where database_name = 'temp' "
            "union all select table_name from duckdb_tables() where temporary"
        ).fetchall()
        tables.update({name: columns_of(con, name, "temp") for (name,) in names})
        drop(con)

    monkeypatch.setattr(staging, "drop_all", note)
    paths = [tmp_path / f"{name}.csv" for name in FILES]
    for path, text in zip(paths, FILES.values(), strict=True):
        path.write_text(text)
    load(Store(tmp_path / "store"), paths, now=datetime(2024, 6, 1))
    present = tmp_path / "present.csv"
    present.write_text("lead_id,created_at,status\nL1,2024-01-01,sql\n")
    fields = {"lead_id": "lead_id", "created_at": "created_at", "stage": "status"}
    mapping = Mapping(files=(FileMapping("leads", columns=fields),))
    load(Store(tmp_path / "store"), [present], mapping=mapping, now=datetime(2024, 6, 1))
    return tables


def declared(name: str) -> Staged:
    """The declaration that a table's name fits."""
    (found,) = (table for table in STAGED if pattern(table.name).fullmatch(name))
    return found


def test_every_table_is_declared_with_its_columns(made: dict[str, tuple[str, ...]]) -> None:
    for name, columns in made.items():
        known = [pattern(column) for column in declared(name).columns]
        for column in columns:
            assert any(one.fullmatch(column) for one in known), f"{name}.{column}"


def test_every_declared_table_and_column_is_made(made: dict[str, tuple[str, ...]]) -> None:
    assert {declared(name).name for name in made} == {table.name for table in STAGED}
    for table in STAGED:
        columns = {
            column for name, has in made.items() if declared(name) is table for column in has
        }
        for column in table.columns:
            if column not in ("key_<cell>", "line", "cells"):  # a lookup's; only when needed
                assert any(pattern(column).fullmatch(one) for one in columns), (table.name, column)


def test_the_name_of_a_file_s_table() -> None:
    assert (staging.ROWS.of(3), f"{staging.PLACED}") == ("rows_3", "placed")
