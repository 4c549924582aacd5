"""The README in both languages, and the links of every document."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app as analytics_app
from data.__main__ import app as data_app
from tests.support.markdown import ROOT, anchors, blocks, code, commands, files, text_of

READMES = ("README.md", "README.vi.md")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_make_commands_exist(name: str) -> None:
    targets = re.findall(r"^([a-z]+):.*## ", MAKEFILE, flags=re.M)
    said = re.findall(r"\bmake ([a-z]+)\b", "\n".join([*code(read(name)), *blocks(read(name))]))
    assert {"run", "test"} <= set(said)
    assert set(said) <= set(targets)


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_come_first(name: str) -> None:
    first = blocks(read(name))[0]
    assert [line.partition("  #")[0].strip() for line in first.strip().splitlines()] == [
        "make run",
        "make test",
    ]


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the one that both languages have; see `test_both_languages_say_the_same`."""
    for file, content in files(text_of("loading.md")).items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    lines = commands(read("README.md"), ".venv/bin/python -m ")
    assert [line.split()[2] for line in lines] == ["data", "analytics"]
    for line in lines:
        module, *arguments = shlex.split(line)[2:]
        app = {"data": data_app, "analytics": analytics_app}[module]
        result = CliRunner().invoke(app, arguments, env={"PHEU_STORE": str(tmp_path / "store")})
        assert result.exit_code == 0, result.output
        assert result.stdout.strip()


def test_both_languages_say_the_same() -> None:
    english, vietnamese = (read(name) for name in READMES)
    for start in ("make ", ".venv/bin/python"):
        assert commands(english, start) == commands(vietnamese, start)
    targets = [
        set(re.findall(r"\]\(([^)]+)\)", text)) - {*READMES} for text in (english, vietnamese)
    ]
    pictures = {"docs/overview.png", "docs/funnel-vi-dark.png"}
    assert targets[0] - pictures == targets[1] - pictures
    assert set(code(english)) == set(code(vietnamese))
    headings = [re.findall(r"^#+ ", text, flags=re.M) for text in (english, vietnamese)]
    assert headings[0] == headings[1]


def test_the_readmes_are_short() -> None:
    for name in READMES:
        assert len(read(name).splitlines()) < 100


def test_every_page_of_the_documentation_is_linked() -> None:
    for name in READMES:
        for page in (ROOT / "docs").glob("*.md"):
            assert f"](docs/{page.name})" in read(name)
