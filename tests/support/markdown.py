"""Reading our own documentation: its tables, its code blocks, its links."""

import re
from pathlib import Path

from typer import Typer

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def questions(app: Typer) -> set[str]:
    """The names of a command line's commands."""
    names = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    }
    return {name.replace("_", "-") for name in names}


def found(pattern: str, text: str) -> re.Match[str]:
    """Where a pattern is in a text, . being any character, also the end of a line."""
    match = re.search(pattern, text, flags=re.M | re.S)
    assert match, f"there is nothing like {pattern!r}"
    return match


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of its rank or above."""
    found = re.search(rf"^(#+) {re.escape(title)}$\n(.*)", text, flags=re.M | re.S)
    assert found, f"there is no heading {title!r}"
    body = re.split(rf"^#{{1,{len(found[1])}}} ", found[2], maxsplit=1, flags=re.M)
    return body[0]


def tables(text: str) -> list[list[dict[str, str]]]:
    """Every table, each row as a dictionary by the headings of the table."""
    found = []
    for block in re.findall(r"(?:^ *\|.*\|$\n?)+", text, flags=re.M):
        head, _rule, *rows = (cells(line) for line in block.strip().splitlines())
        assert all(len(row) == len(head) for row in rows), f"a row has too many cells: {head}"
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def blocks(text: str, info: str = "") -> list[str]:
    """The code blocks whose fence says `info`, such as 'toml' or 'csv leads.csv'."""
    found = re.findall(r"^```(.*?)$\n(.*?)^```$", text, flags=re.M | re.S)
    return [body for said, body in found if said.strip() == info]


def files(text: str) -> dict[str, str]:
    """The example files: code blocks whose fence says kind and name, as in 'csv leads.csv'."""
    found = re.findall(r"^```(?:csv|toml) (\S+)$\n(.*?)^```$", text, flags=re.M | re.S)
    return dict(found)


def code(text: str) -> list[str]:
    """Everything between single backquotes, outside of code blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))


def commands(text: str, start: str) -> list[str]:
    """The lines of code blocks that begin with `start`."""
    return [
        line.partition("  #")[0].strip()
        for block in re.findall(r"^```(?:sh)?$\n(.*?)^```$", text, flags=re.M | re.S)
        for line in block.splitlines()
        if line.startswith(start)
    ]


def anchors(text: str) -> list[str]:
    """The anchors of the headings, as GitHub makes them."""
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    titles = re.findall(r"^#+ (.+)$", outside, flags=re.M)
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
