"""`python -m data`: loads files into a store, makes the sample, lists the generations."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from data import progress, terminal
from data.errors import StoreError
from data.load.loader import load
from data.load.rejects import REASONS
from data.load.summary import NothingLoaded, Summary
from data.mapping.mapping import Mapping
from data.store import Store
from data.values.dates import ORDERS

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False
)
_StoreFolder = Annotated[
    Path, typer.Option("--store", envvar="PHEU_STORE", help="The folder of the store.")
]


@app.command("load")
def load_files(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet, also gzipped.")],
    mapping: Annotated[
        Path | None,
        typer.Option(help="A TOML file that says what the files and their columns mean."),
    ] = None,
    store: _StoreFolder = Path("store"),
    merge: Annotated[
        bool | None,
        typer.Option(
            "--merge/--replace",
            help="Add to what the store has, or replace it. The default is to merge.",
        ),
    ] = None,
    day_month_order: Annotated[
        str | None,
        typer.Option(
            help="dmy or mdy, for dates such as 1/2/2026 when nothing in the file shows which."
        ),
    ] = None,
) -> None:
    """Loads files as one new generation of the store."""
    if day_month_order not in (None, *ORDERS):
        raise typer.BadParameter("must be dmy or mdy", param_hint="--day-month-order")
    mode = None if merge is None else ("merge" if merge else "replace")
    with _clear_errors(), _progress() as report:
        summary = load(
            Store(store),
            files,
            mapping=Mapping.read(mapping) if mapping else None,
            mode=mode,
            day_month_order=day_month_order,
            progress=report,
            on_wait=lambda holder: report(f"waiting for {holder}", 0.0),
        )
    _show(summary)


@app.command()
def sample(store: _StoreFolder = Path("store")) -> None:
    """Makes the sample: 30,000 leads of a company that does not exist."""
    with _clear_errors(), _progress() as report:
        from data.sample.generate import write

        write(Store(store), progress=report)
    typer.echo(f"The sample is in {store}.")


@app.command()
def generations(store: _StoreFolder = Path("store")) -> None:
    """Lists the generations that the store keeps; * is the current one."""
    with _clear_errors():
        kept = Store(store)
        current = kept.current()
        for number in kept.generations():
            generation = kept.generation(number)
            mark = "*" if number == current else " "
            about = "sample" if generation.sample else generation.time_zone
            typer.echo(
                f"{mark} {number}  made {generation.made_at:%Y-%m-%d %H:%M} UTC  "
                f"events {generation.first_event:%Y-%m-%d} to {generation.last_event:%Y-%m-%d}  "
                f"{about}"
            )
        if current is None:
            typer.echo(f"There is no data in {store} yet.")


@contextmanager
def _clear_errors() -> Iterator[None]:
    """One message on stderr and status 1 for what the user can put right; never a traceback."""
    try:
        yield
    except StoreError as error:
        console = terminal.console(stderr=True)
        if isinstance(error, NothingLoaded):
            _show(error.summary, console)
        console.print(terminal.visible(str(error)), style="red", soft_wrap=True)
        raise typer.Exit(1) from None
    except OSError as error:
        message = terminal.visible(str(error))
        terminal.console(stderr=True).print(message, style="red", soft_wrap=True)
        raise typer.Exit(1) from None


@contextmanager
def _progress() -> Iterator[progress.Progress]:
    console = terminal.console(stderr=True)
    bar = Progress(
        BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False), console=console, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(
            task, completed=share, description=terminal.visible(what)
        )


def _show(summary: Summary, console: Console | None = None) -> None:
    """Prints what a load did."""
    out = console or terminal.console()
    table = Table(box=None, pad_edge=False)
    table.add_column("file")
    table.add_column("table")
    for heading in ("read", "loaded", "refused", "left out", "cells refused"):
        table.add_column(heading, justify="right")
    for file in summary.files:
        counts = (file.read, file.loaded, file.refused, file.skipped, file.cells)
        table.add_row(terminal.visible(file.name), file.table, *(f"{count:,}" for count in counts))
    out.print(table)
    for reason, count in summary.reasons.items():
        out.print(f"  {reason} {count:,}: {REASONS.get(reason, '')}")
    for stage, count in summary.unknown_stages.items():
        out.print(
            f"  The pipeline has no stage {stage!r}; {count:,} moves of it are kept but not "
            "counted. To count them, in the mapping: "
            f'[files.values.stage] "{terminal.visible(stage)}" = "…"',
            soft_wrap=True,
        )
    for notice in summary.notices:
        out.print(f"  {terminal.visible(notice)}", soft_wrap=True)
    if summary.unchanged:
        out.print("Nothing new: the store had all of this, and stays as it was.")
    elif summary.generation is not None:
        out.print(
            f"Generation {summary.generation}: {summary.leads:,} leads, {summary.moves:,} moves, "
            f"events from {summary.first_event:%Y-%m-%d} to {summary.last_event:%Y-%m-%d} (UTC)."
        )


def _moves(count: int) -> str:
    return "1 move is" if count == 1 else f"{count:,} moves are"


if __name__ == "__main__":
    sys.exit(app())
