"""A history without a list of leads: the files in any order, or at once, give the same store."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.load.loader import load
from data.store import Store
from tests.support.histories import stores

NOW = datetime(2024, 6, 1)
ZONE = timedelta(hours=7)
KEPT = {
    "leads": "*",
    "stage_history": "*",
    "reaches join leads using (lead_number)": "lead_id, stage, reached_at, imputed",
    "stays join leads using (lead_number)": "lead_id, stage, entered_at, left_at, visit_number",
    "rejected_rows": "*",
}

Move = tuple[str, str, int]
# Few leads, stages and days, so that files meet in all of them, also at one instant.
moves = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["lead", "mql", "won", "Demo"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a store in an order of their own; what it is made of, not when it was."""
    with store.cursor(store.generation()) as cursor:
        return {
            rows.split()[0]: cursor.execute(f"select {columns} from {rows} order by all").fetchall()
            for rows, columns in KEPT.items()
        }


def written(folder: Path, files: list[list[Move]]) -> list[Path]:
    paths = []
    for number, found in enumerate(files):
        rows = "".join(f"{lead},{stage},2024-01-0{day}\n" for lead, stage, day in found)
        paths.append(folder / f"moves{number}.csv")
        paths[-1].write_text("lead_id,stage,entered_at\n" + rows)
    return paths


def loaded(root: Path, loads: list[list[Path]]) -> Store:
    store = Store(root)
    for paths in loads:
        load(store, paths, now=NOW)
    return store


@stores(20)
@given(files=st.lists(moves, min_size=2, max_size=3), data=st.data())
def test_the_order_of_loads_decides_nothing(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[Move]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    paths = written(folder, files)
    at_once = contents(loaded(folder / "at-once", [paths]))
    order = data.draw(st.permutations(paths))
    cut = data.draw(st.integers(1, len(paths)))
    loads = [order[:cut], *([path] for path in order[cut:])]
    assert contents(loaded(folder / "one-by-one", loads)) == at_once

    # The slow and obvious way: each lead came with the earliest of all of its moves, and each move
    # is there as often as the file has it that has it most often.
    every = [move for found in files for move in found]
    expected = {
        lead: min(day for who, _stage, day in every if who == lead)
        for lead in {lead for lead, _stage, _day in every}
    }
    leads = {row[0]: (row[1] + ZONE).day for row in at_once["leads"]}
    assert leads == expected
    most = {move: max(found.count(move) for found in files) for move in every}
    assert len(at_once["stage_history"]) == sum(most.values())


def test_a_file_that_only_tells_a_move_earlier_is_not_lost(tmp_path: Path) -> None:
    """It names no new move, and yet decides beside one at the same instant that a third names."""
    files: list[list[Move]] = [
        [("b", "lead", 1), ("a", "lead", 2)],
        [("a", "lead", 2)],
        [("a", "mql", 2), ("b", "lead", 1)],
    ]
    paths = written(tmp_path, files)
    at_once = contents(loaded(tmp_path / "at-once", [paths]))
    assert contents(loaded(tmp_path / "one-by-one", [[path] for path in paths])) == at_once
    assert [(row[1], row[4]) for row in at_once["stays"]] == [("lead", 1), ("mql", 2), ("lead", 1)]


def test_an_earlier_move_that_comes_later_is_no_early_move(tmp_path: Path) -> None:
    files: list[list[Move]] = [[("a", "won", 3)], [("a", "mql", 1)]]
    late, early = written(tmp_path, files)
    store = loaded(tmp_path / "store", [[late], [early]])
    found = contents(store)
    assert found["rejected_rows"] == []
    assert found["leads"][0][1] == datetime(2023, 12, 31, 17)
    assert [row[1] for row in found["stage_history"]] == ["mql", "won"]
    assert load(store, [late], now=NOW).unchanged


def test_a_list_of_leads_says_when_they_came_whatever_came_first(tmp_path: Path) -> None:
    (moved,) = written(tmp_path, [[("a", "mql", 3)]])
    listed = tmp_path / "leads.csv"
    listed.write_text("lead_id,created_at\na,2024-01-02\nb,\n")
    for number, order in enumerate([[[moved], [listed]], [[listed], [moved]], [[moved, listed]]]):
        found = contents(loaded(tmp_path / f"store{number}", order))
        assert [row[:2] for row in found["leads"]] == [("a", datetime(2024, 1, 1, 17))]
