"""The answers to what pages ask, timed over all made-up leads."""

from contextlib import ExitStack

from benchmarks.bench import Bench
from benchmarks.clock import Taken, summary
from benchmarks.results import Cell, Table


def measure(bench: Bench) -> list[Table]:
    """What each answer takes, asked of each program in turn."""
    rows: list[list[Cell]] = []
    with ExitStack() as stack:
        asked = [
            stack.enter_context(program.asked(bench.stores.large(program)))
            for program in bench.programs
        ]
        for question in asked[0].names():
            taken: list[list[Taken]] = [[] for _ in asked]
            for _ in range(1 + bench.runs):
                for one, times in zip(asked, taken, strict=True):
                    if (answer := one.ask(question)) is not None:
                        times.append(answer)
            row: list[Cell] = [question]
            for times in taken:  # the first one warms up
                row += [None if each is None else 1000 * each for each in summary(times[1:])]
            rows.append(row)
        rows.append(["peak memory, MB", *_memory([one.peak_memory() / 1e6 for one in asked])])
    columns = ("p50 ms", "p95 ms", "CPU ms")
    headings = [each for program in bench.programs for each in program.headings(*columns)]
    return [
        Table(
            title=f"The queries behind the pages, {bench.stores.size}",
            headings=["answer", *headings],
            digits=[None, *[0] * len(headings)],
            rows=rows,
            about=f"All leads, both years; {bench.runs} warm runs, nothing kept from one to the "
            "next. Empty where a version has no such question.",
        )
    ]


def _memory(each: list[float]) -> list[Cell]:
    return [cell for one in each for cell in (one, None, None)]
