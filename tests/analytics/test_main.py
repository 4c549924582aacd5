"""`python -m analytics` gives what the page shows, from the same functions."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.export import to_csv, to_records
from analytics.funnel.funnel import COLUMNS, funnel
from analytics.funnel.leads import leads
from analytics.scope import Scope
from analytics.sources.attribution import attribution
from analytics.view.view import View
from data.store import Store
from tests.support.histories import SHORT, store_of

ROOT = Path(__file__).parents[2]


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analytics", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Four leads, one of which is a formula all over."""
    rows = [
        {"lead_id": "=1+1", "created_at": "2024-01-01", "source": "@SUM(A1)", "name": "+84 9"},
        {"lead_id": "2", "created_at": "2024-01-02", "source": "seo", "name": "Ánh"},
        {"lead_id": "3", "created_at": "2024-01-03", "source": "seo", "name": "-"},
        {"lead_id": "4", "created_at": "2024-01-03T00:00:00.5"},
    ]
    moves = [("2", "b", "2024-01-05"), ("3", "gone", "2024-01-06"), ("=1+1", "c", "2024-01-07")]
    return store_of(tmp_path_factory.mktemp("store"), rows, moves, pipeline=SHORT)


def test_json_is_that_of_the_design(store: Store) -> None:
    link = "https://pheu.example/funnel?by=source&window=30&planet=x&source=seo,tv,~"
    answer = ask("funnel", link, "--store", str(store.root), "--format", "json")
    assert answer.returncode == 0
    found = json.loads(answer.stdout)
    view = View(by="source", window=30).where("source", ["seo", None])
    expected = funnel(Scope(view, store.generation())).rows
    assert list(found) == ["question", "view", "generation", "as_of", "rows"]
    assert found["question"] == "funnel"
    assert View.from_query(found["view"]) == view
    assert (found["generation"], found["as_of"]) == (1, "2024-01-07T00:00:00Z")
    assert [list(row) for row in found["rows"]] == [COLUMNS] * 6
    assert found["rows"] == to_records(expected)
    assert [row["reached"] for row in found["rows"]] == [2, 1, 0, 1, 0, 0]
    # Every part that was left out is named.
    assert "planet=x" in answer.stderr
    assert "source=tv" in answer.stderr
    assert len(answer.stderr.splitlines()) == 2


def test_csv_runs_nowhere(store: Store) -> None:
    answer = ask("leads", "stage=lead", "--store", str(store.root), "--format", "csv")
    assert (answer.returncode, answer.stderr) == (0, "")
    rows = leads(Scope(View(stage="lead"), store.generation())).rows
    assert answer.stdout == to_csv(rows).replace("\r\n", "\n")
    header, *body = csv.reader(io.StringIO(answer.stdout))
    assert header == list(rows.columns)
    found = {row[0]: dict(zip(header, row, strict=True)) for row in body}
    assert set(found) == {"'=1+1", "2", "3", "4"}
    assert (found["'=1+1"]["source"], found["'=1+1"]["name"]) == ("'@SUM(A1)", "'+84 9")
    assert (found["3"]["name"], found["3"]["stage"], found["4"]["source"]) == ("'-", "gone", "")


def test_a_table_is_for_people(store: Store) -> None:
    answer = ask("funnel", "--store", str(store.root))
    assert answer.returncode == 0
    lines = [line for line in answer.stdout.splitlines() if "prospect" in line]
    assert len(lines) == 1
    assert " 2 " in lines[0]
    assert "0.5" in lines[0]


def test_an_empty_store_is_one_clear_line(tmp_path: Path) -> None:
    answer = ask("funnel", "--store", str(tmp_path / "none"), "--format", "json")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
    assert "no data" in answer.stderr


def test_an_unknown_question_is_refused(store: Store) -> None:
    answer = ask("planets", "--store", str(store.root))
    assert answer.returncode == 2
    assert "planets" in answer.stderr


def test_attribution_is_that_of_the_page(store: Store) -> None:
    link = "model=u&weights=u:50-50-0-0-0&level=stage&stage=b&half_life=0"
    answer = ask("attribution", link, "--store", str(store.root), "--format", "json")
    assert answer.returncode == 0
    found = json.loads(answer.stdout)
    view, _ = View.from_link(link)
    assert found["rows"] == to_records(attribution(Scope(view, store.generation())).rows)
    assert View.from_query(found["view"]) == view
    assert sum(row["credit"] for row in found["rows"] if row["model"] == "u") == 2
    assert "half_life=0" in answer.stderr
    assert "Only 2 conversions" in answer.stderr
