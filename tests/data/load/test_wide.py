"""Files with more columns than anybody filters by: all is kept, and what is kept apart is said."""

from pathlib import Path

import pytest

from data.files import cells
from data.load import columns as load_columns
from data.load import reading
from data.load.columns import FURTHER_COLUMNS
from data.load.loader import load
from data.store import Store


def wide(path: Path, columns: int, *rows: str) -> Path:
    """A file of leads with that many further columns; each row is its id and what it says there."""
    header = ",".join(f"Field {number}" for number in range(columns))
    lines = [f"{lead},2024-01-0{day},{','.join([said] * columns)}" for day, (lead, said) in
             enumerate((row.split() for row in rows), 1)]  # fmt: skip
    path.write_text(f"lead id,created at,{header}\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So few columns become dimensions here; files are as wide as they come all the same.

    Where the limit is matters to the one test that keeps it; each column below it is looked at in
    a query of its own, of every file.
    """
    for module in (load_columns, reading):
        monkeypatch.setattr(module, "FURTHER_COLUMNS", 10)
    return 10


def test_the_columns_beyond_are_kept_apart_and_said(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    columns = FURTHER_COLUMNS + 50
    summary = load(store, [wide(tmp_path / "a.csv", columns, "L1 x", "L2 y")])
    (notice,) = (each for each in summary.notices if "are kept with" in each)
    assert "a.csv: 50 of its columns" in notice
    assert f"Field {FURTHER_COLUMNS}" in notice
    generation = store.generation()
    assert len([name for name in generation.dimensions if name.startswith("field_")]) == 200
    kept = generation.query("select * from further_cells order by lead_id, header")
    assert len(kept) == 100
    assert kept.iloc[0].to_dict() == {"lead_id": "L1", "header": "Field 200", "value": "x"}


def test_a_later_file_goes_before_in_the_same_columns(tmp_path: Path, few: int) -> None:
    store = Store(tmp_path / "store")
    columns = cells.WIDE + 5
    load(store, [wide(tmp_path / "a.csv", columns, "L1 x", "L2 y")])
    load(store, [wide(tmp_path / "b.csv", columns, "L2 z", "L3 z")])
    assert load(store, [tmp_path / "b.csv"]).unchanged
    generation = store.generation()
    rows = generation.query(
        f"select lead_id, field_{few - 1:d}, value from leads join further_cells using (lead_id) "
        "where header = 'Field 204' order by 1"
    )
    assert rows.to_numpy().tolist() == [["L1", "x", "x"], ["L2", "z", "z"], ["L3", "z", "z"]]
    assert f"field_{few:d}" not in generation.query("select * from leads limit 0")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("columns", [30, cells.WIDE + 30], ids=["narrow", "wide"])
def test_rows_are_refused_in_the_same_way_however_wide(tmp_path: Path, columns: int) -> None:
    path = wide(tmp_path / "a.csv", columns, "L1 x", "L1 y", "L2 #N/A")
    path.write_text(path.read_text() + "L3,2024-01-04," + "x," * columns + "more\n")
    store = Store(tmp_path / "store")
    summary = load(store, [path])
    assert (summary.files[0].read, summary.files[0].loaded) == (4, 2)
    assert summary.files[0].reasons == {"duplicate_lead_id": 1, "unreadable_row": 1}
    assert summary.files[0].blanked == {"error_cell": columns}
