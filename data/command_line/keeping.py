"""Commands about what a store keeps: its generations, and whether they are whole and in use."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from data import audit, terminal
from data import check as checking
from data.command_line.options import Number, StoreFolder
from data.command_line.printed import clear_errors, days_between
from data.errors import StoreError, StoreOutdated
from data.screening.rules import Rules
from data.store import DEFAULT_FOLDER, Generation, Store

if TYPE_CHECKING:  # importing it takes longer than all else that a command starts with
    import pandas as pd


def generations(store: StoreFolder = DEFAULT_FOLDER) -> None:
    """Lists the generations that the store keeps; * is the current one."""
    with clear_errors():
        kept = Store(store)
        pinned = kept.pinned()
        current, trouble = None, None
        try:
            current = kept.current()
        except StoreError as error:  # what there is helps to choose one
            trouble = error
        for number in kept.generations():
            mark = "*" if number == current else " "
            pin = "  pinned" if number in pinned else ""
            typer.echo(f"{mark} {number}  {_described(kept.generation(number))}{pin}")
        if trouble is not None:
            raise trouble
        if current is None:
            typer.echo(f"There is no data in {store} yet.")


def _described(generation: Generation) -> str:
    made = f"made {generation.made_at:%Y-%m-%d %H:%M} UTC"
    try:
        days = days_between(generation.first_event, generation.last_event, generation.time_zone)
        return f"{made}  events {days}{'  sample' if generation.sample else ''}"
    except StoreOutdated:
        return f"{made}  by another version of Pheu"


def check(store: StoreFolder = DEFAULT_FOLDER) -> None:
    """Reads all of the store, and says of each generation what is right and what is wrong."""
    with clear_errors():
        found = checking.report(Store(store))
        for each in found.generations:
            mark = "*" if each.number == found.current else " "
            typer.echo(f"{mark} {each.number}  {'wrong' if each.wrong else 'right'}")
            for line in (*each.right, *(f"wrong: {wrong}" for wrong in each.wrong)):
                typer.echo(f"     {line}")
        for name in found.left_over:
            typer.echo(f"  {name}  left by a load that was killed; the next load removes it")
        for name in found.foreign:
            typer.echo(f"  {name}  is not Pheu's, and is left alone")
        for line in found.wrong:
            typer.echo(line)
        if found.is_right and not found.generations:
            typer.echo(f"There is no data in {store} yet.")
        if not found.is_right:
            raise typer.Exit(1)


def use(number: Number, store: StoreFolder = DEFAULT_FOLDER) -> None:
    """Makes a generation that is kept the current one, as a way back."""
    with clear_errors():
        wrong = checking.verdict(Store(store), number).wrong
        if wrong:
            raise StoreError("\n".join(wrong))
        Store(store).use(number)
        audit.write(Store(store), "used", generation=number)
    typer.echo(f"Generation {number} is the current one.")


def pin(number: Number, store: StoreFolder = DEFAULT_FOLDER) -> None:
    """Keeps a generation for its frozen links, however many loads come after it."""
    with clear_errors():
        Store(store).pin(number)
    typer.echo(f"Generation {number} is pinned.")


def unpin(number: Number, store: StoreFolder = DEFAULT_FOLDER) -> None:
    """Keeps a generation no longer than others: its frozen links end when it goes."""
    with clear_errors():
        Store(store).unpin(number)
        audit.write(Store(store), "unpinned", generation=number)
    typer.echo(f"Generation {number} is not pinned.")


def screening(
    store: StoreFolder = DEFAULT_FOLDER,
    on_sample: Annotated[
        bool,
        typer.Option("--sample", help="How well it finds what is planted in the sample."),
    ] = False,
) -> None:
    """Says what screening found in the store, by which rules; nothing is ever deleted."""
    with clear_errors():
        if on_sample:
            from data.sample.proof import proof

            _print_proof(proof())
            return
        generation = Store(store).generation()
        if "screening" not in generation.dimensions:
            typer.echo("No lead was screened: no file has an e-mail or a phone.")
            return
        table = Table("verdict", "reason", "leads", box=None, pad_edge=False)
        found = generation.query(
            "select screening, coalesce(screening_reason, '') as reason, count(*) as leads "
            "from screening where screening is not null group by all order by leads desc, reason"
        )
        for verdict, reason, leads in found.itertuples(index=False):
            table.add_row(verdict, reason, f"{leads:,}")
        terminal.console().print(table)
        rules = Rules.parse(generation.query("from screening_rules")["rules"].iloc[0])
        off = [reason for reason, rule in rules.rules.items() if not rule.on]
        typer.echo(f"Rules switched off: {', '.join(off) or 'none'}.")


def _print_proof(rows: "pd.DataFrame") -> None:
    table = Table("verdict", "planted", "found", "right", "precision", "recall", box=None)
    for row in rows.itertuples(index=False):
        counts = (f"{count:,}" for count in (row.planted, row.found, row.right))
        shares = (f"{share:.2%}" for share in (row.precision, row.recall))
        table.add_row(row.screening, *counts, *shares)
    terminal.console().print(table)
    of_duplicates = rows[rows["screening"] == "duplicate"].iloc[0]
    typer.echo(
        f"Of {of_duplicates['right']:,} duplicates that were found "
        f"{of_duplicates['original_right']:,.0f} name the lead that they repeat."
    )
