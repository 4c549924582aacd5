"""A trial says what a load would do and changes nothing: every row is loaded or listed."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.__main__ import app
from data.load.loader import load
from data.load.survey import survey
from data.load.trial import Trial, trial
from data.mapping.mapping import Mapping
from data.store import Store
from tests.support.histories import stores

NOW = datetime(2024, 6, 1)
LEADS = """id,created,closed,status,amount,currency,source
A,2024-01-02 09:00,2024-02-01,won,5,USD,Web
A,2024-01-02 09:00,2024-02-01,won,5,USD,Web
=B,03/04/2024,01/01/2024,lost,7,VND,
C,2024-09-02,,mql,,,Web
D,2024-01-05,,Xanh,,,Web
E,31/02/2024,,mql,,,Web
"""
MAPPING = Mapping.parse("""
[[files]]
match = "leads.csv"
table = "leads"
day_month_order = "dmy"
[files.columns]
lead_id = "id"
created_at = "created"
closed_at = "closed"
stage = "status"
amount = "amount"
currency = "currency"
source = "source"
[[files]]
match = "moves.csv"
table = "stage_history"
columns = { lead_id = "id", stage = "stage", entered_at = "at" }
""")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trial, Path]:
    """What loading a list and a history would do, and the folder of its lists."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "leads.csv").write_text(LEADS)
    moves = "".join(f"D,sal,2024-03-03 10:00:{second % 60:02}\n" for second in range(120))
    (folder / "moves.csv").write_text(f"id,stage,at\nZ,mql,2024-02-02\nA,mql,2023-01-01\n{moves}")
    files = [folder / "leads.csv", folder / "moves.csv"]
    lists = folder / "lists"
    found = trial(Store(folder / "store"), files, mapping=MAPPING, now=NOW, lists=lists)
    assert Store(folder / "store").current() is None
    assert not [*(folder / "store").glob("unfinished-*")]
    return found, lists


def test_what_would_be_reached(tried: tuple[Trial, Path]) -> None:
    found = tried[0]
    assert [*found.reached.values()] == [3, 2, 2, 2, 1, 1, 1]
    assert not found.is_empty_funnel
    assert found.known_from_status == 2
    assert found.summary.generation is None


@pytest.mark.parametrize(
    ("code", "count", "example"),
    [
        ("duplicates", 1, "leads.csv:3: A"),
        ("future_dates", 1, "leads.csv:5: 2024-09-02"),
        ("exit_before_entry", 2, "moves.csv:3: 2023-01-01"),
        ("ambiguous_dates", 1, "leads.csv:4: 03/04/2024"),
        ("orphan_history", 1, "moves.csv:2: Z"),
        ("bulk_edits", 120, "moves.csv:4: 2024-03-03 03:00:00"),
        ("mixed_currencies", 1, "leads.csv:2: USD"),
        ("time_zone", 122, "leads.csv:2: 2024-01-02 09:00"),
        ("unmapped_status", 1, "leads.csv:6: Xanh"),
        ("known_from_status", 2, "leads.csv:2: A"),
        ("missing_values", 1, "leads.csv:4: =B"),
    ],
)
def test_what_is_found(tried: tuple[Trial, Path], code: str, count: int, example: str) -> None:
    found, lists = tried
    (finding,) = [finding for finding in found.findings if finding.code == code]
    assert finding.count == count
    assert example in finding.examples
    assert len(finding.examples) <= 5
    with (lists / f"{code}.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [*csv.DictReader(file)]
    assert len(listed) == count
    assert not any(row["what"].startswith("=") for row in listed)


def test_what_is_refused(tried: tuple[Trial, Path]) -> None:
    refused = {(each.file, each.line): (each.value, each.reason) for each in tried[0].refused}
    assert refused["leads.csv", 7] == ("31/02/2024", "unreadable_date")
    assert refused["moves.csv", 2] == ("Z", "unknown_lead")


cells = st.sampled_from(["", "A", "B", "2024-01-02", "2024-13-02", "won", "=1", '"', "x,y"])


def filled(rows: list[tuple[str, str, str]]) -> bool:
    return any(any(row) for row in rows)


@stores(25)
@given(rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=18).filter(filled))
def test_every_row_is_loaded_refused_or_left_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    path = folder / "leads.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("id", "created", "status"), *rows])
    only = Mapping.parse(
        '[[files]]\ntable = "leads"\nonly = { id = ["A", "B", "won"] }\n'
        'columns = { lead_id = "id", created_at = "created", stage = "status" }\n'
        '[files.values.stage]\nwon = "won"\n"2024-01-02" = "lead"\nA = "mql"\nB = "mql"\n'
        '"=1" = "mql"\n"x,y" = "mql"\n"\\"" = "mql"\n"2024-13-02" = "mql"\n'
    )
    found = trial(Store(folder / "store"), [path], mapping=only, now=NOW)
    (file_summary,) = found.summary.files
    blank = sum(not any(row) for row in rows)
    assert file_summary.read == len(rows) - blank
    assert file_summary.read == (file_summary.loaded + file_summary.refused + file_summary.skipped)
    assert sum(each.is_row for each in found.refused) == file_summary.refused
    wanted = [row for row in rows if row[0] in ("A", "B", "won")]
    assert file_summary.loaded + file_summary.refused == len(wanted)


def test_a_trial_says_what_the_load_does(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LEADS)
    store = Store(tmp_path / "store")
    tried = trial(store, [tmp_path / "leads.csv"], mapping=MAPPING, now=NOW)
    done = load(store, [tmp_path / "leads.csv"], mapping=MAPPING, now=NOW)
    assert done.files == tried.summary.files
    reached = store.generation().query(
        "select stage, count(*) as leads from reaches group by stage"
    )
    counts = dict(zip(reached["stage"], reached["leads"], strict=True))
    assert {stage: counts.get(stage, 0) for stage in tried.reached} == dict(tried.reached)


def test_a_dry_run_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead_id,created_at,source\nA,2024-01-02,Web\nB,x,Web\n")
    command = ["load", "--dry-run", "--report", str(tmp_path / "lists")]
    command += ["--store", str(tmp_path / "store"), str(tmp_path / "leads.csv")]
    said = CliRunner().invoke(app, command)
    assert said.exit_code == 0
    assert "No lead would reach a second step." in said.output
    assert "the store stays as it was" in said.output
    assert "unreadable_date" in (tmp_path / "lists" / "refused.csv").read_text(encoding="utf-8")
    assert Store(tmp_path / "store").current() is None


def test_a_survey_counts_the_values_of_every_row(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("id,status\n" + "A, Mới\nB,Mới \nC,Xong\nD,\n" + "E,Đỏ\n" * 300)
    found = survey(path, tmp_path)
    assert found.rows == 304
    assert found.values["status"] == (("Đỏ", 300), ("Mới", 2), ("Xong", 1))
