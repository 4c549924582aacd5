"""SECURITY.md: each promise names tests, and they are there."""

import ast
import re

import pytest

from tests.support.markdown import ROOT, code, section, tables

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
(PROMISES,) = tables(section(TEXT, "What is promised, and which test holds it"))


def words(promise: dict[str, str]) -> str:
    """What a promise is called: its first words."""
    return " ".join(re.findall(r"[a-z]+", promise["promise"], re.I)[:6])


@pytest.mark.parametrize("promise", PROMISES, ids=words)
def test_a_promise_is_held_by_tests_that_there_are(promise: dict[str, str]) -> None:
    named = [name.split("::") for name in code(promise["test"])]
    assert named
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert test in there, f"{file} has no {test}"


def test_the_variables_that_are_named_are_asked_for() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for layer in ("ui", "data", "analytics")
        for path in (ROOT / layer).rglob("*.py")
    )
    access = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    named = set(re.findall(r"PHEU_[A-Z_]+", TEXT + access))
    assert len(named) > 6
    assert [name for name in sorted(named) if f'"{name}"' not in source] == []
