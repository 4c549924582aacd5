"""The engines compared: each loads the same rows, gives the same answer, and then the clock runs.

Each is in a process of its own, and they take turns.
"""

from contextlib import ExitStack
from importlib.util import find_spec

from benchmarks.bench import Bench
from benchmarks.clock import Taken, p50, summary
from benchmarks.engines import ENGINES, NEEDS
from benchmarks.question import POLICIES, Answer, Question
from benchmarks.results import Cell, Table
from benchmarks.worker import Worker

MOST_IN_MEMORY = 1_000_000
"""With more leads, those that hold all rows in memory are left out: they are all there at once."""

_WARM_UP = 2
_SCAN = "scan"
_LABELS = {
    ("Pheu", "counts"): "Pheu counts",
    ("Pheu", "whole"): "Pheu whole answer",
    ("Pheu", _SCAN): "a bare scan of what Pheu counts",
}
_EXPLAINED = """\
The question: of the leads that entered in one year, how many reached each stage group of the
pipeline within 90 days of entry, by source? `passed` and `strict` say whether a skipped group
counts as reached; under either policy, all engines returned the same answer before anything was
timed. {runs} warm runs; `×` is the median beside that of Pheu counts.

- **Pheu counts** answers the question that the other engines are asked; **Pheu whole answer** is
  what the page shows: rates with intervals, open and lost leads, and median times as well. The
  **bare scan** adds up the columns that are asked for, of the rows of that year, and no more.
- The others query the raw history: every lead's moves, sorted by lead and time, with its source on
  every row. **ClickHouse** uses `windowFunnel` in its default mode; **Polars** and **pandas** work
  step by step."""
_LOADING = """\
The two CSV files, once, in the process that answers afterwards. Pheu validates every row and
derives the tables it scans; **DuckDB read_csv** only creates two tables. Memory is the peak of the
process after loading, and after all answers."""


class Disagreement(Exception):
    """Two engines gave different answers, so their times cannot be compared."""


def measure(bench: Bench) -> list[Table]:
    """The funnel by source with a 90-day window, of every engine. Raises Disagreement."""
    names = [name for name in ENGINES if name not in NEEDS or find_spec(NEEDS[name])]
    for missing in ENGINES.keys() - set(names):
        bench.say(f"{missing} is not installed and is left out.")
    if bench.leads > MOST_IN_MEMORY:
        names = [name for name in names if name not in ("Polars", "pandas")]
    folder = bench.stores.made.folder
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(name)) for name in names]
        loads = {}
        for worker in workers:
            bench.say(f"Loading into {worker.name}")
            own = bench.scratch / "engines" / worker.name
            own.mkdir(parents=True)
            loads[worker.name] = worker.load(folder, own)
        ways = [(worker, way) for worker in workers for way in ENGINES[worker.name].ways]
        for policy in POLICIES:
            compare({f"{w.name}, {way}": w.ask(way, Question(policy))[0] for w, way in ways})
        bench.say(f"All answers agree; timing {bench.runs} runs")
        ways.append((workers[0], _SCAN))
        taken: dict[tuple[str, str, str], list[Taken]] = {}
        for _ in range(_WARM_UP + bench.runs):
            for worker, way in ways:
                for policy in POLICIES:
                    one = worker.ask(way, Question(policy))[1]
                    taken.setdefault((worker.name, way, policy), []).append(one)
        asked = [_asked(worker, way, taken, ways) for worker, way in ways]
        loaded: list[list[Cell]] = [
            [
                f"{worker.name} ({worker.version()})",
                *(loads[worker.name].seconds, loads[worker.name].cpu),
                bench.stores.made.rows / loads[worker.name].seconds,
                *(loads[worker.name].peak_memory / 1e6, worker.peak_memory() / 1e6),
            ]
            for worker in workers
        ]
    size = f"{bench.leads:,} leads, {bench.stores.made.moves:,} moves"
    headings = [
        f"{policy}, {what}" for policy in POLICIES for what in ("p50 ms", "p95 ms", "CPU ms", "×")
    ]
    return [
        Table(
            title=f"Funnel by source, {size}",
            headings=["engine", *headings],
            digits=[None, *[1] * len(headings)],
            rows=asked,
            about=_EXPLAINED.format(runs=bench.runs),
        ),
        Table(
            title=f"Taking the files in, {size}",
            headings=["engine", "s", "CPU s", "rows/s", "loaded, MB", "answered, MB"],
            digits=[None, 1, 1, 0, 0, 0],
            rows=loaded,
            about=_LOADING,
        ),
    ]


def compare(answers: dict[str, Answer]) -> None:
    """Raises Disagreement unless all engines gave the same answer."""
    (first, expected), *others = answers.items()
    for name, answer in others:
        if answer != expected:
            raise Disagreement(f"{first} says {expected}, {name} says {answer}")


def _asked(
    worker: Worker,
    way: str,
    taken: dict[tuple[str, str, str], list[Taken]],
    ways: list[tuple[Worker, str]],
) -> list[Cell]:
    """The row of one way of one engine, compared with the first."""
    row: list[Cell] = [_LABELS.get((worker.name, way), worker.name)]
    for policy in POLICIES:
        middle, late, cpu = summary(taken[worker.name, way, policy][_WARM_UP:])
        base = p50([one.seconds for one in taken[ways[0][0].name, ways[0][1], policy][_WARM_UP:]])
        assert middle is not None
        assert late is not None
        assert cpu is not None
        assert base is not None
        row += [1000 * middle, 1000 * late, 1000 * cpu, middle / base]
    return row
