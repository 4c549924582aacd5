"""`trend` and `cohorts` on the command line give what the page shows."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.export import to_csv, to_records
from analytics.funnel.cohorts import cohorts
from analytics.funnel.trend import conversions
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.histories import SHORT, store_of

TREND = "segment bucket stage entered reached rate low high mature immature".split()
COHORTS = "segment cohort age_months leads reached rate complete".split()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    leads = [
        {"lead_id": f"{month}-{n}", "created_at": f"2024-0{month}-05", "source": "ab"[n % 2]}
        for month in (1, 2, 3)
        for n in range(6)
    ]
    moves = [(f"{month}-{n}", "b", f"2024-0{month}-1{n}") for month in (1, 2, 3) for n in range(4)]
    return store_of(tmp_path / "store", leads, moves, pipeline=SHORT)


def rows(store: Store, *arguments: str) -> list[dict[str, object]]:
    answer = CliRunner().invoke(app, [*arguments, "--store", str(store.root), "--format", "json"])
    assert answer.exit_code == 0, answer.output
    found: list[dict[str, object]] = json.loads(answer.stdout)["rows"]
    return found


def test_trend(store: Store) -> None:
    found = rows(store, "trend", "by=source&level=stage", "--unit", "month", "--to", "b")
    assert list(found[0])[: len(TREND)] == TREND
    view = View(by="source", level="stage")
    expected = conversions(Scope(view, store.generation()), unit="month", to="b").rows
    assert found == to_records(expected)
    # A bucket is a day of the store's calendar, not an instant.
    assert [row["bucket"] for row in found[:3]] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert [row["reached"] for row in found] == [2] * 6
    assert found[0]["immature"] is False


def test_cohorts(store: Store) -> None:
    found = rows(store, "cohorts", "level=stage", "--to", "b")
    assert list(found[0])[: len(COHORTS)] == COHORTS
    assert found == to_records(cohorts(Scope(View(level="stage"), store.generation()), to="b").rows)
    assert [(row["cohort"], row["age_months"], row["complete"]) for row in found] == [
        ("2024-01-01", 0, True),
        ("2024-01-01", 1, True),
        ("2024-01-01", 2, False),
        ("2024-02-01", 0, True),
        ("2024-02-01", 1, False),
        ("2024-03-01", 0, False),
    ]
    answer = CliRunner().invoke(
        app, ["cohorts", "level=stage", "--store", str(store.root), "--format", "csv"]
    )
    assert answer.stdout.splitlines()[1].split(",")[1] == "2024-01-01"
    assert to_csv(cohorts(Scope(View(level="stage"), store.generation())).rows).startswith(
        "segment,cohort,"
    )


@pytest.mark.parametrize("asked", [["--to", "lead"], ["--unit", "year"], ["--since", "nowhere"]])
def test_what_cannot_be_asked_is_said(store: Store, asked: list[str]) -> None:
    answer = CliRunner().invoke(app, ["trend", "--store", str(store.root), *asked])
    assert answer.exit_code == 2
    assert asked[1] in answer.output or "later one" in answer.output
