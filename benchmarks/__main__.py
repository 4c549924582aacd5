"""`python -m benchmarks`: measures Pheu beside other engines on generated leads."""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks import credit, history, screening
from benchmarks.engines import ENGINES, NEEDS
from benchmarks.question import POLICIES, Answer, Question
from benchmarks.results import Measured, Results
from benchmarks.worker import Worker
from data import terminal

RESULTS = Path(__file__).with_name("RESULTS.md")
WARM_UP = 2
LABELS = {
    ("Pheu", "counts"): "Pheu counts",
    ("Pheu", "whole"): "Pheu whole answer",
}

_console = terminal.console(width=max(96, terminal.console().width))


class Disagreement(Exception):
    """Two engines gave different answers, so their times cannot be compared."""


def main(
    leads: Annotated[int, typer.Option(min=1, help="How many leads to generate.")] = 1_000_000,
    runs: Annotated[int, typer.Option(min=1, help="How many warm runs to time.")] = 9,
    out: Annotated[Path, typer.Option(help="Where to write the table.")] = RESULTS,
) -> None:
    """Times every engine on the funnel by source with a 90-day window, and compares them."""
    names = [name for name in ENGINES if name not in NEEDS or find_spec(NEEDS[name])]
    for missing in ENGINES.keys() - set(names):
        _console.print(f"{missing} is not installed and is left out.", style="yellow")
    with TemporaryDirectory(prefix="pheu-benchmark-") as scratch:
        results = measure(Path(scratch), leads, runs, names)
    _console.print(results.table())
    out.write_text(results.markdown(), encoding="utf-8")
    _console.print(f"Written to {out}")


def measure(scratch: Path, leads: int, runs: int, names: Sequence[str]) -> Results:
    """Generates and loads the leads, compares the answers, then times. Raises Disagreement."""
    _console.print(f"Generating {leads:,} leads")
    made = history.write(scratch, leads)
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(name)) for name in names]
        loads = {}
        for worker in workers:
            _console.print(f"Loading into {worker.name}")
            own = scratch / worker.name
            own.mkdir()
            loads[worker.name] = worker.load(scratch, own)
        ways = [(worker, way) for worker in workers for way in ENGINES[worker.name].ways]
        for policy in POLICIES:
            compare({f"{w.name}, {way}": w.ask(way, Question(policy))[0] for w, way in ways})
        _console.print(f"All answers agree; timing {runs} runs")
        seconds: dict[tuple[str, str, str], list[float]] = {}
        # The engines take turns, so that whatever else the machine does falls on all of them.
        for _ in range(WARM_UP + runs):
            for worker, way in ways:
                for policy in POLICIES:
                    taken = worker.ask(way, Question(policy))[1]
                    seconds.setdefault((worker.name, way, policy), []).append(taken)
        _console.print("Timing the queries behind the pages")
        answers = workers[0].answers(runs)
        measured = [
            Measured(
                label=LABELS.get((worker.name, way), worker.name),
                version=worker.version(),
                asked={
                    policy: statistics.median(seconds[worker.name, way, policy][WARM_UP:])
                    for policy in (POLICIES if way else ())
                },
                load=loads[worker.name],
                peak_memory=worker.peak_memory(),
            )
            for worker in workers
            for way in ENGINES[worker.name].ways or ("",)
        ]
    _console.print("Timing attribution")
    shared = credit.measure(scratch, leads, runs)
    _console.print("Timing the screening")
    return Results(made, runs, measured, answers, shared, screening.measure(scratch, leads))


def compare(answers: dict[str, Answer]) -> None:
    """Raises Disagreement unless all engines gave the same answer."""
    (first, expected), *others = answers.items()
    for name, answer in others:
        if answer != expected:
            raise Disagreement(f"{first} says {expected}, {name} says {answer}")


if __name__ == "__main__":
    typer.run(main)
