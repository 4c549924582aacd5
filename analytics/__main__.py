"""`python -m analytics QUESTION [LINK]`: what a page shows, from the functions the page calls."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from analytics import names
from analytics.asked import Answer
from analytics.bottlenecks.bottlenecks import Bottlenecks, bottlenecks
from analytics.bottlenecks.change import Change, change
from analytics.bottlenecks.queues import Queues, queues
from analytics.bottlenecks.velocity import Velocity, velocity
from analytics.bottlenecks.what_if import WhatIf, what_if
from analytics.export import instant_text, to_csv, to_records
from analytics.funnel.cohorts import cohorts
from analytics.funnel.funnel import funnel
from analytics.funnel.leads import leads
from analytics.funnel.trend import conversions
from analytics.leads.story import story
from analytics.leads.to_do import to_do
from analytics.overview.overview import Overview, overview
from analytics.quality.batches import PROMISED, Receipts, receipts
from analytics.quality.quality import Quality, quality
from analytics.scope import Scope
from analytics.sources import path_file
from analytics.sources.attribution import Attribution, attribution
from analytics.sources.costs import Costs, costs
from analytics.sources.paths import paths
from analytics.sources.reallocation import moved
from analytics.sources.scoreboard import Scoreboard, scoreboard
from analytics.time_in_stage.time_in_stage import time_in_stage
from analytics.time_in_stage.untimed import untimed
from analytics.time_in_stage.waiting import waiting
from analytics.view import vocabulary
from analytics.view.reading import Dropped
from analytics.view.view import View
from data import terminal, utf8
from data.errors import StoreError
from data.store import DEFAULT_FOLDER, Store


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


# --- options ----------------------------------------------------------------------------------


class Format(StrEnum):
    """How the rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


class ChangePart(StrEnum):
    """The part of a change to show."""

    rows = "rows"
    dimensions = "dimensions"
    steps = "steps"
    waterfall = "waterfall"


class ScoreboardPart(StrEnum):
    """The part of a scoreboard to show."""

    rows = "rows"
    move = "move"


class OverviewPart(StrEnum):
    """The part of the overview to show."""

    rows = "rows"
    cohort = "cohort"


class QualityPart(StrEnum):
    """The part of the quality of leads to show."""

    rows = "rows"
    receipts = "receipts"


class ScenarioPart(StrEnum):
    """The part of a scenario to show."""

    rows = "rows"
    sources = "sources"


