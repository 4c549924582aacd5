"""What was measured: tables by part, kept in `results.json`, and written out in `RESULTS.md`.

A part that is measured again takes the place of what was known of it; the others stay, each with
the day, the commit and the machine of its own run.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table as Printed

Cell = str | float | None

_TITLE = """\
# What is measured

Made by `make bench`, which keeps the same figures in `results.json`. Seconds are of the wall clock,
p50 is the median and p95 the 95th percentile; *CPU* is the time of all cores together. Whatever is
compared takes turns in one run, so that what else the machine does falls on all of it."""


@dataclass(frozen=True)
class Table:
    """Figures under headings. `digits` by column: how many to write, None of texts."""

    title: str
    headings: Sequence[str]
    digits: Sequence[int | None]
    rows: Sequence[Sequence[Cell]]
    about: str = ""
    """What was asked and how, in Markdown."""

    def cells(self) -> list[list[str]]:
        """The rows as they are written."""
        return [
            [_written(cell, digits) for cell, digits in zip(row, self.digits, strict=True)]
            for row in self.rows
        ]

    def printed(self) -> Printed:
        """The table as rich prints it."""
        table = Printed(title=self.title, box=SIMPLE_HEAD, title_justify="left")
        for heading, digits in zip(self.headings, self.digits, strict=True):
            justify: Literal["left", "right"] = "left" if digits is None else "right"
            table.add_column(heading.replace(", ", "\n"), justify=justify)
        for row in self.cells():
            table.add_row(*row)
        return table

    def markdown(self) -> Iterator[str]:
        """The table's lines in `RESULTS.md`."""
        yield from (f"## {self.title}", "")
        if self.about:
            yield from (self.about, "")
        rule = ["--" if digits is None else "--:" for digits in self.digits]
        for cells in (self.headings, rule, *self.cells()):
            yield f"| {' | '.join(cells)} |"
        yield ""


@dataclass(frozen=True)
class Part:
    """The tables of one part of a run, and the line that says when and on what it was measured."""

    measured: str
    tables: Sequence[Table]


class Results:
    """What is known of each part, by its name; kept in a file beside `RESULTS.md`."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        known: dict[str, Any] = {}
        if kept.exists():
            known = json.loads(kept.read_text(encoding="utf-8"))
        self.parts = {
            name: Part(part["measured"], [Table(**table) for table in part["tables"]])
            for name, part in known.items()
        }

    def put(self, name: str, part: Part) -> None:
        """Keeps a part in place of what was known of it, in the file too."""
        self.parts[name] = part
        kept = {name: asdict(part) for name, part in self.parts.items()}
        self.kept.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")

    def markdown(self, order: Sequence[str]) -> str:
        """All parts: those named in `order` first, then others, such as those of another size."""
        others = [name for name in self.parts if name not in order]
        lines = [_TITLE, ""]
        said = ""
        for name in (*order, *others):
            if (part := self.parts.get(name)) is None:
                continue
            for table in part.tables:
                title, _, *rest = table.markdown()
                lines += [title, ""]
                if part.measured != said:  # said once for all parts of a run
                    lines += [f"*{part.measured}.*", ""]
                    said = part.measured
                lines += rest
        return "\n".join(lines)


def _written(cell: Cell, digits: int | None) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else f"{cell:,.{digits or 0}f}"
