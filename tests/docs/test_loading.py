"""`docs/loading.md`: its example files load, and its tables are those of the code."""

import dataclasses
import re
import shlex
import tomllib
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.__main__ import app
from data.load.findings import FINDINGS
from data.load.loader import load
from data.load.rejects import REASONS
from data.mapping.fields import FIELDS, LEAD_FIELDS, REQUIRED
from data.mapping.mapping import AMOUNTS, EARLY_MOVES, WINS, FileMapping, Mapping
from data.pipeline import Pipeline
from data.sample import generate, proof
from data.store import Generation, Store
from data.values.channels import channel_slugs
from tests.support.asking import ask
from tests.support.markdown import code, commands, files, questions, section, tables, text_of

TEXT = text_of("loading.md")
FILES = files(TEXT)
MAPPING = FILES["crm.toml"]
COMMANDS = [command.split(" -m data ")[1] for command in commands(TEXT, ".venv/bin/python -m data")]
OF_SHARES = [
    command.split(" -m data ")[1] for command in commands(text_of("link.md"), "python -m data")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example files of the page."""
    path = tmp_path_factory.mktemp("loading")
    for name, content in FILES.items():
        (path / name).write_text(content, encoding="utf-8")
    return path


def run(folder: Path, arguments: list[str], store: Path) -> Result:
    arguments = [str(folder / part) if part in FILES else part for part in arguments]
    return CliRunner().invoke(app, arguments, env={"PHEU_STORE": str(store), "COLUMNS": "200"})


def loaded(folder: Path, store: Path, *names: str, mapping: Mapping | None = None) -> Generation:
    load(Store(store), [folder / name for name in names], mapping=mapping)
    return Store(store).generation()


def test_the_commands_run_in_their_order_and_nothing_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A small sample is made and screened as the whole one is, which other tests look at.
    monkeypatch.setattr(generate, "write", partial(generate.write, leads=4_000))
    monkeypatch.setattr(proof, "proof", partial(proof.proof, leads=4_000))
    for command in dict.fromkeys(COMMANDS):
        result = run(folder, shlex.split(command), tmp_path)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        for reason in REASONS:
            assert reason not in result.output, command
    assert Store(tmp_path).generation().sample


def test_every_command_and_option_is_real() -> None:
    assert {command.split()[0] for command in (*COMMANDS, *OF_SHARES)} == questions(app)
    said = CliRunner().invoke(app, ["load", "--help"], env={"COLUMNS": "200"}).output
    (options, *_) = tables(section(TEXT, "Commands"))
    assert set(re.findall(r"--[a-z-]+", said)) - {"--help"} == {
        code(row["option"])[0] for row in options
    }


def test_the_first_example_means_what_it_looks_like(folder: Path, tmp_path: Path) -> None:
    generation = loaded(folder, tmp_path, "leads.csv", "moves.csv")
    rows = ask(tmp_path, "funnel")
    assert [row["reached"] for row in rows] == [3, 2, 1, 1]
    assert rows[0]["lost"] == 1
    sources = generation.query("select source, channel, amount from leads order by lead_id")
    assert sources["channel"].tolist() == ["paid_search", "event", "paid_social"]
    assert sources["amount"].tolist()[1] == 12_500_000


def test_spend_is_spread_and_converted(folder: Path, tmp_path: Path) -> None:
    loaded(folder, tmp_path, "leads.csv", "moves.csv")
    names = ("touches.csv", "spend.csv", "rates.csv")
    generation = loaded(folder, tmp_path, *names)
    costs = generation.query("select source, count(*) as days, sum(amount) as amount from costs "
                             "group by source order by source")  # fmt: skip
    assert costs["days"].tolist() == [31, 31]
    assert costs["amount"].tolist() == pytest.approx([900 * 26_300, 40_000_000])
    assert generation.query("select count(*) as n from touches")["n"].tolist() == [3]


def test_the_kinds_of_files_and_their_required_fields() -> None:
    (rows,) = tables(section(TEXT, "Kinds of files").split("###")[0])
    required = {code(row["kind"])[0]: tuple(code(row["required fields"])) for row in rows}
    assert required.pop("spend") == ("day", "month", "amount")
    assert required == {kind: fields for kind, fields in REQUIRED.items() if kind != "spend"}
    for row in rows:
        kind = code(row["kind"])[0]
        named = {*code(row["required fields"]), *code(row["other fields"])}
        if "lead fields" in row["other fields"]:
            named |= set(LEAD_FIELDS)
        assert set(FIELDS[kind]) <= named, kind
        assert named - set(LEAD_FIELDS) <= set(FIELDS[kind]), kind


def test_the_fields_of_a_lead() -> None:
    said = code(section(TEXT, "Fields of a lead").split("Every other")[0])
    assert sorted(said) == sorted(LEAD_FIELDS)


def test_the_mapping_of_the_page_uses_every_key() -> None:
    mapping = Mapping.parse(MAPPING)
    assert Mapping.parse(mapping.to_toml()) == mapping
    for entry in dataclasses.fields(FileMapping):
        assert any(
            getattr(file, entry.name) not in (entry.default, {}, ()) for file in mapping.files
        ), f"no file of the example has {entry.name}"
    assert mapping.pipeline is not None
    for name in ("time_zone", "store_time_zone", "currency", "channels", "screening"):
        assert getattr(mapping, name), name
    assert mapping.pipeline.calendar is not None
    assert {stage.slug for stage in mapping.pipeline.stages if stage.limit_days} == {"opportunity"}
    assert mapping.pipeline.unusable_slugs == ("junk",)
    assert set(mapping.channels.values()) <= set(channel_slugs())


def test_the_table_of_keys_names_every_key_and_no_other() -> None:
    (rows,) = tables(section(TEXT, "The mapping"))
    named = {name for row in rows for name in code(row["key"])}
    of_files = {entry.name for entry in dataclasses.fields(FileMapping)}
    tables_of = {f"[files.{name}]" for name in ("columns", "stages", "join")} | {"[files.values.…]"}
    plain = of_files - {"columns", "stages", "join", "values"}
    of_mapping = {entry.name for entry in dataclasses.fields(Mapping)}
    top = {"time_zone", "store_time_zone", "currency"}
    assert of_mapping - top == {
        "files", "pipeline", "calendar", "targets", "reasons", "response", "temperature",
        "fit", "channels", "screening",
    }  # fmt: skip
    assert named == plain | tables_of | top | {
        "[[files]]", "[[stages]]", "[[stages.criteria]]", "[[exits]]", "[[reasons]]", "[calendar]",
        "[targets]", "[response]", "[temperature]", "[fit]", "[channels]", "[screening]",
    }  # fmt: skip


def test_keys_of_stages_exits_and_calendar_are_those_of_the_pipeline() -> None:
    mapping = Mapping.parse(MAPPING)
    assert mapping.pipeline is not None
    assert Pipeline.from_table(tomllib.loads(mapping.pipeline.to_toml())) == mapping.pipeline
    (rows,) = tables(section(TEXT, "The mapping"))
    for row in rows:
        if code(row["key"])[0] not in ("[[stages]]", "[[exits]]", "[calendar]"):
            continue
        for key in code(row["meaning"]):
            assert re.search(rf'^{key} = |"{key}"', MAPPING, flags=re.M) or key == "prospect", key


def test_the_example_of_the_mapping_means_what_it_says(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    names = ("deals.csv", "people.csv")
    summary = load(store, [folder / name for name in names], mapping=Mapping.parse(MAPPING))
    deals = next(file for file in summary.files if file.name == "deals.csv")
    assert (deals.read, deals.loaded, deals.refused, deals.skipped) == (4, 3, 0, 1)
    leads = store.generation().query(
        "select lead_id, team, source, channel, product from leads order by lead_id"
    )
    assert leads["team"].tolist() == ["North", "South", "North"]
    assert leads["channel"].tolist() == ["paid_search", "social", "paid_search"]
    assert leads["product"].tolist() == ["CRM", "ERP", "CRM"]
    assert "internal_note" not in store.generation().dimensions
    rows = ask(tmp_path, "funnel", "level=stage")
    reached = {row["stage"]: row["reached"] for row in rows}
    assert reached == {"lead": 3, "opportunity": 3, "won": 1}
    history = store.generation().query(
        "select h.entered_at = l.created_at as same from stage_history h "
        "join leads l using (lead_id) where lead_id = 'D3' and stage = 'opportunity'"
    )
    assert history["same"].tolist() == [True]


def test_several_sales_of_one_lead_add_up(folder: Path, tmp_path: Path) -> None:
    names = ("deals.csv", "people.csv", "payments.csv")
    generation = loaded(folder, tmp_path, *names, mapping=Mapping.parse(MAPPING))
    amounts = generation.query("select amount from leads where lead_id = 'D1'")["amount"]
    assert amounts.tolist() == [20_000_000]
    for conversions, expected in (("first", 1), ("all", 2)):
        rows = ask(tmp_path, "attribution", f"stage=customer&conversions={conversions}")
        credits = [(row["credit"], row["value"]) for row in rows if row["model"] == "last"]
        assert sum(credit for credit, _value in credits) == expected
        assert sum(value for _credit, value in credits) == 20_000_000
    (rows,) = tables(section(TEXT, "The mapping").split("###")[0])
    for key, choices in (("amounts", AMOUNTS), ("wins", WINS)):
        row = next(row for row in rows if f"`{key}`" in row["key"])
        assert set(code(row["meaning"])) == set(choices)


def test_early_moves() -> None:
    (rows,) = tables(section(TEXT, "The mapping"))
    row = next(row for row in rows if "early_moves" in row["key"])
    assert set(code(row["meaning"])) == set(EARLY_MOVES)


def test_each_date_of_the_table_is_read_where_its_column_has_no_other(tmp_path: Path) -> None:
    (rows, *_) = tables(section(TEXT, "What is recognised"))
    cells = code(rows[0]["cell"]) + code(rows[1]["cell"])
    contents = [f"lead_id,created_at\n{number},{cell}\n" for number, cell in enumerate(cells)]
    generation = _files(tmp_path, contents, "--day-month-order", "dmy")
    found = generation.query(
        "select lead_id, cast(created_at + interval 7 hours as date) as day from leads"
    )
    days = {cells[int(lead)]: str(day)[:10] for lead, day in found.itertuples(index=False)}
    assert days == dict.fromkeys(cells, "2026-03-01")


def test_times_as_people_and_tools_write_them_are_read(tmp_path: Path) -> None:
    rows = tables(section(TEXT, "What is recognised"))[0]
    cells = code(rows[5]["cell"]) + code(rows[6]["cell"])
    text = "".join(f'{number},"{cell}"\n' for number, cell in enumerate(cells))
    generation = _one(tmp_path, f"lead_id,created_at\n{text}", "--day-month-order", "dmy")
    found = generation.query("select cast(created_at + interval 7 hours as date) as day from leads")
    assert [str(day)[:10] for day in found["day"]] == ["2026-03-01"] * len(cells)


def test_each_month_of_the_table_is_read_where_its_column_has_no_other(tmp_path: Path) -> None:
    (rows, *_) = tables(section(TEXT, "What is recognised"))
    cells = code(rows[2]["cell"])
    contents = ["lead_id,created_at\n1,2026-01-01\n"]
    contents += [f"month,source,cost\n{cell},s{number},31\n" for number, cell in enumerate(cells)]
    found = _files(tmp_path, contents).query(
        "select source, min(day) as first, max(day) as last from costs group by source"
    )
    days = {
        cells[int(source[1:])]: (str(first)[:10], str(last)[:10])
        for source, first, last in found.itertuples(index=False)
    }
    assert days == dict.fromkeys(cells, ("2026-03-01", "2026-03-31"))


def test_each_number_of_the_table_is_read_where_its_column_has_no_other(tmp_path: Path) -> None:
    amounts = {
        "1.200.000 ₫": 1_200_000,
        "1,200,000 VND": 1_200_000,
        "1.200.000,5": 1_200_000.5,
        "$1,200.50": 1_200.5,
        "(300)": -300,
        "2 tỷ 5": 2_500_000_000,
    }
    cells = [*amounts]
    assert [cell for cell in cells if f"`{cell}`" not in section(TEXT, "What is recognised")] == []
    contents = [
        f'lead_id,created_at,amount\n{number},2026-03-01,"{cell}"\n'
        for number, cell in enumerate(cells)
    ]
    found = _files(tmp_path, contents).query("select lead_id, amount from leads")
    read = {cells[int(lead)]: amount for lead, amount in found.itertuples(index=False)}
    assert read == amounts


def test_an_answer_of_the_table_is_read(tmp_path: Path) -> None:
    yes, no = tables(section(TEXT, "What is recognised"))[0][4]["cell"].split(" / ")
    words = [(word, True) for word in code(yes)] + [(word, False) for word in code(no)]
    rows = "".join(f"{number},2026-03-01,{word}\n" for number, (word, _) in enumerate(words))
    found = _one(tmp_path, f"lead_id,created_at,need\n{rows}")
    answers = found.query("select need from leads order by cast(lead_id as integer)")["need"]
    assert answers.tolist() == [answer for _, answer in words]


def test_every_reason_to_refuse_a_row_stands_in_the_table_and_no_other() -> None:
    (rows,) = tables(section(TEXT, "What is refused"))
    assert {code(row["reason"])[0] for row in rows} == set(REASONS)


def _one(folder: Path, content: str, *options: str) -> Generation:
    return _files(folder, [content], *options)


def _files(folder: Path, contents: list[str], *options: str) -> Generation:
    """What is loaded from files of these contents: how a column is read is decided file by file."""
    paths = [folder / f"{number}.csv" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content, encoding="utf-8")
    given = ["load", *map(str, paths), "--store", str(folder), *options]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    return Store(folder).generation()


def test_the_findings_are_those_of_a_dry_run() -> None:
    (table,) = tables(section(TEXT, "What a dry run finds"))
    assert {code(row["finding"])[0]: row["places"] for row in table} == FINDINGS
