"""What was measured, as one table: on the screen, and in `RESULTS.md`."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.credit import Shared
from benchmarks.history import History
from benchmarks.question import POLICIES
from benchmarks.screening import Screened

HEADINGS = (
    "engine",
    *(f"{policy}, ms" for policy in POLICIES),
    *(f"{policy}, × Pheu" for policy in POLICIES),
    "load, s",
    "load, rows/s",
    "memory, MB",
)
_EXPLAINED = """\
The question: of the leads that entered in one year, how many reached each stage group of the
pipeline within 90 days of entry, by source? `passed` and `strict` say whether a skipped group
counts as reached; under either policy, all engines returned the same answer before anything was
timed. Times are medians of {runs} warm runs; the engines take turns, each in a process of its own.
`× Pheu` is the time relative to Pheu counts.

- **Pheu counts** answers the question that the other engines are asked; **Pheu whole answer** is
  what the page shows: rates with intervals, open and lost leads, and median times as well.
- The others query the raw history: every lead's moves, sorted by lead and time, with its source on
  every row. **ClickHouse** uses `windowFunnel` in its default mode; **Polars** and **pandas** work
  step by step.
- Load times are for the two CSV files. Pheu validates every row and derives the tables it scans;
  **DuckDB read_csv** only creates two tables. Memory is the peak over loading and querying.
"""


@dataclass(frozen=True)
class Measured:
    """One way of one engine. Seconds and bytes; `asked` by policy, empty when it only loads."""

    label: str
    version: str
    asked: dict[str, float]
    load: float
    peak_memory: int


@dataclass(frozen=True)
class Results:
    """All that one run found; the first of `measured` is what the others are compared with."""

    history: History
    runs: int
    measured: Sequence[Measured]
    answers: dict[str, float]
    """Seconds of Pheu's answers to what pages ask, by question."""
    shared: Shared | None = None
    """What sharing the credit of touches took."""
    screened: Screened | None = None
    """What screening contacts took."""

    def rows(self) -> list[tuple[str, ...]]:
        """The table's cells, under HEADINGS."""
        base = self.measured[0].asked
        return [
            (
                f"{one.label} ({one.version})",
                *(_cell(one.asked.get(policy), 1000, 1) for policy in POLICIES),
                *(_cell(one.asked.get(policy), 1 / base[policy], 1) for policy in POLICIES),
                _cell(one.load, 1, 1),
                _cell(self.history.rows / one.load, 1, 0),
                _cell(one.peak_memory, 1 / 1e6, 0),
            )
            for one in self.measured
        ]

    def table(self) -> Table:
        """The table as rich prints it."""
        table = Table(title=f"Funnel by source, {self.size}", box=SIMPLE_HEAD, title_justify="left")
        for place, heading in enumerate(HEADINGS):
            justify: Literal["left", "right"] = "right" if place else "left"
            table.add_column(heading.replace(" ", "\n", 1), justify=justify, no_wrap=True)
        for one, (_, *cells) in zip(self.measured, self.rows(), strict=True):
            table.add_row(one.label, *cells)
        return table

    def markdown(self) -> str:
        """The table with what it was measured on and how, as Markdown."""
        counts = self.measured[0].asked[POLICIES[0]]
        rule = ["--", *["--:"] * (len(HEADINGS) - 1)]
        lines = [f"| {' | '.join(cells)} |" for cells in (HEADINGS, rule, *self.rows())]
        return "\n".join(
            [
                f"# Funnel by source, {self.size}",
                "",
                f"{date.today():%Y-%m-%d}, {machine()}. Made by `make bench`.",
                "",
                *lines,
                "",
                _EXPLAINED.format(runs=self.runs).rstrip(),
                "",
                "## The queries behind the pages",
                "",
                "All leads, both years; medians of the same number of runs.",
                "",
                "| answer | ms | × Pheu counts |",
                "| -- | --: | --: |",
                *(
                    f"| {name} | {_cell(taken, 1000, 0)} | {_cell(taken, 1 / counts, 1)} |"
                    for name, taken in self.answers.items()
                ),
                "",
                *([self.shared.markdown()] if self.shared else []),
                *([self.screened.markdown()] if self.screened else []),
            ]
        )

    @property
    def size(self) -> str:
        """How much it was asked of."""
        return f"{self.history.leads:,} leads, {self.history.moves:,} moves"


def machine() -> str:
    """What it ran on: processor, cores, memory, system and Python. Names no host."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        facts = ""
    model = re.search(r"^model name\s*:\s*(.+)$", facts, re.MULTILINE)
    return model.group(1).strip() if model else platform.processor() or "unknown processor"


def _cell(value: float | None, factor: float, digits: int) -> str:
    return "" if value is None else f"{value * factor:,.{digits}f}"
