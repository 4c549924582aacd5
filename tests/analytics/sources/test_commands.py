"""`costs` and `paths` on the command line give what the page shows."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analytics.__main__ import app
from analytics.export import to_csv, to_records
from analytics.scope import Scope
from analytics.sources.costs import COLUMNS, costs
from analytics.sources.paths import paths
from analytics.view.view import View
from data.store import Store
from tests.support.histories import store_of

START = datetime(2024, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    leads = [
        {"lead_id": str(n), "created_at": START, "source": "seo", "team": "North"} for n in range(4)
    ]
    touches = [(str(n), START, source, None) for n in range(3) for source in ("event", "seo")]
    moves = [("0", "won", START + timedelta(days=3))]
    spent = [{"day": START.date(), "source": "seo", "amount": 1000.4}]
    return store_of(tmp_path / "store", leads, moves, touches=touches, spend=spent)


def asked(store: Store, *arguments: str) -> Result:
    answer = CliRunner().invoke(app, [*arguments, "--store", str(store.root)])
    assert answer.exit_code == 0, answer.output
    return answer


def test_costs(store: Store) -> None:
    found = json.loads(asked(store, "costs", "--format", "json").stdout)
    expected = costs(Scope(View(), store.generation())).rows.assign(currency="VND")
    assert found["question"] == "costs"
    assert found["rows"] == to_records(expected)
    assert list(found["rows"][0]) == [*COLUMNS, "currency"]
    assert [row["segment"] for row in found["rows"]] == ["seo", None]
    text = asked(store, "costs", "--format", "csv").stdout
    assert text.replace("\r\n", "\n") == to_csv(expected).replace("\r\n", "\n")


def test_a_table_of_costs_is_for_people(store: Store) -> None:
    lines = asked(store, "costs").stdout.splitlines()
    row = next(line for line in lines if "seo" in line)
    # Whole amounts: 1000.4 for four leads.
    assert [cell.strip() for cell in row.strip("│").split("│")][:2] == ["seo", "4"]
    assert " 250 " in row
    assert "eventual" not in lines[1]


def test_a_table_of_the_scoreboard_is_for_people_too(store: Store) -> None:
    lines = asked(store, "scoreboard").stdout.splitlines()
    assert "recommendation" in lines[1]
    assert "q_value" not in lines[1]
    assert " 1000 " in next(line for line in lines if "seo" in line)


def test_costs_that_cannot_be_split_are_said(store: Store) -> None:
    answer = asked(store, "costs", "team=North")
    assert "Spend cannot be split by team" in answer.stderr


def test_paths(store: Store) -> None:
    found = json.loads(asked(store, "paths", "--most", "1", "--format", "json").stdout)
    assert found["rows"] == to_records(paths(Scope(View(), store.generation()), most=1).rows)
    assert [row["path"] for row in found["rows"]] == ["event > seo"]
    assert (found["rows"][0]["leads"], found["rows"][0]["conversions"]) == (3, 1)
    assert len(json.loads(asked(store, "paths", "--format", "json").stdout)["rows"]) == 2