def _option(name: str, annotation: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


_COMMON = (
    _option(
        "link",
        Annotated[str, typer.Argument(help="A link, or a query such as 'by=source&window=90'.")],
        "",
    ),
    _option(
        "store",
        Annotated[
            Path,
            typer.Option(
                envvar="PHEU_STORE",
                help="The store's folder. [default: store, beside the program]",
                show_default=False,
            ),
        ],
        DEFAULT_FOLDER,
    ),
    _option(
        "form",
        Annotated[Format, typer.Option("--format", help="How to write the rows.")],
        Format.table,
    ),
)
_SINCE = _option(
    "since",
    Annotated[str | None, typer.Option(help="The step rates are based on. [default: the first]")],
    None,
)
_TO = _option(
    "to",
    Annotated[
        str | None, typer.Option(help="The step reached. [default: the view's, or the last]")
    ],
    None,
)
_UNIT = _option(
    "unit",
    Annotated[
        str | None,
        typer.Option(help="day, week, month or quarter. [default: by the length of the period]"),
    ],
    None,
)
_MOST = _option("most", Annotated[int, typer.Option(min=1, help="How many paths to show.")], 50)
_PATHS = _option(
    "paths",
    Annotated[
        Path | None,
        typer.Option(
            help="Ask a file of paths instead: path, total_conversions, total_conversion_value, "
            "total_null.",
        ),
    ],
    None,
)
_PART_OF_CHANGE = _option(
    "part",
    Annotated[
        ChangePart,
        typer.Option(help="The segments, the dimensions, the steps, or the customers' waterfall."),
    ],
    ChangePart.rows,
)
_PART_OF_SCOREBOARD = _option(
    "part",
    Annotated[
        ScoreboardPart,
        typer.Option(help="The sources, or what to expect of the money that the scenario moves."),
    ],
    ScoreboardPart.rows,
)
_PART_OF_OVERVIEW = _option(
    "part",
    Annotated[
        OverviewPart,
        typer.Option(help="What happened in the period, or what became of its leads."),
    ],
    OverviewPart.rows,
)
_PART_OF_QUALITY = _option(
    "part",
    Annotated[
        QualityPart,
        typer.Option(help="The sources, or the receipts of the batches of purchased lists."),
    ],
    QualityPart.rows,
)
_PROMISED = _option(
    "promised",
    Annotated[
        float,
        typer.Option(help="The share of good numbers that a list promises, in percent."),
    ],
    100 * PROMISED,
)
_PART_OF_SCENARIO = _option(
    "part",
    Annotated[ScenarioPart, typer.Option(help="The funnel per quarter by stage, or the sources.")],
    ScenarioPart.rows,
)


# --- what is shown of an answer, and what is said on stderr -----------------------------------


def _with_currency(found: Costs | Bottlenecks) -> pd.DataFrame:
    return found.rows.assign(currency=found.currency)


def _costs_in_short(found: Costs) -> pd.DataFrame:
    """What a person reads of the costs: counts, and whole amounts."""
    rows = _with_currency(found)
    amounts = ["cost", "cost_per_lead", "cost_per_usable", "cost_per_prospect"]
    amounts += ["cac", "cac_low", "cac_high", "cac_at_least"]
    rows[amounts] = rows[amounts].round()
    counts = ["segment", "leads", "usable", "prospects", "customers", "expected"]
    return rows[[*counts, *amounts, "roi", "currency"]]


def _ranking(found: Bottlenecks) -> pd.DataFrame:
    """What a person reads of the bottlenecks: the ranking, and all leads at each transition."""
    rows = found.rows
    shown = rows[rows["ranked"] | rows["dimension"].isna()]
    named = ["transition", "dimension", "segment", "n", "rate", "benchmark", "wins_lost"]
    named += ["wins_lost_low", "wins_lost_high", "lasting", "q_value"]
    return shown[[*named, "ranked", "headline"]]


@dataclass(frozen=True)
class _Board:
    """A scoreboard, and what to expect of the move of the link's scenario, if there is one."""

    found: Scoreboard
    rows: pd.DataFrame
    move: pd.DataFrame


def _board(scope: Scope) -> _Board:
    found = scoreboard(scope)
    wanted = scope.view.scenario.move
    move = pd.DataFrame() if wanted is None else moved(found, wanted).rows
    return _Board(found, found.rows.assign(currency=found.currency), move)


def _board_in_short(board: _Board) -> pd.DataFrame:
    """What a person reads of a scoreboard: the advice, counts, and whole amounts."""
    rows = board.rows.copy()
    amounts = ["cost", "cost_a_customer", "cost_low", "cost_high", "cost_before"]
    rows[amounts] = rows[amounts].round()
    counts = ["segment", "recommendation", "certainty", "leads", "customers", "expected"]
    return rows[[*counts, *amounts, "revenue_per_unit", "roi", "currency"]]


def _of_board(board: _Board) -> Iterator[str]:
    found = board.found
    if found.unsplit:
        yield f"Spend cannot be split by {', '.join(found.unsplit)}: no cost is known."
    if found.price is not None:
        yield (
            f"A customer costs {found.price:.0f} {found.currency} over all sources of known cost; "
            f"credit: {found.credited}."
        )
    if not found.says_margin:
        yield "No margin is said (margin=60): revenue for the money is no return."
    if not board.move.empty:
        row = board.move.iloc[0]
        yield (
            f"{row['amount']:.0f} {found.currency} from {row['origin']} to {row['target']}: "
            f"{row['difference']:+.1f} customers ({row['difference_low']:+.1f} to "
            f"{row['difference_high']:+.1f})."
        )
        if row["limit"] is not None:
            yield f"No more than that was spent on {row[row['limit']]}: beyond it nobody knows."


def _to_call(found: Answer) -> pd.DataFrame:
    """What a person reads of the work list: whom to call, why, and what to ask."""
    shown = ["lead_id", "company", "name", "phone", "stage", "days", "limit_days", "value"]
    return found.rows[[*shown, "value_currency", "chance", "ask", "owner"]].round(
        {"days": 1, "limit_days": 1, "value": 0}
    )


def _of_costs(found: Costs) -> Iterator[str]:
    if not found.is_screened:
        yield "No lead was screened, as no file has contacts: usable are those not disqualified."
    if found.unsplit:
        yield f"Spend cannot be split by {', '.join(found.unsplit)}: no cost is known."


def _of_attribution(found: Attribution) -> Iterator[str]:
    if found.chance:
        yield f"{found.chance:.6f} of the journeys with a touch converted."
    if found.own:
        yield f"{found.own:g} conversions have no touch and are credited to the lead's own source."
    if found.unattributed:
        yield f"{found.unattributed:g} conversions have no source to credit."
    if found.without_amount:
        yield f"{found.without_amount:g} conversions are of unknown value."
    if found.grouped:
        yield f"{found.grouped} sources with few touches are grouped as ~other."
    if found.few:
        yield f"Only {found.conversions:g} conversions: read with caution."
    if found.left_out:
        yield f"Left out: {', '.join(found.left_out)}, as a file of paths has no times."


@dataclass(frozen=True)
class _Worth:
    """The quality of leads, and the receipts of the batches among them."""

    found: Quality
    batches: Receipts | None

    @property
    def rows(self) -> pd.DataFrame:
        return self.found.rows.assign(currency=self.found.currency)

    @property
    def receipts(self) -> pd.DataFrame:
        return pd.DataFrame() if self.batches is None else self.batches.rows


def _worth(scope: Scope, *, promised: float) -> _Worth:
    return _Worth(quality(scope), receipts(scope, promised=promised / 100))


def _worth_in_short(worth: _Worth) -> pd.DataFrame:
    """What a person reads of the quality: what is left, and what it costs."""
    shown = ["source", "leads", "duplicate", "invalid", "junk", "unreachable", "unscreened"]
    shown += ["usable", "usable_rate", "usable_rate_low", "usable_rate_high", "cost_per_usable"]
    return worth.rows[[*shown, "finding", "currency"]].round({"cost_per_usable": 0})


def _of_worth(worth: _Worth) -> Iterator[str]:
    found = worth.found
    unscreened = int(found.total["unscreened"]) if len(found.rows) else 0
    if unscreened:
        yield (
            f"{unscreened} leads were not screened, as their file has no contacts: they count "
            "neither as usable nor as bad."
        )
    if found.unsplit:
        yield f"Spend cannot be split by {', '.join(found.unsplit)}: no cost is known."


def _of_bottlenecks(found: Bottlenecks) -> Iterator[str]:
    for window in found.windows:
        yield (
            f"{window.stage}: {window.first_day} to {window.last_day}, within "
            f"{window.horizon / 86_400:.1f} days; before: {window.before_first_day} to "
            f"{window.before_last_day}."
        )
    if not found.rows["ranked"].any():
        yield "Nothing is ranked: no loss is statistically significant."


def _of_change(found: Change) -> Iterator[str]:
    yield (
        f"{found.first_before} to {found.last_before}: {found.won_before} of {found.leads_before} "
        f"reached {found.milestone}; "
        f"{found.first} to {found.last}: {found.won_after} of {found.leads_after}."
    )
    if found.rate is not None and found.mix is not None:
        yield (
            f"By {found.dimension or 'nothing'}: rate effect {found.rate * 100:+.2f} points, "
            f"mix effect {found.mix * 100:+.2f}."
        )


def _of_velocity(found: Velocity) -> Iterator[str]:
    before, after = (
        "unknown" if each is None else f"{each:.0f} {found.currency}"
        for each in (found.before.per_day, found.after.per_day)
    )
    yield f"{after} a day; {before} in the period before."
    yield from _untimed(found)


def _untimed(found: Answer | Queues | Velocity) -> Iterator[str]:
    """Says how many leads an answer about time leaves out."""
    leads = untimed(found.asked.scope).leads
    if leads:
        yield (f"{leads:,} leads are left out: only their present status is known, not since when.")


def _of_overview(found: Overview) -> Iterator[str]:
    told = found.events
    days = f"{told.first} to {told.last}"
    if told.is_running:
        days += f", of a period that runs to {told.whole[1]}"
    if told.before is not None:
        days += f"; before: {told.before[0]} to {told.before[1]}"
    yield f"{days}."
    if told.without_amount:
        yield f"{told.without_amount} deals won are of unknown amount."


def _of_scenario(found: WhatIf) -> Iterator[str]:
    yield (
        f"Customers per quarter: {found.base:.1f} ({found.base_low:.1f} to {found.base_high:.1f}); "
        f"tried: {found.customers:.1f} ({found.low:.1f} to {found.high:.1f}), "
        f"plus a one-off {found.one_off:.1f} that come sooner."
    )


# --- the questions ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """A question on the command line.

    ask: Answers it for a scope, and for its `options` by name.
    help: What it answers, for `--help`.
    options: Its own, beside those of all questions. `part` names the rows of the answer to write,
        `paths` a file to ask instead of the store.
    shown: What is written of the answer, where it is not a part of it as it stands.
    in_short: The same for `--format table`, where that is less.
    notes: What is said about the answer on stderr.
    """

    ask: Callable[..., Any]
    help: str
    options: tuple[Parameter, ...] = ()
    shown: Callable[[Any], pd.DataFrame] | None = None
    in_short: Callable[[Any], pd.DataFrame] | None = None
    notes: Callable[[Any], Iterable[str]] = lambda _found: ()


COMMANDS = {
    "overview": Command(
        overview,
        "What happened in the period, against the one before and the targets: new leads, new "
        "opportunities, deals won and their value.",
        (_PART_OF_OVERVIEW,),
        notes=_of_overview,
    ),
    "funnel": Command(
        funnel, "How many leads reached each step, at what rates, and how many are still open."
    ),
    "leads": Command(leads, "The leads behind a number: those that reached the view's stage."),
    "time-in-stage": Command(
        time_in_stage,
        "How long leads stay at each stage: the median of all stays, the mean of completed ones.",
        notes=_untimed,
    ),
    "waiting": Command(
        waiting,
        "The open leads, longest waiting first, and how long is usual at their stage.",
        notes=_untimed,
    ),
    "to-do": Command(
        to_do,
        "The leads to call: open, overdue and not yet to be let go, the best first.\n\n"
        "Whenever they came: the link's period is not asked. The table has whom to call and why; "
        "the other formats have everything.",
        in_short=_to_call,
        notes=_untimed,
    ),
    "lead": Command(
        lambda scope: story(scope, scope.view.lead),
        "What happened to the lead that the link names (lead=ID): its moves and its touches.",
        shown=lambda rows: rows,
    ),
    "trend": Command(
        conversions,
        "The conversion rate from one step to another, by week, month or quarter of entry.",
        (_UNIT, _SINCE, _TO),
    ),
    "cohorts": Command(
        cohorts,
        "What share of each month's leads had reached a step by each age; age 0 is 30 days.",
        (_SINCE, _TO),
    ),
    "costs": Command(
        costs,
        "What the leads, prospects and customers of each source, channel or campaign cost.\n\n"
        "The table has the columns that fit; the other formats have all.",
        shown=_with_currency,
        in_short=_costs_in_short,
        notes=_of_costs,
    ),
    "scoreboard": Command(
        _board,
        "Which sources, channels or campaigns deserve more money, which less, and how sure it is.",
        (_PART_OF_SCOREBOARD,),
        notes=_of_board,
    ),
    "quality": Command(
        _worth,
        "What is left of the leads of each source after screening, and what a usable one costs; "
        "by=batch for the batches of purchased lists.\n\n"
        "The table has the columns that fit; the other formats have all.",
        (_PART_OF_QUALITY, _PROMISED),
        in_short=_worth_in_short,
        notes=_of_worth,
    ),
    "attribution": Command(
        attribution,
        "Which sources get the credit for the leads that reached the view's stage, by each model.",
        (_PATHS,),
        notes=_of_attribution,
    ),
    "bottlenecks": Command(
        bottlenecks,
        "Which transitions of which segments lose customers per quarter, against a benchmark.\n\n"
        "The link names the benchmark: past, best or target. The table has the ranking, and all "
        "leads at each transition; the other formats have everything that was tested.",
        shown=_with_currency,
        in_short=_ranking,
        notes=_of_bottlenecks,
    ),
    "queues": Command(
        queues,
        "How many leads wait at each stage, whether the queue grows, and what slowness costs in "
        "days.",
        notes=_untimed,
    ),
    "change": Command(
        change,
        "Why the rate differs from that of the period before: the segments' rates, or their mix.",
        (_PART_OF_CHANGE,),
        notes=_of_change,
    ),
    "velocity": Command(
        velocity,
        "What the pipeline brings a day, now and in the period before, lever by lever.",
        notes=_of_velocity,
    ),
    "what-if": Command(
        what_if,
        "What the link's scenario does to the number of customers per quarter.",
        (_PART_OF_SCENARIO,),
        notes=_of_scenario,
    ),
    "paths": Command(
        paths,
        "The most common paths of sources by which leads reach the view's stage.",
        (_MOST,),
    ),
}


def _register(name: str, command: Command) -> None:
    def run(**given: Any) -> None:
        _run(name, command, **given)

    # Typer reads the options off the signature.
    run.__signature__ = Signature([*_COMMON, *command.options])  # type: ignore[attr-defined]
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
    wanted, left_out = View.from_link(link)
    about: dict[str, object] = {"view": None, "generation": None, "as_of": None}
    absent: Sequence[tuple[str, str | None]] = ()
    try:
        if paths is not None:
            _understood(left_out)
            found = path_file.attribution(paths, wanted.credit)
        else:
            generation, view, unknown = vocabulary.opened(wanted, Store(store))
            left_out = (*left_out, *unknown)
            _understood(left_out)
            scope = Scope(view, generation)
            absent = vocabulary.absent(view, generation)
            found = command.ask(scope, **options)
            about = {
                "view": view.to_query(),
                "generation": generation.number,
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
