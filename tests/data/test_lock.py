"""The lock of a store: who holds it is said for as long as it is held, and on any system."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import StoreBusy
from data.lock import held

DATA = Path(__file__).parents[2] / "data"
MODULES = sorted(path for path in DATA.rglob("*.py") if path.name != "__init__.py")
POSIX_ONLY = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}


def test_the_holder_is_named_for_as_long_as_it_holds(tmp_path: Path) -> None:
    with held(tmp_path, wait=0):
        name = (tmp_path / "HOLDER").read_text(encoding="utf-8")
        assert re.fullmatch(rf"process {os.getpid()} on .+ since 20\d\d-.+", name)
        with pytest.raises(StoreBusy, match=re.escape(name)), held(tmp_path, wait=0.2):
            pytest.fail("two loads at once")
    assert not (tmp_path / "HOLDER").exists()


def test_it_is_let_go_when_the_load_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path, wait=0):
        _ = 1 / 0
    with held(tmp_path, wait=0):
        pass


def test_what_a_killed_load_left_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "LOCK").write_text("process 1 on elsewhere since 2020-01-01\n")
    (tmp_path / "HOLDER").write_text("process 1 on elsewhere since 2020-01-01\n")
    told: list[str] = []
    with held(tmp_path, wait=0, on_wait=told.append):
        assert str(os.getpid()) in (tmp_path / "HOLDER").read_text(encoding="utf-8")
    assert told == []


def needed(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a module that run everywhere: not what is tried and can do without."""
    yield node
    for part in ast.iter_child_nodes(node):
        tried = isinstance(part, ast.Try) and any(
            isinstance(each.type, ast.Name) and each.type.id == "ImportError"
            for each in part.handlers
        )
        if not tried:
            yield from needed(part)


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: ".".join(path.relative_to(DATA).with_suffix("").parts)
)
def test_no_module_needs_posix(path: Path) -> None:
    names = set()
    for node in needed(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names & POSIX_ONLY == set()
