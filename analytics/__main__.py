"""`python -m analytics QUESTION [LINK]`: what a page shows, from the functions the page calls."""

import json
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from analytics.asked import Answer
from analytics.bottlenecks.bottlenecks import Bottlenecks
from analytics.bottlenecks.bottlenecks import bottlenecks as bottlenecks_of
from analytics.bottlenecks.change import change as change_of
from analytics.bottlenecks.queues import queues as queues_of
from analytics.bottlenecks.velocity import velocity as velocity_of
from analytics.bottlenecks.what_if import what_if as what_if_of
from analytics.export import instant_text, to_csv, to_records
from analytics.funnel.cohorts import cohorts as cohort_rows
from analytics.funnel.funnel import funnel as funnel_rows
from analytics.funnel.leads import leads as lead_rows
from analytics.funnel.trend import conversions as trend_rows
from analytics.scope import Scope
from analytics.sources import path_file
from analytics.sources.attribution import Attribution
from analytics.sources.attribution import attribution as attribution_of
from analytics.sources.costs import costs as cost_rows
from analytics.sources.paths import paths as path_rows
from analytics.time_in_stage.time_in_stage import time_in_stage as time_in_stage_rows
from analytics.time_in_stage.waiting import waiting as waiting_rows
from analytics.view import vocabulary
from analytics.view.view import Dropped, View
from data.errors import StoreError
from data.store import Store

Ask = Callable[[Scope], Answer | pd.DataFrame]

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


class ChangePart(StrEnum):
    """What of a change is asked for."""

    rows = "rows"
    dimensions = "dimensions"
    steps = "steps"
    waterfall = "waterfall"


class ScenarioPart(StrEnum):
    """What of a scenario is asked for."""

    rows = "rows"
    sources = "sources"


Link = Annotated[str, typer.Argument(help="A link, or a query such as 'by=source&window=90'.")]
Where = Annotated[Path, typer.Option("--store", envvar="PHEU_STORE", help="The store's folder.")]
Shape = Annotated[Format, typer.Option("--format", help="How to write the rows.")]
Since = Annotated[str | None, typer.Option(help="The step that rates are of. [default: the first]")]
To = Annotated[str | None, typer.Option(help="The step led to. [default: the view's, or the last]")]
Paths = Annotated[
    Path | None,
    typer.Option(
        "--paths",
        help="Ask a file of paths instead: path, total_conversions, total_conversion_value, "
        "total_null.",
    ),
]
Most = Annotated[int, typer.Option(min=1, help="How many paths to show.")]
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


