"""`python -m data`: one clear message and the right status, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.__main__ import app
from data.sample import generate
from data.store import DEFAULT_FOLDER, Store

ROOT = Path(__file__).parents[2]

LEADS = "lead_id,created_at,source\nL1,2024-01-01,Facebook\nL2,never,Email\n"


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(
        app, [str(argument) for argument in arguments], env={"COLUMNS": "200", **environment}
    )


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS)
    return path


def test_a_load_says_what_it_did(tmp_path: Path, leads: Path) -> None:
    result = run("load", leads, "--store", tmp_path / "store")
    assert result.exit_code == 0
    for word in ("leads.csv", "unreadable_date 1", "Generation 1: 1 leads", "from 2024-01-01"):
        assert word in result.stdout
    again = run("load", leads, "--store", tmp_path / "store")
    assert "Nothing new" in again.stdout


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("[l](x).csv", "[l](x).csv"),
        ("[red]leads[bold].csv", "[red]leads[bold].csv"),
        (":smile: 2026.csv", ":smile: 2026.csv"),
        ("a\x1b[31mb.csv", "a\\x1b[31mb.csv"),
        ("\u202evsc.csv", "\\u202evsc.csv"),
    ],
    ids="link colour emoji escape-sequence turned-around".split(),
)
def test_a_file_is_called_what_it_is_called(tmp_path: Path, name: str, written: str) -> None:
    """No name is taken for markup, in the table and in messages."""
    path = tmp_path / name
    path.write_text(LEADS)
    assert f"\n{written} " in run("load", path, "--store", tmp_path / "store").stdout
    path.write_text("a,b\n1,2\n")
    refused = run("load", path, "--store", tmp_path / "store")
    assert refused.exit_code == 1
    assert written in refused.stderr


def test_the_store_is_named_by_the_environment(tmp_path: Path, leads: Path) -> None:
    assert run("load", leads, "--replace", PHEU_STORE=str(tmp_path / "other")).exit_code == 0
    assert Store(tmp_path / "other").current() == 1


def test_generations_are_listed(tmp_path: Path, leads: Path) -> None:
    store = tmp_path / "store"
    assert "There is no data" in run("generations", "--store", store).stdout
    run("load", leads, "--store", store)
    run("load", leads, "--replace", "--store", store)
    listed = run("generations", "--store", store).stdout.splitlines()
    assert [line[:4] for line in listed] == ["  1 ", "* 2 "]


def test_a_way_back(tmp_path: Path, leads: Path) -> None:
    store = tmp_path / "store"
    for _ in range(3):
        run("load", leads, "--replace", "--store", store)
    (store / "CURRENT").unlink()
    os.truncate(store / "3.duckdb", 0)
    for command in (["load", leads], ["generations"], ["check"], ["sample", "--if-empty"]):
        result = run(*command, "--store", store)
        assert result.exit_code == 1
        assert "data use N" in result.output
        assert "Traceback" not in result.output
    assert [line[:4] for line in run("generations", "--store", store).stdout.splitlines()] == [
        "  1 ",
        "  2 ",
    ]
    assert run("use", "3", "--store", store).exit_code == 1
    assert run("use", "9", "--store", store).exit_code == 1
    assert run("use", "2", "--store", store).exit_code == 0
    assert Store(store).current() == 2
    checked = run("check", "--store", store)
    assert checked.exit_code == 1
    assert [line for line in checked.stdout.splitlines() if "right" in line or "wrong" in line][
        :2
    ] == ["  1  right", "* 2  right"]
    assert "wrong: Generation 3 cannot be read" in checked.stdout
    assert run("load", leads, "--replace", "--store", store).exit_code == 0
    assert Store(store).current() == 4


def test_a_store_in_order_is_right(tmp_path: Path, leads: Path) -> None:
    store = tmp_path / "store"
    assert run("check", "--store", store).stdout == f"There is no data in {store} yet.\n"
    run("load", leads, "--store", store)
    result = run("check", "--store", store)
    assert result.exit_code == 0
    for found in ("* 1  right", "tables of", "1 leads, each of which entered the funnel"):
        assert found in result.stdout


def test_the_sample_is_made_only_where_there_is_nothing(
    tmp_path: Path, leads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Store] = []
    monkeypatch.setattr(generate, "write", lambda store, progress: made.append(store))
    store = tmp_path / "store"
    assert run("sample", "--if-empty", "--store", store).exit_code == 0
    assert len(made) == 1
    run("load", leads, "--store", store)
    assert run("sample", "--if-empty", "--store", store).stdout == ""
    (store / "CURRENT").unlink()
    assert run("sample", "--if-empty", "--store", store).exit_code == 1
    assert len(made) == 1


def test_a_generation_is_pinned_by_hand(tmp_path: Path, leads: Path) -> None:
    store = tmp_path / "store"
    run("load", leads, "--store", store)
    assert run("pin", "1", "--store", store).exit_code == 0
    assert run("pin", "2", "--store", store).exit_code == 1
    assert run("generations", "--store", store).stdout.rstrip().endswith("pinned")
    assert run("unpin", "1", "--store", store).exit_code == 0
    assert "pinned" not in run("generations", "--store", store).stdout


LIMITED = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
from data.__main__ import app
app(["load", sys.argv[1], "--store", sys.argv[2]])
"""


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, leads: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, leads, tmp_path / "store"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "the disk is full" in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["LOCK"]


