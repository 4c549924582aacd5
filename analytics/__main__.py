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
from analytics.cohorts import cohorts as cohort_rows
from analytics.export import instant_text, to_csv, to_records
from analytics.funnel import funnel as funnel_rows
from analytics.leads import leads as lead_rows
from analytics.scope import Scope
from analytics.time_in_stage import time_in_stage as time_in_stage_rows
from analytics.trend import conversions as trend_rows
from analytics.view import View
from analytics.waiting import waiting as waiting_rows
from data.store import Generation, Store, StoreError

Ask = Callable[[View, Generation], pd.DataFrame]

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
Since = Annotated[str | None, typer.Option(help="The step that rates are of. [default: the first]")]
To = Annotated[str | None, typer.Option(help="The step led to. [default: the view's, or the last]")]
Unit = Annotated[
    str | None,
    typer.Option(help="day, week, month or quarter. [default: as the period's length asks for]"),
]


@app.command()
def funnel(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """How many leads reached each step, at what rates, and how many are still open."""
    _answer("funnel", funnel_rows, link, store, form)


@app.command()
def leads(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """The leads behind a number: those that reached the view's stage."""
    _answer("leads", lead_rows, link, store, form)


@app.command()
def time_in_stage(
    link: Link = "", store: Where = Path("store"), form: Shape = Format.table
) -> None:
    """How long leads stay at each stage: the median of all stays, the mean of those that ended."""
    _answer("time-in-stage", time_in_stage_rows, link, store, form)


@app.command()
def waiting(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """The open leads, longest first, and how long is usual where they are."""
    _answer("waiting", waiting_rows, link, store, form)


@app.command()
def trend(
    link: Link = "",
    store: Where = Path("store"),
    form: Shape = Format.table,
    unit: Unit = None,
    since: Since = None,
    to: To = None,
) -> None:
    """At what rate the leads of each week, month or quarter came from one step to another."""
    _answer("trend", _about(trend_rows, unit=unit, since=since, to=to), link, store, form)


@app.command()
def cohorts(
    link: Link = "",
    store: Where = Path("store"),
    form: Shape = Format.table,
    since: Since = None,
    to: To = None,
) -> None:
    """What share of each month's leads had come to a step by each age; age 0 is 30 days."""
    _answer("cohorts", _about(cohort_rows, since=since, to=to), link, store, form)


def _about(ask: Callable[..., pd.DataFrame], **asked: str | None) -> Ask:
    """The question about these steps; one that cannot be asked is a mistake of the command line."""

    def answer(view: View, generation: Generation) -> pd.DataFrame:
        try:
            return ask(view, generation, **asked)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error

    return answer


def _answer(
    question: str,
    ask: Ask,
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
