"""The story of one lead, and where it stands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.leads.story import COLUMNS, story
from analytics.leads.to_do import of_lead
from analytics.scope import Scope
from analytics.view.view import View
from data.sight import Sight
from data.store import Store
from tests.support.asking import ask
from tests.support.histories import store_of

DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> Store:
    leads = [
        {"lead_id": "x", "created_at": "2024-01-01", "source": "seo", "campaign": "spring"},
        {"lead_id": "y", "created_at": "2024-01-02"},
    ]
    moves = [
        ("x", "lead", "2024-01-01"),  # created: the same said twice
        ("x", "sal", "2024-01-04"),
        ("x", "mystery", "2024-01-05"),
        ("x", "sal", "2024-01-06"),
        ("x", "lost", "2024-01-09"),
    ]
    touches = [("x", "2023-12-30", "email", None), ("x", "2024-01-05", "event", None)]
    return store_of(tmp_path, leads, moves, touches=touches)


def test_it_is_told_once_and_in_order(store: Store) -> None:
    told = story(Scope(View(), store.generation()), "x")
    assert list(told.columns) == COLUMNS
    assert told[["kind", "what"]].fillna("–").to_numpy().tolist() == [
        ["touch", "–"],
        ["created", "seo"],
        ["stage", "sal"],
        ["touch", "–"],
        ["exit", "lost"],
    ]
    assert told["seconds_since"].fillna(-1).tolist() == [-1, -1, 3 * DAY, -1, 5 * DAY]


def test_why_it_left_and_went_back(tmp_path: Path) -> None:
    moves = [("x", "sql", "2024-01-02"), ("x", "mql", "2024-01-03"), ("x", "lost", "2024-01-04")]
    reasons = [
        ("x", "sql", "2024-01-02", "other"),  # of a move forward nothing is told
        ("x", "mql", "2024-01-03", "timing"),
        ("x", "lost", "2024-01-04", "price"),
        ("x", "lost", "2024-01-04", "competitor"),
    ]
    leads = [{"lead_id": "x", "created_at": "2024-01-01"}]
    generation = store_of(tmp_path, leads, moves, reasons=reasons).generation()
    told = story(Scope(View(), generation), "x").set_index("what")
    assert told.loc["mql", "reasons"] == "timing"
    assert told.loc["lost", ["reasons", "written"]].tolist() == [
        "competitor;price",
        "competitor; price",
    ]
    assert told["reasons"].isna().sum() == 2
    # What people wrote is not for those who see no contacts; the kinds are.
    guest = generation.seen(Sight(contacts=False))
    told = story(Scope(View(), guest), "x").set_index("what")
    assert told.loc["lost", "reasons"] == "competitor;price"
    assert told["written"].isna().all()


def test_nothing_after_as_of_is_told(store: Store) -> None:
    scope = Scope(View(as_of=datetime(2024, 1, 4, tzinfo=UTC)), store.generation())
    assert story(scope, "x")["what"].tolist()[-1] == "sal"
    early = Scope(View(as_of=datetime(2024, 1, 1, tzinfo=UTC)), store.generation())
    assert story(early, "y").empty
    assert story(early, "nobody").empty


def test_where_it_stands_does_not_depend_on_the_filters(store: Store) -> None:
    narrow = View(period="last-7d").where("source", ["seo"])
    standing = of_lead(Scope(narrow, store.generation()), "y")
    assert standing is not None
    assert (standing["stage"], standing["days"]) == ("lead", 7)
    assert of_lead(Scope(narrow, store.generation()), "x") is None  # lost
    assert of_lead(Scope(narrow, store.generation()), "nobody") is None


def test_the_command_line_tells_it(store: Store) -> None:
    rows = ask(store.root, "lead", "lead=x")
    assert [row["kind"] for row in rows] == ["touch", "created", "stage", "touch", "exit"]
    nobody = CliRunner().invoke(app, ["lead", "", "--store", str(store.root)])
    assert nobody.exit_code == 2
    assert "lead=ID" in nobody.output.replace("\n", " ")


def test_the_command_line_says_whom_to_call(sample_store: Path) -> None:
    rows = ask(sample_store, "to-do", "period=last-30d&team=TP.HCM 2")
    assert rows
    assert {row["state"] for row in rows} == {"overdue"}
    assert {row["team"] for row in rows} == {"TP.HCM 2"}
    table = CliRunner().invoke(app, ["to-do", "team=TP.HCM 2", "--store", str(sample_store)])
    assert table.exit_code == 0
    assert "weight" not in table.stdout
