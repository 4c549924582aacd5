"""`docs/link.md`: every parameter of the grammar, its default, and examples that lose nothing."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from analytics.view.attribution_rules import MODELS
from analytics.view.parameters import IN_EVERY_LINK, NAMED_PERIODS, SHORT_VERSION, VERSION
from analytics.view.view import View
from data.store import Store
from tests.support.markdown import (
    ROOT,
    blocks,
    code,
    commands,
    files,
    questions,
    section,
    tables,
    text_of,
)

TEXT = text_of("link.md")
(GRAMMAR,) = tables(section(TEXT, "Parameters"))
DEFAULTS = {name: row["default"].strip("`") for row in GRAMMAR for name in code(row["parameter"])}
ROWS = {name: row for row in GRAMMAR for name in code(row["parameter"])}
EXAMPLES = section(TEXT, "Examples").split("```")[1].strip().splitlines()
COMMANDS = commands(TEXT, ".venv/bin/python -m analytics ")


@pytest.fixture(scope="module", autouse=True)
def _opened_once() -> Iterator[None]:
    """The command line opens a store once, not anew for every command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.__main__.Store", cache(Store))
        yield


def test_every_parameter_of_the_grammar_stands_in_the_table_and_no_other() -> None:
    by_days = View().during(first=date(2026, 1, 1)).to_query()
    further = View(
        tab="analysis", lead="L1", place="sal", list_page=2, coloured="second"
    ).to_query()
    assert set(DEFAULTS) == {*View().to_query(), *by_days, *further}


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_default_is_that_of_the_table(name: str) -> None:
    if name in ("from", "to"):
        days = {"from": View().during(last=date(2026, 1, 1)).to_query()["from"]}
        days["to"] = View().during(first=date(2026, 1, 1)).to_query()["to"]
        assert DEFAULTS[name] == days[name]
    else:
        unwritten = {"list_page": "1", "coloured": "first"}.get(name, "none")
        assert DEFAULTS[name] == View().to_query().get(name, unwritten)


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_default_written_out_is_the_default_view(name: str) -> None:
    assert View.parse({name: DEFAULTS[name]}) == (View(), ())


def test_the_table_names_every_choice() -> None:
    choices = {"v": (VERSION, SHORT_VERSION), "model": MODELS, "source": IN_EVERY_LINK}
    for name, values in choices.items():
        row = ROWS[name]
        assert set(values) <= set(code(row["values"] + row["parameter"] + row["default"])), name
    for word in {word for period in NAMED_PERIODS for word in period.split("-")}:
        assert f"`{word}" in ROWS["period"]["values"]


@pytest.mark.parametrize("name", ["level", "mode", "skipped", "clock", "compare", "lang"])
def test_a_choice_of_the_table_is_one_of_the_grammar(name: str) -> None:
    written = set(code(ROWS[name]["values"])) - {"[calendar]"}
    for value in written:
        view, dropped = View.parse({name: value})
        assert dropped == (), value
        assert view.to_query()[name] == value


@pytest.mark.parametrize(
    "name", ["measure", "conversions", "credited", "benchmark", "versus", "targets", "scenario"]
)
def test_a_value_of_the_table_is_understood(name: str) -> None:
    for value in code(ROWS[name]["values"]):
        assert View.parse({name: value})[1] == (), value


@pytest.mark.parametrize(
    ("name", "largest"),
    [("window", 36_500), ("half_life", 3_650), ("look_back", 3_650), ("order", 3), ("margin", 100)],
)
def test_a_range_of_the_table_is_that_of_the_grammar(name: str, largest: int) -> None:
    assert f"(1 to {largest})" in ROWS[name]["values"]
    for value in ("1", str(largest)):
        assert View.parse({name: value})[0].to_query()[name] == value
    for value in ("0", str(largest + 1)):
        assert View.parse({name: value})[1] != ()


@pytest.mark.parametrize("link", EXAMPLES)
def test_an_example_loses_nothing(link: str) -> None:
    view, dropped = View.from_link(link)
    assert dropped == ()
    assert View.from_link(view.to_link()) == (view, ())
    path = link.partition("?")[0].strip("/") or "overview"
    assert (ROOT / "pages" / f"{path}.py").is_file()


def test_the_table_of_values_says_what_the_link_reads() -> None:
    (rows,) = tables(section(TEXT, "Values of a filter"))
    said = {code(row["written"])[0]: row["means"] for row in rows}

    def read(text: str) -> tuple[str | None, ...]:
        view, dropped = View.parse({"source": text})
        assert dropped == ()
        return view.values("source")

    assert read("google_ads,seo") == ("google_ads", "seo")
    assert read("all") == ()
    assert read("~") == (None,)
    assert read("a~~b") == ("a~b",)
    assert read("a~.b") == ("a,b",)
    assert read("~:all") == ("all",)
    assert list(said) == ["google_ads,seo", "all", "~", "~~", "~.", "~:all"]
    assert View.from_link("team=TP.HCM+2")[0].values("team") == ("TP.HCM 2",)


def test_a_frozen_link_names_its_generation() -> None:
    assert replace(View(), data=3).to_query()["data"] == "3"
    assert "data=3" in TEXT


def test_what_is_not_understood_ends_as_the_table_says(sample_store: Path) -> None:
    (rows,) = tables(section(TEXT, "What is not understood"))
    for row, status in zip(rows, (0, 2, 2, 2, 0), strict=True):
        for link in (each for each in code(row["in the link"]) if "=" in each):
            result = CliRunner().invoke(app, ["funnel", link, "--store", str(sample_store)])
            assert result.exit_code == status, link
            assert link in result.stderr


def test_every_question_of_the_command_line_has_an_example() -> None:
    assert {shlex.split(command)[3] for command in COMMANDS} == questions(app)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(
    command: str, sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in files(TEXT).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(command)[3:]
    result = CliRunner().invoke(app, arguments, env={**os.environ, "PHEU_STORE": str(sample_store)})
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
    assert "is not known here" not in result.stderr


def test_the_options_are_those_of_the_command_line() -> None:
    (rows,) = tables(section(TEXT, "The command line"))
    said = CliRunner().invoke(app, ["funnel", "--help"], env={"COLUMNS": "200"}).output
    for row in rows:
        assert code(row["option"])[0] in said


def test_json_has_the_keys_that_the_page_names(sample_store: Path) -> None:
    result = CliRunner().invoke(
        app, ["funnel", "--format", "json", "--store", str(sample_store)], env={"COLUMNS": "200"}
    )
    keys = '{"question", "view", "generation", "as_of", "rows"}'
    assert keys in TEXT
    for key in keys.strip("{}").split(", "):
        assert f"{key}:" in result.stdout.replace('" :', '":')


def test_no_example_is_left_without_a_test() -> None:
    assert len(EXAMPLES) == 12
    assert blocks(TEXT, "csv paths.csv")
