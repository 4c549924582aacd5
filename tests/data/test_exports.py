"""Exports as people have them, loaded without a mapping, give their right answers or ask.

Each case is a folder beside the checkout: the files, `cmd` with the lines that load and ask, and
`expected` with what must come out; `either_says` is a question that would do as well.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import analytics.__main__ as asking
import data.__main__ as loading
from data.errors import StoreEmpty
from data.store import Store
from tests.conftest import REAL_DATA

EXPORTS = REAL_DATA / "exports"
CASES = sorted(path.parent for path in EXPORTS.glob("*/expected"))
APPS = {"data": loading.app, "analytics": asking.app}

REACHED = """
    select stages.stage, count(reaches.lead_id)
    from stages left join reaches on reaches.stage = stages.stage
    group by stages.stage
"""

COUNTED = """
    select coalesce({column}, ''), count(*) from reaches where stage_rank = 0 group by 1
"""


def said(case: Path, store: Path) -> str:
    """What the commands of a case print, each run in this process."""
    log = ""
    for line in (case / "cmd").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            app, *args = line.replace("STORE", str(store)).replace("HERE", str(case)).split()
            log += CliRunner().invoke(APPS[app], args, env={"COLUMNS": "200"}).output
    return log


def found(store: Path) -> dict[str, Any]:
    """What is in the store, under the names that `expected` has for it."""
    try:
        generation = Store(store).generation()
    except StoreEmpty:
        return {}
    with Store(store).cursor(generation) as con:

        def counted(column: str) -> dict[str, int]:
            return dict(con.execute(COUNTED.format(column=column)).fetchall())

        created = con.execute(
            "select lead_id, strftime(created_at, '%Y-%m-%dT%H:%M:%SZ') from leads"
        ).fetchall()
        return {
            "n": len(created),
            "created": dict(created),
            "stages": dict(con.execute(REACHED).fetchall()),
            "source": counted("source"),
            "channel": counted("channel"),
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
    log = said(case, tmp_path / "store")
    bad = differences(expected, found(tmp_path / "store"), log)
    question = expected.get("either_says")
    assert not bad or (question and re.search(question, log, re.I | re.S)), (bad, log)
