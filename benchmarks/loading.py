"""Loading by the command line, as users do it: the whole of it, and a few rows more."""

from pathlib import Path

from benchmarks import history
from benchmarks.bench import Bench
from benchmarks.program import Cost
from benchmarks.results import Cell, Table
from benchmarks.stores import load

MORE = 10_000
"""How many rows are merged into those that are there."""

_HERE = Path(__file__).parent


def measure(bench: Bench) -> list[Table]:
    """What `python -m data load` costs, of all and of a few more, in each program."""
    stores = bench.stores
    more = bench.scratch / "more"
    more.mkdir()
    history.write_more(more, stores.made, MORE)
    rows: list[list[Cell]] = []
    costs: dict[str, list[tuple[str, int, Cost]]] = {}
    for program in bench.programs:
        bench.say(f"Loading with {program.name}")
        store = bench.scratch / f"loading-{program.name}"
        whole = stores.load(program, store, "leads", "stage_history")
        files = [more / f"{table}.csv" for table in ("leads", "stage_history")]
        merge = load(program, store, files, "--merge", "--mapping", str(_HERE / "mapping.toml"))
        stores.large(program)
        told = [("leads and moves", stores.made.rows, whole)]
        told.append((f"{MORE:,} rows more, merged", MORE, merge))
        if stores.touches:
            everything = stores.made.rows + stores.touches
            told.append(("leads, moves and touches", everything, stores.costs[program]))
        costs[program.name] = told
    for each in zip(*costs.values(), strict=True):
        for program, (what, count, cost) in zip(bench.programs, each, strict=True):
            rows.append(
                [
                    program.called(what),
                    *(count, cost.seconds, cost.cpu, count / cost.seconds),
                    cost.peak_memory / 1e6,
                ]
            )
    return [
        Table(
            title=f"Loading, {stores.size}",
            headings=["what", "rows", "s", "CPU s", "rows/s", "peak, MB"],
            digits=[None, 0, 1, 1, 0, 0],
            rows=rows,
            about="By `python -m data load`, once each, the start of the process included.",
        )
    ]
