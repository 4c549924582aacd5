"""Exports as people have them, loaded without a mapping, give their right answers or ask.

Each case is a folder beside the checkout: the files, `cmd` with the lines that load and ask, and
`expected` with what must come out; `either_says` is a question that would do as well.
"""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

import analytics.__main__ as asking
import data.__main__ as loading
from data.draft import trying
from data.errors import StoreEmpty, StoreError
from data.load.loader import put_together, summarize
from data.load.trial import _reached as reached
from data.mapping.mapping import Mapping
from data.store import Store
from tests.conftest import REAL_DATA

EXPORTS = REAL_DATA / "exports"
CASES = sorted(path.parent for path in EXPORTS.glob("*/expected"))
APPS = {"data": loading.app, "analytics": asking.app}

REACHED = """
    select stages.stage, count(reaches.lead_number)
    from stages left join reaches on reaches.stage = stages.stage
    group by stages.stage
"""


def tried(line: str, store: Path) -> tuple[dict[str, Any], str]:
    """What a load would bring and say; it is never published, which is cheaper."""
    _load, *args = line.split()
    options = {"--mapping": "", "--day-month-order": "", "--store": ""}
    files = []
    for arg in (words := iter(args)):
        if arg in options:
            options[arg] = next(words)
        else:
            files.append(Path(arg))
    mapping = Mapping.read(Path(options["--mapping"])) if options["--mapping"] else None
    order = options["--day-month-order"] or None
    try:
        with trying(Store(store), anew=True) as draft:
            work = put_together(draft, files, mapping, None, order, None, None)
            summary = summarize(work)
            reasons = [f"{reason} {count}" for reason, count in summary.reasons.items()]
            unknown = [f"{stage} {count}" for stage, count in summary.unknown_stages.items()]
            got = in_tables(work.con, "leads", "")
            return got | {"stages": reached(work)}, "\n".join(
                [*reasons, *unknown, *summary.notices]
            )
    except StoreError as error:
        return {}, str(error)


def loaded(lines: list[str], store: Path) -> tuple[dict[str, Any], str]:
    """What is in the store after some commands, and what they print; all run in this process."""
    log = ""
    for line in lines:
        app, *args = line.split()
        log += CliRunner().invoke(APPS[app], args, env={"COLUMNS": "200"}).output
    try:
        generation = Store(store).generation()
    except StoreEmpty:
        return {}, log
    with Store(store).cursor(generation) as con:
        reaches = "(select lead_id, reaches.* from reaches join leads using (lead_number))"
        got = in_tables(con, reaches, "where stage_rank = 0")
        return got | {"stages": dict(con.execute(REACHED).fetchall())}, log


def in_tables(con: duckdb.DuckDBPyConnection, table: str, where: str) -> dict[str, Any]:
    """What the leads of a table are, under the names that `expected` has for it."""
    created = con.execute(
        f"select lead_id, strftime(created_at, '%Y-%m-%dT%H:%M:%SZ') from {table} {where}"
    ).fetchall()
    return {"n": len(created), "created": dict(created)} | {
        name: dict(
            con.execute(
                f"select coalesce({name}, ''), count(*) from {table} {where} group by 1"
            ).fetchall()
        )
        for name in ("source", "channel")
    }


def differences(expected: dict[str, Any], got: dict[str, Any], log: str) -> list[str]:
    """What is not as it should be."""
    bad = []
    for key, want in expected.items():
        if key in ("says", "says_not"):
            patterns = want if isinstance(want, list) else [want]
            bad += [
                f"{key} {pattern}"
                for pattern in patterns
                if bool(re.search(pattern, log, re.I | re.S)) != (key == "says")
            ]
        elif key in ("n", "created", "stages", "source", "channel"):
            have = got.get(key)
            pairs = want.items() if isinstance(want, dict) else [(key, want)]
            bad += [
                f"{key} {name}: {value!r} expected, {part!r} found"
                for name, value in pairs
                if (part := (have or {}).get(name) if isinstance(want, dict) else have) != value
            ]
    return bad


@pytest.mark.skipif(not CASES, reason="the exports are not beside the checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_gives_its_answer(case: Path, tmp_path: Path) -> None:
    expected = json.loads((case / "expected").read_text(encoding="utf-8"))
    text = (case / "cmd").read_text(encoding="utf-8")
    text = text.replace("STORE", str(tmp_path / "store")).replace("HERE", str(case))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) == 1 and lines[0].startswith("data load "):
        got, log = tried(lines[0].removeprefix("data "), tmp_path / "store")
    else:
        got, log = loaded(lines, tmp_path / "store")
    bad = differences(expected, got, log)
    question = expected.get("either_says")
    assert not bad or (question and re.search(question, log, re.I | re.S)), (bad, log)
