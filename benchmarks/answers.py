"""The answers to what pages ask, timed over all made-up leads."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.clock import Taken, summary
from benchmarks.history import MANY_SOURCES
from benchmarks.program import Program
from benchmarks.results import Cell, Table

BY_SOURCE = frozenset(
    {
        *("funnel by source", "sources, each against the rest", "time in stage by source"),
        *("time to customer by source", "costs by source", "bottlenecks by source"),
        *("credit, all models", "scoreboard", "paths"),
    }
)
"""What is asked of many sources, too."""


def measure(bench: Bench) -> list[Table]:
    """What each answer takes, asked of each program in turn."""
    stores = bench.stores
    tables = [_table(bench, f"The queries behind the pages, {stores.size}", stores.large)]
    if stores.touches:
        title = f"The same by {MANY_SOURCES:,} sources, {stores.size}"
        tables.append(_table(bench, title, stores.many, BY_SOURCE))
    return tables


def _table(
    bench: Bench,
    title: str,
    store: Callable[[Program], Path],
    names: Collection[str] | None = None,
) -> Table:
    """The answers of those names, or all of them, from the store of each program."""
    rows: list[list[Cell]] = []
    with ExitStack() as stack:
        asked = [stack.enter_context(program.asked(store(program))) for program in bench.programs]
        for question in asked[0].names():
            if names is not None and question not in names:
                continue
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
    return Table(
        title=title,
        headings=["answer", *headings],
        digits=[None, *[0] * len(headings)],
        rows=rows,
        about=f"All leads, both years; {bench.runs} warm runs, nothing kept from one to the "
        "next. Empty where a version has no such question.",
    )


def _memory(each: list[float]) -> list[Cell]:
    return [cell for one in each for cell in (one, None, None)]
