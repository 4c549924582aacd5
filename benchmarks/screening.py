"""Screening measured: how many leads a second, beside what it takes to read their file at all.

Each way works in a process of its own, so that its memory is its own.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb

from benchmarks import history
from benchmarks.bench import Bench
from benchmarks.clock import Taken, timed
from benchmarks.costing import peak_memory
from benchmarks.program import Cost
from benchmarks.results import Cell, Table
from data.connection import connect
from data.load.loader import load
from data.screening.rules import Rules
from data.screening.screening import place_leads, screen
from data.store import Store

_SCHEMA = Path(__file__).parents[1] / "data" / "schema.sql"
_READ = "read_csv('{file}', types = {{'lead_id': 'varchar', 'phone': 'varchar'}})"


def measure(bench: Bench) -> list[Table]:
    """What each way of taking in as many contacts costs, once each."""
    folder = bench.scratch / "screening"
    folder.mkdir()
    file = history.write_contacts(folder, bench.leads)
    costs: dict[str, Cost] = {}
    found: dict[str, int] = {}
    for number, (way, take) in enumerate(_WAYS.items()):
        own = folder / f"{number}"
        own.mkdir()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            verdicts, taken = pool.submit(take, file, own).result()
            memory = pool.submit(peak_memory).result()
        costs[way] = Cost(taken.seconds, taken.cpu, memory)
        found = verdicts or found
    bare = costs[_BARE].seconds
    rows: list[list[Cell]] = [
        [
            *(way, cost.seconds, cost.cpu, bench.leads / cost.seconds, cost.seconds / bare),
            cost.peak_memory / 1e6,
        ]
        for way, cost in costs.items()
    ]
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in found.items())
    return [
        Table(
            title=f"Screening, {bench.leads:,} leads",
            headings=["what", "s", "CPU s", "rows/s", "× bare load", "peak, MB"],
            digits=[None, 1, 1, 0, 1, 0],
            rows=rows,
            about="One file of names, companies, e-mails and phones, once each. A bare load is "
            "DuckDB's `read_csv` into a table; screening alone starts from that table; Pheu's load "
            f"checks, keeps and derives as well. Found: {told}.",
        )
    ]


Found = tuple[dict[str, int], Taken]
"""How many leads have each verdict, and what finding that out took."""


def _bare(file: Path, scratch: Path) -> Found:
    def take() -> dict[str, int]:
        with duckdb.connect(str(scratch / "bare.duckdb")) as con:
            con.execute(f"create table leads as from {_READ.format(file=file)}")
        return {}

    return timed(take)


def _alone(file: Path, _scratch: Path) -> Found:
    con = connect()
    con.execute(_SCHEMA.read_text(encoding="utf-8"))
    con.execute(f"insert into leads by name from {_READ.format(file=file)}")

    def take() -> dict[str, int]:
        place_leads(con)
        return screen(con, Rules.default())

    return timed(take)


def _whole(file: Path, scratch: Path) -> Found:
    _, taken = timed(lambda: load(Store(scratch / "store"), [file]))
    return {}, taken


_BARE = "DuckDB read_csv, a bare load"
_WAYS = {_BARE: _bare, "screening alone": _alone, "Pheu's load, screening in it": _whole}
