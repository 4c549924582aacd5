"""A cold start: from the command that serves to the first `ok` of `/healthz`, on the sample."""

from benchmarks.bench import Bench
from benchmarks.clock import Taken, summary
from benchmarks.program import Program
from benchmarks.results import Cell, Table
from benchmarks.server import serving

STARTS = 5


def measure(bench: Bench) -> list[Table]:
    """How long each program takes to be healthy, and what for."""
    taken: dict[Program, list[Taken]] = {program: [] for program in bench.programs}
    memory = dict.fromkeys(bench.programs, 0)
    for _ in range(STARTS):
        for program, times in taken.items():
            with serving(program, bench.stores.sample(program)) as server:
                times.append(Taken(server.started, server.cpu()))
                memory[program] = max(memory[program], server.peak_memory())
    rows: list[list[Cell]] = [
        [program.called("to healthy"), *summary(times), memory[program] / 1e6]
        for program, times in taken.items()
    ]
    return [
        Table(
            title="Cold start, on the sample",
            headings=["start", "p50 s", "p95 s", "CPU s", "peak, MB"],
            digits=[None, 2, 2, 2, 0],
            rows=rows,
            about=f"{STARTS} starts, until `/healthz` says `ok`: a page can be drawn.",
        )
    ]
