"""`python -m data`: one clear message and the right status, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.__main__ import app
from data.store import Store

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
