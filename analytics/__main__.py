"""`python -m analytics QUESTION [LINK]`: what a page shows, from the functions the page calls."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from inspect import Signature
from pathlib import Path
from typing import Any

import pandas as pd
import typer
from rich.table import Table

from analytics import names, shared
from analytics.command_line import options as offered
from analytics.command_line.commands import COMMANDS, Command
from analytics.command_line.options import Format
from analytics.export import instant_text, to_csv, to_records
from analytics.scope import Scope
from analytics.sources import path_file
from analytics.view import vocabulary
from analytics.view.reading import Dropped
from analytics.view.view import View
from data import terminal, utf8
from data.errors import StoreError
from data.store import Store


def _defined(numbers: Iterable[names.Name]) -> str:
    """What numbers are called and what they count, a paragraph each: for `--help`."""
    return "\n\n".join(f"{name.en}: {name.counts_en}" for name in numbers)


app = typer.Typer(
    help="Ask the store a question. LINK is an address copied from the dashboard, or its query.",
    epilog=_defined(names.NAMES),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _register(name: str, command: Command) -> None:
    def run(**given: Any) -> None:
        _run(name, command, **given)

    # Typer reads the options off the signature.
    run.__signature__ = Signature([*offered.COMMON, *command.options])  # type: ignore[attr-defined]
    app.command(name, help=command.help, epilog=_defined(names.answered_by(name)) or None)(run)


def _run(
    name: str,
    command: Command,
    *,
    link: str,
    store: Path,
    form: Format,
    part: str = "rows",
    paths: Path | None = None,
    **options: object,
) -> None:
    about: dict[str, object] = {"view": None, "generation": None, "as_of": None}
    absent: Sequence[tuple[str, str | None]] = ()
    try:
        if paths is not None:
            wanted, left_out = View.from_link(link)
            _understood(left_out)
            found = path_file.attribution(paths, wanted.credit)
        else:
            scope, left_out = _opened(link, Store(store))
            _understood(left_out)
            absent = vocabulary.absent(scope.view, scope.generation)
            found = command.ask(scope, **options)
            about = {
                "view": scope.view.to_query(),
                "generation": scope.generation.number,
                "as_of": instant_text(scope.as_of),
            }
    except StoreError as error:
        print(terminal.visible(str(error)), file=sys.stderr)
        raise typer.Exit(1) from error
    except ValueError as error:  # an option that this question cannot be asked with
        raise typer.BadParameter(str(error)) from error
    for note in command.notes(found):
        _say(note)
    for dimension, value in absent:
        _say(f"No lead has {dimension}={'~' if value is None else value}: it counts as zero.")
    for each in left_out:
        _say(f"Left out: {each.parameter}={each.value} changes nothing here.")
    if form is Format.table and command.in_short is not None and part == "rows":
        rows = command.in_short(found)
    else:
        rows = getattr(found, part) if command.shown is None else command.shown(found)
    _write(name, rows, form, about)


def _opened(link: str, store: Store) -> tuple[Scope, tuple[Dropped, ...]]:
    """What a link asks for, or the address of a share, and what of it says nothing."""
    guest = shared.of_link(link, store)
    if guest is not None:
        share, query = guest
        return share.opened(query, share.share.page, store)
    wanted, left_out = View.from_link(link)
    generation, view, unknown = vocabulary.opened(wanted, store)
    return Scope(view, generation), (*left_out, *unknown)


def _understood(left_out: Iterable[Dropped]) -> None:
    """Ends with an error that names what of a link was not understood, and what is."""
    wrong = [each for each in left_out if not each.is_harmless]
    for each in wrong:
        allowed = f" Allowed: {', '.join(each.allowed)}." if each.allowed else ""
        _say(f"{each.parameter}={each.value} is not understood.{allowed}")
    if wrong:
        raise typer.Exit(2)


def _say(line: str) -> None:
    print(terminal.visible(line).replace("\n", "\\n"), file=sys.stderr)


def _write(question: str, rows: pd.DataFrame, form: Format, about: Mapping[str, object]) -> None:
    """Writes the rows; in JSON with the question and what it was `about`."""
    if form is Format.csv:
        sys.stdout.write(to_csv(rows))
    elif form is Format.json:
        answer = {"question": question, **about, "rows": to_records(rows)}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _print_table(rows)


def _print_table(rows: pd.DataFrame) -> None:
    shown = rows.dropna(axis="columns", how="all")
    table = Table(*(terminal.visible(str(name)) for name in shown.columns))
    for record in to_records(shown):
        table.add_row(*(terminal.visible(_cell(value)) for value in record.values()))
    terminal.console(width=None if sys.stdout.isatty() else 240).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


for _name, _command in COMMANDS.items():
    _register(_name, _command)

if __name__ == "__main__":
    utf8.speak("analytics")
    app(prog_name="python -m analytics")
