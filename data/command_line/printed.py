"""What is printed of any command: how far it has come, what a load did, and what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from data import progress, terminal
from data.errors import StoreError
from data.load.findings import FINDINGS
from data.load.rejects import REASONS
from data.load.summary import NothingLoaded, Summary
from data.load.trial import Trial


@contextmanager
def clear_errors() -> Iterator[None]:
    """One message on stderr and status 1 for what the user can put right; never a traceback."""
    try:
        yield
    except StoreError as error:
        console = terminal.console(stderr=True)
        if isinstance(error, NothingLoaded):
            show_summary(error.summary, console)
        console.print(terminal.visible(str(error)), style="red", soft_wrap=True)
        raise typer.Exit(1) from None
    except OSError as error:
        message = terminal.visible(str(error))
        terminal.console(stderr=True).print(message, style="red", soft_wrap=True)
        raise typer.Exit(1) from None


@contextmanager
def show_progress() -> Iterator[progress.Progress]:
    """A bar that says how far a command has come, and goes with it."""
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


def show_summary(summary: Summary, console: Console | None = None) -> None:
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
            f"events {days_between(summary.first_event, summary.last_event, summary.time_zone)}.",
            soft_wrap=True,
        )


def show_trial(tried: Trial) -> None:
    """Prints what a load would do."""
    show_summary(tried.summary)
    out = terminal.console()
    for finding in tried.findings:
        out.print(
            f"  {finding.code} {finding.count:,}: {FINDINGS[finding.code]}; "
            + terminal.visible(", ".join(finding.examples)),
            soft_wrap=True,
        )
    if any(tried.reached.values()):
        out.print("Leads that would reach each stage:")
        for stage, count in tried.reached.items():
            out.print(f"  {stage} {count:,}")
    if tried.is_empty_funnel:
        out.print("No lead would reach a second step.", style="red")
    out.print("This was a dry run: the store stays as it was.")


def days_between(first: datetime | None, last: datetime | None, zone: str) -> str:
    """The first and last day of some events, naive UTC, as the calendar of a zone has them."""
    if first is None or last is None:
        return "none"
    here = ZoneInfo(zone)
    days = [f"{each.replace(tzinfo=UTC).astimezone(here):%Y-%m-%d}" for each in (first, last)]
    return f"from {days[0]} to {days[1]} ({zone})"