def test_it_runs_in_any_folder(tmp_path: Path, leads: Path) -> None:
    (tmp_path / "data").mkdir()  # as many folders have one
    result = subprocess.run(
        [sys.executable, "-m", "data", "load", leads.name, "--store", "here"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert Store(tmp_path / "here").current() == 1
    assert DEFAULT_FOLDER == ROOT / "store"


def test_a_locale_without_vietnamese_letters_will_do(tmp_path: Path, leads: Path) -> None:
    store = tmp_path / "phễu bán hàng"
    result = subprocess.run(
        [sys.executable, "-m", "data", "load", leads, "--store", store],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "POSIX"},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert Store(store).current() == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("lead_id,created_at\nL1,never\n", "refused.csv"),
        ("lead_id,created_at\nL1,1/2/2024\n", "--day-month-order"),
        ("", "is empty"),
        ("a,b\n1,2\n", "lead_id"),
    ],
    ids="all-refused ambiguous-dates empty-file unknown-headers".split(),
)
def test_what_a_user_can_mend_is_one_message(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(content)
    result = run("load", path, "--store", tmp_path / "store")
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not list((tmp_path / "store").glob("*.duckdb*"))


def test_the_order_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("lead_id,created_at\nL1,1/2/2024\n")
    store = tmp_path / "store"
    assert run("load", path, "--store", store, "--day-month-order", "mdy").exit_code == 0
    assert Store(store).generation().first_event.month == 1


@pytest.mark.parametrize(
    "arguments",
    [("load",), ("load", "x.csv", "--day-month-order", "ymd"), ("nonsense",)],
    ids="no-file unknown-order unknown-command".split(),
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, PHEU_STORE=str(tmp_path)).exit_code == 2


def test_files_and_mappings_that_are_not_there(tmp_path: Path, leads: Path) -> None:
    for arguments in ((tmp_path / "no.csv",), (leads, "--mapping", tmp_path / "no.toml")):
        result = run("load", *arguments, "--store", tmp_path / "store")
        assert result.exit_code == 1
        assert "cannot be read" in result.stderr


def test_names_are_read_where_the_locale_is_posix(tmp_path: Path) -> None:
    """Of files and of the store, also where Python does not make up for the locale."""
    path = tmp_path / "tệp khách.csv"
    path.write_text("lead id,created at\nL1,2024-01-15\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "data", "load", str(path), "--store", str(tmp_path / "kho dữ liệu")],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # (midnight in Vietnam, which is the day before in UTC)
    assert "events from 2024-01-15 to 2024-01-15 (Asia/Ho_Chi_Minh)" in done.stdout
    assert "tệp khách.csv" in done.stdout
    assert Store(tmp_path / "kho dữ liệu").current() == 1
