"""Screening measured: how many leads a second, beside what it takes to read their file at all.

Each way works in a process of its own, so that its memory is its own.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import duckdb

from benchmarks import history
from benchmarks.worker import peak_memory
from data.connection import connect
from data.load.loader import load
from data.screening.rules import Rules
from data.screening.screening import place_leads, screen
from data.store import Store

_SCHEMA = Path(__file__).parents[1] / "data" / "schema.sql"
_READ = "read_csv('{file}', types = {{'lead_id': 'varchar', 'phone': 'varchar'}})"


@dataclass(frozen=True)
class Screened:
    """What was measured: seconds and bytes by way, and how many leads have each verdict."""

    leads: int
    seconds: dict[str, float]
    memory: dict[str, int]
    found: dict[str, int]

    def markdown(self) -> str:
        """The section of `RESULTS.md`."""
        bare = self.seconds[_BARE]
        rows = [
            f"| {way} | {took:.1f} | {self.leads / took:,.0f} | {took / bare:.1f} | "
            f"{self.memory[way] / 1e6:,.0f} |"
            for way, took in self.seconds.items()
        ]
        told = ", ".join(f"{count:,} {verdict}" for verdict, count in self.found.items())
        return "\n".join(
            [
                f"## Screening, {self.leads:,} leads",
                "",
                "One file of names, companies, e-mails and phones. A bare load is DuckDB's "
                "`read_csv` into a table;",
                "screening alone starts from that table; Pheu's load checks, keeps and derives "
                "as well. Found:",
                f"{told}.",
                "",
                "| what | s | rows/s | × bare load | memory, MB |",
                "| -- | --: | --: | --: | --: |",
                *rows,
                "",
            ]
        )


def measure(folder: Path, leads: int) -> Screened:
    """Writes so many contacts into the folder, then times each way of taking them in, once."""
    file = history.write_contacts(folder, leads)
    seconds: dict[str, float] = {}
    memory: dict[str, int] = {}
    found: dict[str, int] = {}
    for way, take in _WAYS.items():
        own = folder / f"screening-{len(seconds)}"
        own.mkdir()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            took, verdicts = pool.submit(take, file, own).result()
            seconds[way], memory[way] = took, pool.submit(peak_memory).result()
        found = verdicts or found
    return Screened(leads, seconds, memory, found)


def _bare(file: Path, scratch: Path) -> tuple[float, dict[str, int]]:
    before = time.perf_counter()
    with duckdb.connect(str(scratch / "bare.duckdb")) as con:
        con.execute(f"create table leads as from {_READ.format(file=file)}")
    return time.perf_counter() - before, {}


def _alone(file: Path, _scratch: Path) -> tuple[float, dict[str, int]]:
    con = connect()
    con.execute(_SCHEMA.read_text(encoding="utf-8"))
    con.execute(f"insert into leads by name from {_READ.format(file=file)}")
    before = time.perf_counter()
    place_leads(con)
    found = screen(con, Rules.default())
    return time.perf_counter() - before, found


def _whole(file: Path, scratch: Path) -> tuple[float, dict[str, int]]:
    before = time.perf_counter()
    load(Store(scratch / "store"), [file])
    return time.perf_counter() - before, {}


_BARE = "DuckDB read_csv, a bare load"
_WAYS = {_BARE: _bare, "screening alone": _alone, "Pheu's load, screening in it": _whole}
