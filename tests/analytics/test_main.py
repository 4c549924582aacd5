"""`python -m analytics` gives what the page shows, from the same functions."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.command_line.commands import COMMANDS
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
    """What the command line says in a process of its own, encoded as a terminal gets it."""
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
    link = "https://pheu.example/funnel?by=source&window=30&lang=fr&source=seo,tv,~"
    answer = ask("funnel", link, "--store", str(store.root), "--format", "json")
    assert answer.returncode == 0
    found = json.loads(answer.stdout)
    view = View(by="source", window=30).where("source", ["seo", "tv", None])
    expected = funnel(Scope(view, store.generation())).rows
    assert list(found) == ["question", "view", "generation", "as_of", "rows"]
    assert found["question"] == "funnel"
    assert View.from_query(found["view"]) == view
    assert (found["generation"], found["as_of"]) == (1, "2024-01-07T00:00:00Z")
    assert [list(row) for row in found["rows"]] == [COLUMNS] * 6
    assert found["rows"] == to_records(expected)
    assert [row["reached"] for row in found["rows"]] == [2, 1, 0, 1, 0, 0]
    assert answer.stderr.splitlines() == [
        "No lead has source=tv: it counts as zero.",
        "Left out: lang=fr changes nothing here.",
    ]


def test_a_source_that_no_lead_has_counts_nobody(store: Store) -> None:
    asked = ("source=TikTok", "--store", str(store.root), "--format", "json")
    for question in ("funnel", "leads"):
        answer = CliRunner().invoke(app, [question, *asked])
        assert answer.exit_code == 0
        found = json.loads(answer.stdout)
        assert found["view"]["source"] == "TikTok"
        assert sum(row.get("reached", 1) for row in found["rows"]) == 0
        assert "No lead has source=TikTok" in answer.stderr


@pytest.mark.parametrize("question", COMMANDS)
def test_nobody_is_an_answer_to_every_question(question: str, store: Store) -> None:
    link = "source=TikTok&period=last-30d&compare=previous&scenario=volume:2:seo&lead=x"
    arguments = [question, link, "--store", str(store.root), "--format", "csv"]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 0, answer.output
    assert "No lead has source=TikTok" in answer.stderr


@pytest.mark.parametrize(
    ("link", "named", "allowed"),
    [
        ("by=planet", "by=planet", "source, channel"),
        ("from=2026-02-01&to=2026-01-01", "from=2026-02-01", "first"),
        ("window=0", "window=0", "1–36500, none"),
        ("as_of=yesterday", "as_of=yesterday", "YYYY-MM-DD"),
        ("sourse=seo", "sourse=seo", "source"),
        ("stage=planet", "stage=planet", "lead, prospect, opportunity, none"),
        ("source=", "source=", "all"),
        ("source-not=TikTok", "source-not=TikTok", "seo"),
        ("scenario=rate:60:planet", "scenario=planet", "a, b"),
        ("lang=xx&level=planet", "level=planet", "group, stage"),
    ],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_what_is_not_understood_is_an_error_and_counts_nobody(
    store: Store, link: str, named: str, allowed: str, form: str
) -> None:
    arguments = ["funnel", link, "--store", str(store.root), "--format", form]
    answer = CliRunner().invoke(app, arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert f"{named} is not understood. Allowed: " in answer.stderr
    assert allowed in answer.stderr


def test_a_table_shows_text_as_it_is(tmp_path: Path) -> None:
    """Whatever a source is called, neither the table nor the terminal takes it for an order."""
    names = ["[l](x)", "[red]", ":warning:", "[/]", "a\x1b[31mb", "\u202ecba", "[link=x]y"]
    rows = [
        {"lead_id": name, "created_at": "2024-01-01", "source": name, "[b]": "x"} for name in names
    ]
    root = str(store_of(tmp_path, rows, pipeline=SHORT).root)
    answer = CliRunner().invoke(app, ["funnel", "by=source", "--store", root])
    for name in names:
        written = name.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
        assert f" {written} " in answer.stdout
    answer = CliRunner().invoke(app, ["funnel", "source=%1b[31m", "--store", root])
    assert answer.stderr == "No lead has source=\\x1b[31m: it counts as zero.\n"


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
    answer = CliRunner().invoke(app, ["funnel", "--store", str(store.root)])
    assert answer.exit_code == 0
    lines = [line for line in answer.stdout.splitlines() if "prospect" in line]
    assert len(lines) == 1
    assert " 2 " in lines[0]
    assert "0.5" in lines[0]


def test_an_empty_store_is_one_clear_line(tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        app, ["funnel", "--store", str(tmp_path / "none"), "--format", "json"]
    )
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
    assert "no data" in answer.stderr


def test_data_that_is_gone_is_said_and_no_other_is_shown(store: Store) -> None:
    answer = CliRunner().invoke(app, ["funnel", "data=7", "--store", str(store.root)])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "Generation 7 is no longer kept" in answer.stderr
    assert "data=current" in answer.stderr


def test_an_unknown_question_is_refused(store: Store) -> None:
    answer = CliRunner().invoke(app, ["planets", "--store", str(store.root)])
    assert answer.exit_code == 2
    assert "planets" in answer.stderr


def test_attribution_is_that_of_the_page(store: Store) -> None:
    link = "model=u&weights=u:50-50-0-0-0&level=stage&stage=b"
    answer = CliRunner().invoke(
        app, ["attribution", link, "--store", str(store.root), "--format", "json"]
    )
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    view, _ = View.from_link(link)
    assert found["rows"] == to_records(attribution(Scope(view, store.generation())).rows)
    assert View.from_query(found["view"]) == view
    assert sum(row["credit"] for row in found["rows"] if row["model"] == "u") == 2
    assert "Only 2 conversions" in answer.stderr


def test_the_help_says_what_holds_where_an_option_is_not_given() -> None:
    """In brackets of its own it would be markup, and not be shown."""
    said = CliRunner().invoke(app, ["trend", "--help"], env={"TERMINAL_WIDTH": "200"}).output
    for default in ("store, beside the program", "the first", "by the length of the period"):
        assert f"[default: ({default})]" in said