@app.command()
def costs(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """What the leads, prospects and customers of each source, channel or campaign cost.

    The table has the columns that fit; the other formats have all.
    """
    _answer("costs", _in_short if form is Format.table else _priced, link, store, form)


def _priced(scope: Scope) -> pd.DataFrame:
    """The rows of the costs, each with its currency."""
    found = cost_rows(scope)
    if found.unsplit:
        named = ", ".join(found.unsplit)
        print(f"Spend cannot be split by {named}: no cost is known.", file=sys.stderr)
    return found.rows.assign(currency=found.currency)


def _in_short(scope: Scope) -> pd.DataFrame:
    """What one reads of the costs: counts, and whole amounts."""
    rows = _priced(scope)
    amounts = ["cost", "cost_per_lead", "cost_per_usable", "cost_per_prospect"]
    amounts += ["cac", "cac_low", "cac_high", "cac_at_least"]
    rows[amounts] = rows[amounts].round()
    counts = ["segment", "leads", "usable", "prospects", "customers", "expected"]
    return rows[[*counts, *amounts, "roi", "currency"]]


@app.command()
def attribution(
    link: Link = "",
    store: Where = Path("store"),
    form: Shape = Format.table,
    paths: Paths = None,
) -> None:
    """Who deserves the credit for those who came to the view's stage: all models side by side."""
    if paths is None:
        _answer("attribution", _about(_credited), link, store, form)
        return
    view, unread = View.from_link(link)
    try:
        found = path_file.attribution(paths, view.credit)
    except StoreError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    _say_dropped(unread)
    _show("attribution", _told(found).rows, form, view=None, generation=None, as_of=None)


@app.command()
def bottlenecks(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """Which transitions of which segments lose customers a quarter, against what they were.

    The link's benchmark is what they are held against: past, best or target. The table has what is
    ranked, and everybody; the other formats have all that was tried.
    """
    _answer("bottlenecks", _ranking if form is Format.table else _losses, link, store, form)


def _losses(scope: Scope) -> pd.DataFrame:
    """All rows of the bottlenecks, each with its currency."""
    found = _said(bottlenecks_of(scope))
    return found.rows.assign(currency=found.currency)


def _ranking(scope: Scope) -> pd.DataFrame:
    """What one reads of the bottlenecks: the ranking, then everybody at each transition."""
    rows = _said(bottlenecks_of(scope)).rows
    shown = rows[rows["ranked"] | rows["dimension"].isna()]
    named = ["transition", "dimension", "segment", "n", "rate", "benchmark", "wins_lost"]
    named += ["wins_lost_low", "wins_lost_high", "lasting", "q_value"]
    return shown[[*named, "ranked", "headline"]]


def _said(found: Bottlenecks) -> Bottlenecks:
    """The same, after saying which visits it counts, and that nothing is sure if so."""
    for window in found.windows:
        print(
            f"{window.stage}: {window.first_day} to {window.last_day}, within "
            f"{window.horizon / 86_400:.1f} days; before: {window.before_first_day} to "
            f"{window.before_last_day}.",
            file=sys.stderr,
        )
    if not found.rows["ranked"].any():
        print("Nothing is ranked: no loss is more than chance makes.", file=sys.stderr)
    return found


@app.command()
def queues(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """How many wait at each stage, whether they become more, and what slowness costs in days."""
    _answer("queues", lambda scope: queues_of(scope).rows, link, store, form)


def _credited(scope: Scope) -> pd.DataFrame:
    return _told(attribution_of(scope)).rows


def _told(found: Attribution) -> Attribution:
    """The same, after saying what its rows do not."""
    notes = {
        f"{found.chance or 0:.6f} of the journeys with a touch converted.": found.chance,
        f"{found.own:g} conversions have no touch and count for the lead's own source.": found.own,
        f"{found.unattributed:g} conversions have no source to credit.": found.unattributed,
        f"{found.without_amount:g} conversions are of unknown value.": found.without_amount,
        f"{found.grouped} sources with few touches go together as ~other.": found.grouped,
        f"Only {found.conversions:g} conversions: take care.": found.few,
        f"Left out: {', '.join(found.left_out)}, as a file of paths has no times.": found.left_out,
    }
    for note, holds in notes.items():
        if holds:
            print(note, file=sys.stderr)
    return found


@app.command()
def change(
    link: Link = "",
    store: Where = Path("store"),
    form: Shape = Format.table,
    part: Annotated[
        ChangePart,
        typer.Option(help="The segments, the dimensions, the steps, or the customers' waterfall."),
    ] = ChangePart.rows,
) -> None:
    """Why the rate of the view's period is not that of the one before: rates, or the mix."""
    _answer("change", _about(_changed, part=part), link, store, form)


def _changed(scope: Scope, part: str) -> pd.DataFrame:
    found = change_of(scope)
    then = f"{found.first_before} to {found.last_before}: {found.won_before} of "
    then += f"{found.leads_before} came to {found.milestone}"
    now = f"{found.first} to {found.last}: {found.won_after} of {found.leads_after}"
    print(f"{then}; {now}.", file=sys.stderr)
    if found.rate is not None and found.mix is not None:
        print(
            f"By {found.dimension or 'nothing'}: rate {found.rate * 100:+.2f} points, "
            f"mix {found.mix * 100:+.2f}.",
            file=sys.stderr,
        )
    rows: pd.DataFrame = getattr(found, part)
    return rows


@app.command()
def velocity(link: Link = "", store: Where = Path("store"), form: Shape = Format.table) -> None:
    """What the pipeline brings a day, now and in the period before, lever by lever."""
    _answer("velocity", _about(_levers), link, store, form)


def _levers(scope: Scope) -> pd.DataFrame:
    found = velocity_of(scope)
    before, after = (
        "unknown" if each is None else f"{each:.0f} {found.currency}"
        for each in (found.before.per_day, found.after.per_day)
    )
    print(f"{after} a day; {before} in the period before.", file=sys.stderr)
    return found.rows


@app.command()
def what_if(
    link: Link = "",
    store: Where = Path("store"),
    form: Shape = Format.table,
    part: Annotated[
        ScenarioPart, typer.Option(help="The funnel a quarter by stage, or the sources.")
    ] = ScenarioPart.rows,
) -> None:
    """What the link's scenario makes of the customers a quarter."""
    _answer("what-if", _about(_tried, part=part), link, store, form)


def _tried(scope: Scope, part: str) -> pd.DataFrame:
    found = what_if_of(scope)
    print(
        f"Customers a quarter: {found.base:.1f} ({found.base_low:.1f} to {found.base_high:.1f}); "
        f"tried: {found.customers:.1f} ({found.low:.1f} to {found.high:.1f}), "
        f"and {found.one_off:.1f} sooner, once.",
        file=sys.stderr,
    )
    rows: pd.DataFrame = getattr(found, part)
    return rows


@app.command()
def paths(
    link: Link = "",
    store: Where = Path("store"),
    form: Shape = Format.table,
    most: Most = 50,
) -> None:
    """Through which sources leads come to the view's stage: the commonest ways there."""
    _answer("paths", _about(path_rows, most=most), link, store, form)


def _about(ask: Callable[..., Answer | pd.DataFrame], **asked: str | int | None) -> Ask:
    """The question about these steps; one that cannot be asked is a mistake of the command line."""

    def answer(scope: Scope) -> Answer | pd.DataFrame:
        try:
            return ask(scope, **asked)
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
        found = ask(Scope(view, generation))
    except StoreError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    _say_dropped((*unread, *unknown))
    _show(
        question,
        found.rows if isinstance(found, Answer) else found,
        form,
        view=view.to_query(),
        generation=generation.number,
        as_of=instant_text(Scope(view, generation).as_of),
    )


def _say_dropped(parts: Iterable[Dropped]) -> None:
    for dropped in parts:
        print(f"Left out: {dropped.parameter}={dropped.value} is not known here.", file=sys.stderr)


def _show(question: str, rows: pd.DataFrame, form: Format, **asked: object) -> None:
    """Writes the rows; in JSON with what was `asked`."""
    if form is Format.csv:
        sys.stdout.write(to_csv(rows))
    elif form is Format.json:
        answer = {"question": question, **asked, "rows": to_records(rows)}
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
