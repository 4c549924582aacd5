"""The memory of a load: it follows from the files, and too little of it is no reason to fail."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data import draft
from data.connection import connect
from data.errors import StoreError
from data.files import table
from data.load import memory
from data.load.loader import load
from data.load.trial import trial
from data.mapping.mapping import Mapping
from data.store import Store

NOW = datetime(2024, 6, 1)
MAPPING = """
[[files]]
match = "leads.csv"
table = "stage_columns"
columns = { lead_id = "lead_id", created_at = "created_at", source = "source", amount = "amount" }
stages = { mql = "mql" }

[[files]]
match = "moves.csv"
table = "stage_history"
columns = { lead_id = "lead_id", stage = "stage", entered_at = "entered_at" }
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    leads = tmp_path / "leads.csv"
    leads.write_text(
        "lead_id,created_at,source\n"
        + "".join(f"lead {number},2024-01-02 10:00:00,Zalo\n" for number in range(30_000)),
        encoding="utf-8",
    )
    moves = tmp_path / "moves.csv"
    moves.write_text(
        "lead_id,stage,entered_at\n"
        + "".join(
            f"lead {number},mql,2024-02-0{number % 9 + 1} 10:00:00\n" for number in range(30_000)
        ),
        encoding="utf-8",
    )
    return [leads, moves]


def test_it_follows_from_the_files_and_the_data_that_is_there(tmp_path: Path) -> None:
    large, small, before = (tmp_path / name for name in ("large", "small", "1.duckdb"))
    for path, megabytes in ((large, 400), (small, 1), (before, 800)):
        with path.open("wb") as file:
            file.truncate(megabytes << 20)
    assert memory.needed([small]) == memory.LEAST
    assert memory.needed([large, small]) == int(1.8 * (401 << 20))
    assert memory.needed([small], before) == int(1.8 * (801 << 20))


def test_the_engine_keeps_to_it(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[str] = []

    def spied(draft: Any, most: int) -> None:
        hold(draft, most)
        limits.append(draft.con.execute("select current_setting('memory_limit')").fetchone()[0])

    hold = memory.hold
    monkeypatch.setattr(memory, "hold", spied)
    load(Store(tmp_path / "store"), files, now=NOW)
    assert limits == ["448.0 MiB"]


def test_where_it_is_too_little_all_there_is_is_taken(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    usual = load(Store(tmp_path / "usual"), files, now=NOW)
    monkeypatch.setattr(memory, "LEAST", 2 << 20)
    monkeypatch.setattr(memory, "SHARE", 0)
    tight = Store(tmp_path / "tight")
    found = load(tight, files, now=NOW, progress=lambda what, _share: done.append(what))
    assert done.count("reading leads.csv") == 2
    assert found.leads == usual.leads == 30_000
    assert tight.generations() == [1]
    assert trial(tight, files, mode="replace", now=NOW).summary.leads == 30_000


def test_where_there_is_not_enough_nothing_changes(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "most_memory", lambda: 2 << 20)
    store = Store(tmp_path / "store")
    with pytest.raises(Exception, match="memory") as raised:
        load(store, files, now=NOW)
    assert isinstance(raised.value.__cause__, duckdb.OutOfMemoryException)
    assert store.current() is None


def test_where_the_disk_has_no_room_for_more_that_is_said(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def small() -> duckdb.DuckDBPyConnection:
        con = connect()
        con.execute("set max_temp_directory_size = '0MB'")
        return con

    monkeypatch.setattr(draft, "connect", small)
    monkeypatch.setattr(memory, "most_memory", lambda: 4 << 20)
    store = Store(tmp_path / "store")
    with pytest.raises(StoreError, match=r"the disk is full.* Make room on it, and try again"):
        load(store, files, now=NOW)
    assert store.current() is None


def test_cells_that_were_let_go_are_read_again_for_what_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the cells of a file are held or read again, the list of what is refused is one."""
    leads, moves = tmp_path / "leads.csv", tmp_path / "moves.csv"
    leads.write_text(
        "lead_id,created_at,source,mql,amount\n"
        'a,2024-01-02 10:00:00,"Zalo, ads",2024-01-01 09:00:00,5\n'
        "b,someday,Zalo,2024-01-03 09:00:00,5\n"
        "c,2024-01-04 10:00:00,Zalo,2024-01-05 09:00:00,much\n"
        "a,2024-01-05 10:00:00,Zalo,2024-01-06 09:00:00,5\n",
        encoding="utf-8",
    )
    moves.write_text(
        "lead_id,stage,entered_at\n"
        "a,sql,2024-01-08 10:00:00\nnobody,sql,2024-01-08 10:00:00\nc,sql,2023-12-08 10:00:00\n",
        encoding="utf-8",
    )
    mapping = Mapping.parse(MAPPING)
    lists = []
    for many in (1_000_000, 1):
        monkeypatch.setattr(table, "MANY_CELLS", many)
        store = Store(tmp_path / f"{many}")
        load(store, [leads, moves], mapping=mapping, now=NOW)
        refused = "select * exclude (raw), raw from rejected_rows order by all"
        lists.append(store.generation().query(refused).to_dict("records"))
    assert lists[0] == lists[1]
    assert {(each["file"], each["line"], each["reason"]) for each in lists[1]} == {
        ("leads.csv", 2, "before_lead"),
        ("leads.csv", 3, "unreadable_date"),
        ("leads.csv", 4, "unreadable_number"),
        ("leads.csv", 5, "duplicate_lead_id"),
        ("moves.csv", 3, "unknown_lead"),
        ("moves.csv", 4, "before_lead"),
    }
