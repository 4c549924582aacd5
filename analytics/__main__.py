"""`python -m analytics QUESTION [LINK]`: what a page shows, from the functions the page calls."""

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from analytics import vocabulary
from analytics.export import instant_text, to_csv, to_records
from analytics.funnel import funnel as funnel_rows
from analytics.leads import leads as lead_rows
from analytics.scope import Scope
from analytics.view import View
from data.store import Generation, Store, StoreError

app = typer.Typer(
    help="Ask the store a question. LINK is an address copied from the dashboard, or its query.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


Link = Annotated[str, typer.Argument(help="A link, or a query such as 'by=source&window=90'.")]
Where = Annotated[Path, typer.Option("--store", envvar="PHEU_STORE", help="The store's folder.")]
Shape = Annotated[Format, typer.Option("--format", help="How to write the rows.")]


@app.command()
def funnel(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """How many leads reached each step, at what rates, and how many are still open."""
    _answer("funnel", funnel_rows, link, store, form)


@app.command()
def leads(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """The leads behind a number: those that reached the view's stage."""
    _answer("leads", lead_rows, link, store, form)


def _answer(
    question: str,
    ask: Callable[[View, Generation], pd.DataFrame],
    link: str,
    root: Path,
    form: Format,
) -> None:
    wanted, unread = View.from_link(link)
    try:
        generation, view, unknown = vocabulary.opened(wanted, Store(root))
        rows = ask(view, generation)
    except StoreError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    for dropped in (*unread, *unknown):
        print(f"Left out: {dropped.parameter}={dropped.value} is not known here.", file=sys.stderr)
    if form is Format.csv:
        sys.stdout.write(to_csv(rows))
    elif form is Format.json:
        answer = {
            "question": question,
            "view": view.to_query(),
            "generation": generation.number,
            "as_of": instant_text(Scope(view, generation).as_of),
            "rows": to_records(rows),
        }
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _print_table(rows)


def _print_table(rows: pd.DataFrame) -> None:
    shown = rows.dropna(axis="columns", how="all")
    table = Table(*(str(name) for name in shown.columns))
    for record in to_records(shown):
        table.add_row(*(_cell(value) for value in record.values()))
    Console(width=None if sys.stdout.isatty() else 240).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


if __name__ == "__main__":
    app(prog_name="python -m analytics")
