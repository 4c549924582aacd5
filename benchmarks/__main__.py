"""`python -m benchmarks`: measures everything that is claimed of Pheu's speed."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks import (
    answers,
    comparison,
    credit,
    elsewhere,
    loading,
    machine,
    pages,
    reruns,
    screening,
    starting,
    viewers,
)
from benchmarks.bench import Bench, Skipped
from benchmarks.program import TODAY, checked_out
from benchmarks.results import Part, Results, Table
from benchmarks.stores import Stores
from data import terminal

RESULTS = Path(__file__).with_name("RESULTS.md")
LEADS = 1_000_000

PARTS: dict[str, Callable[[Bench], list[Table]]] = {
    "engines": comparison.measure,
    "loading": loading.measure,
    "answers": answers.measure,
    "attribution": credit.measure,
    "screening": screening.measure,
    "pages": pages.measure,
    "elsewhere": elsewhere.measure,
    "start": starting.measure,
    "reruns": reruns.measure,
    "viewers": viewers.measure,
}
"""In the order in which they are measured, and told."""

OF_ANY_SIZE = ("engines", "loading", "answers")
"""What is measured of other numbers of leads, unless others are asked for."""

_console = terminal.console(width=max(96, terminal.console().width))


def main(
    leads: Annotated[int, typer.Option(min=1, help="How many leads to make up.")] = LEADS,
    only: Annotated[
        str | None, typer.Option(help=f"Parts to measure, with commas: {', '.join(PARTS)}.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="A commit to measure in turns with this one, where it can.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="How many warm runs of an answer.")] = 9,
    filters: Annotated[int, typer.Option(min=1, help="How many filters on each page.")] = 20,
    people: Annotated[
        int, typer.Option("--viewers", min=1, help="How many look at a server at once.")
    ] = 200,
    seconds: Annotated[float, typer.Option(min=5, help="How long they do.")] = 120,
    out: Annotated[
        Path, typer.Option(help="Where to write the report; the figures go beside it, as JSON.")
    ] = RESULTS,
) -> None:
    """Measures Pheu: its answers beside other engines', its pages, its server, its loading."""
    names = _parts(only, leads)
    results = Results(out.with_name("results.json" if out == RESULTS else f"{out.stem}.json"))
    line = machine.line()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="pheu-benchmark-")))
        programs = [TODAY]
        if against:
            programs.append(stack.enter_context(checked_out(against)))
        bench = Bench(
            scratch=scratch,
            leads=leads,
            runs=runs,
            filters=filters,
            viewers=people,
            seconds=seconds,
            programs=programs,
            stores=Stores(scratch, leads),
            say=lambda told: _console.print(told, style="dim"),
        )
        for name in names:
            _console.print(f"Measuring {name}")
            try:
                tables = PARTS[name](bench)
            except Skipped as why:
                _console.print(f"{name} is left out: {why}", style="yellow")
                continue
            for table in tables:
                _console.print(table.printed())
            results.put(name if leads == LEADS else f"{name}, {leads:,} leads", Part(line, tables))
            out.write_text(results.markdown(list(PARTS)), encoding="utf-8")
    _console.print(f"Written to {out}")


def _parts(only: str | None, leads: int) -> Sequence[str]:
    """The parts that are asked for, in their own order."""
    if only is None:
        return list(PARTS) if leads == LEADS else OF_ANY_SIZE
    asked = [name.strip() for name in only.split(",")]
    for name in asked:
        if name not in PARTS:
            told = f"there is no part {name}; there are {', '.join(PARTS)}"
            raise typer.BadParameter(told, param_hint="--only")
    return [name for name in PARTS if name in asked]


if __name__ == "__main__":
    typer.run(main)
