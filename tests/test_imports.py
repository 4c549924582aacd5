"""One way through the house: pages, then ui, then analytics, then data. No arrow runs back.

import-linter holds the packages to it in `make check`; this also sees the pages, which are scripts.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "data": set(),
    "analytics": {"data"},
    "ui": {"data", "analytics"},
    "pages": {"data", "analytics", "ui"},
}
SCREEN = {"streamlit", "plotly"}
SOURCES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say where it is from, in full"
            yield node.module or ""


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", SOURCES)
def test_arrows_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    forbidden = (MAY_IMPORT.keys() | {"app", "tests", "benchmarks"}) - {package}
    assert roots(path) & (forbidden - MAY_IMPORT[package]) == set()
    if package in {"data", "analytics"}:
        assert roots(path) & SCREEN == set()


@pytest.mark.parametrize("package", ["data", "analytics", "ui"])
def test_tests_lie_as_what_they_test(package: str) -> None:
    """The folders of tests are those of the source, so that one is found by the other."""
    tests = ROOT / "tests"
    folders = {path.parent.relative_to(tests) for path in (tests / package).rglob("test_*.py")}
    assert folders
    assert [each for each in folders if not (ROOT / each / "__init__.py").is_file()] == []


@pytest.mark.parametrize("path", SOURCES)
def test_no_slow_pictures(path: Path) -> None:
    assert "plotly.express" not in set(imported(path)), "42 ms a figure; graph_objects takes 2"


def test_only_what_is_required_is_imported() -> None:
    """Everything imported is named in requirements.txt, or comes with what is."""
    names = {"babel": "babel", "duckdb": "duckdb", "pandas": "pandas", "plotly": "plotly"}
    names |= {"streamlit": "streamlit", "typer": "typer", "rich": "rich"}
    names |= {"charset_normalizer": "charset-normalizer", "python_calamine": "python-calamine"}
    names |= {"fontpkg_be_vietnam_pro": "fontpkg-be-vietnam-pro"}
    names |= {"holidays": "holidays", "filelock": "filelock", "tomli_w": "tomli-w"}
    names |= {"xlsxwriter": "xlsxwriter", "email_validator": "email-validator"}
    names |= {"phonenumbers": "phonenumbers", "rapidfuzz": "rapidfuzz"}
    names |= {"sqlalchemy": "SQLAlchemy", "alembic": "alembic"}
    names |= {"pptx": "python-pptx", "typst": "typst"}
    names |= {"kaleido": "kaleido", "choreographer": "kaleido"}
    names |= {"segno": "segno", "icalendar": "icalendar"}
    with_streamlit = {"starlette", "numpy", "pyarrow"}
    required = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    used = set().union(*map(roots, [*SOURCES, ROOT / "app.py"]))
    ours = MAY_IMPORT.keys() | sys.stdlib_module_names | with_streamlit
    for name in sorted(used - ours):
        assert name in names, f"{name} is not in requirements.txt, or not listed here"
        assert f"\n{names[name]}==" in required, f"{names[name]} is imported but not pinned"
    for name, package in names.items():
        assert name in used, f"{package} is required, but nothing imports {name}"


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "benchmarks/requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            requirement = line.partition("#")[0].strip()
            assert not requirement or requirement.startswith("-r ") or "==" in requirement, line
