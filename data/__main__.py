"""`python -m data`: loads files into a store, makes the sample, and keeps the store in order."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from data import apart, audit, progress, scratch, shares, terminal, utf8
from data import check as checking
from data.errors import StoreError, StoreOutdated
from data.files.preview import Preview, preview
from data.load.findings import FINDINGS
from data.load.loader import load
from data.load.recognition import proposed, recognised
from data.load.rejects import REASONS
from data.load.summary import NothingLoaded, Summary
from data.load.trial import Trial, trial
from data.mapping import saved
from data.mapping.mapping import Mapping
from data.screening.rules import Rules
from data.store import DEFAULT_FOLDER, Generation, Store
from data.values.dates import ORDERS

if TYPE_CHECKING:  # importing it takes longer than all else that a command starts with
    import pandas as pd

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False
)
_StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store",
        envvar="PHEU_STORE",
        help="The folder of the store. [default: store, beside the program]",
        show_default=False,
    ),
]
_MOST_DAYS = 3_650
_Number = Annotated[int, typer.Argument(help="Its number, as `generations` lists it.", min=1)]


@app.command("load")
def load_files(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet, also gzipped.")],
    mapping: Annotated[
        str | None,
        typer.Option(
            help="A TOML file that says what the files and their columns mean, or the name under "
            "which such a mapping was saved."
        ),
    ] = None,
    save_mapping: Annotated[
        str | None,
        typer.Option(
            help="A name to save the mapping under, for the next files of this kind.",
            show_default=False,
        ),
    ] = None,
    store: _StoreFolder = DEFAULT_FOLDER,
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
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what would come of it; the store stays as it is."),
    ] = False,
    report_to: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="With --dry-run: a folder for what was found and refused, as CSV.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Loads files as one new generation of the store."""
    if day_month_order not in (None, *ORDERS):
        raise typer.BadParameter("must be dmy or mdy", param_hint="--day-month-order")
    if report_to is not None and not dry_run:
        raise typer.BadParameter("is only for --dry-run", param_hint="--report")
    mode = None if merge is None else ("merge" if merge else "replace")
    with _clear_errors(), _progress() as report:
        kept = Store(store)
        tops = _tops(kept, files) if save_mapping or saved.names(kept) else []
        known = saved.find(kept, tops) if mapping is None and tops else None
        meant = _mapping(kept, mapping or known, tops)
        how: dict[str, Any] = {"mapping": meant, "mode": mode, "day_month_order": day_month_order}
        tried, summary = None, None
        if dry_run:
            tried = trial(kept, files, **how, progress=report, lists=report_to)
        else:
            summary = load(
                kept,
                files,
                **how,
                progress=report,
                on_wait=lambda holder: report(f"waiting for {holder}", 0.0),
            )
            names = [file.name for file in files]
            made, rows = kept.current(), summary.loaded
            audit.write(kept, "loaded", generation=made, rows=rows, files=names)
        if save_mapping is not None:
            said = meant or proposed(files, kept)
            saved.save(kept, save_mapping, said, [top.headers for top in tops])
    if known is not None:
        typer.echo(f"The mapping {known!r}, which was saved for such files, was used.")
    if tried is not None:
        _show_trial(tried)
    if summary is not None:
        _show(summary)


@app.command()
def recognise(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet, also gzipped.")],
    store: _StoreFolder = DEFAULT_FOLDER,
) -> None:
    """Says what files are and how sure that is, and writes the mapping proposed for them.

    Nothing is loaded. What it prints is itself a mapping: correct it, and load with --mapping.
    """
    with _clear_errors():
        typer.echo(terminal.visible(recognised(files, Store(store))))


@app.command()
def sample(
    store: _StoreFolder = DEFAULT_FOLDER,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Only where nothing has been loaded yet.")
    ] = False,
) -> None:
    """Makes the sample: 30,000 leads of a company that does not exist."""
    with _clear_errors():
        if if_empty and Store(store).current() is not None:
            return
        with _progress() as report:
            from data.sample.generate import write

            write(Store(store), progress=report)
    typer.echo(f"The sample is in {store}.")


@app.command()
def screening(
    store: _StoreFolder = DEFAULT_FOLDER,
    on_sample: Annotated[
        bool,
        typer.Option("--sample", help="How well it finds what is planted in the sample."),
    ] = False,
) -> None:
    """Says what screening found in the store, by which rules; nothing is ever deleted."""
    with _clear_errors():
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


@app.command()
def generations(store: _StoreFolder = DEFAULT_FOLDER) -> None:
    """Lists the generations that the store keeps; * is the current one."""
    with _clear_errors():
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


@app.command()
def check(store: _StoreFolder = DEFAULT_FOLDER) -> None:
    """Reads all of the store, and says of each generation what is right and what is wrong."""
    with _clear_errors():
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


@app.command()
def use(number: _Number, store: _StoreFolder = DEFAULT_FOLDER) -> None:
    """Makes a generation that is kept the current one, as a way back."""
    with _clear_errors():
        wrong = checking.verdict(Store(store), number).wrong
        if wrong:
            raise StoreError("\n".join(wrong))
        Store(store).use(number)
        audit.write(Store(store), "used", generation=number)
    typer.echo(f"Generation {number} is the current one.")


@app.command()
def pin(number: _Number, store: _StoreFolder = DEFAULT_FOLDER) -> None:
    """Keeps a generation for its frozen links, however many loads come after it."""
    with _clear_errors():
        Store(store).pin(number)
    typer.echo(f"Generation {number} is pinned.")


@app.command()
def unpin(number: _Number, store: _StoreFolder = DEFAULT_FOLDER) -> None:
    """Keeps a generation no longer than others: its frozen links end when it goes."""
    with _clear_errors():
        Store(store).unpin(number)
        audit.write(Store(store), "unpinned", generation=number)
    typer.echo(f"Generation {number} is not pinned.")


@app.command()
def share(
    link: Annotated[str, typer.Argument(help="An address copied from the dashboard.")],
    frozen: Annotated[
        bool, typer.Option("--frozen", help="The numbers of today, which never change.")
    ] = False,
    guest: Annotated[
        str, typer.Option(help=f"What the guest may move: {', '.join(shares.GUESTS)}.")
    ] = shares.GUESTS[0],
    expires: Annotated[
        str | None, typer.Option(help="After so many days it ends by itself, such as 30d.")
    ] = None,
    title: Annotated[str, typer.Option(help="What it is called.")] = "",
    note: Annotated[str, typer.Option(help="What is to be said with it.")] = "",
    owner: Annotated[str, typer.Option(help="Whose it is.")] = "",
    hide_filters: Annotated[
        bool, typer.Option("--hide-filters", help="Do not tell the guest what is filtered.")
    ] = False,
    lists: Annotated[
        bool, typer.Option("--lists", help="The guest may open lists of leads.")
    ] = False,
    personal: Annotated[
        bool, typer.Option("--personal", help="With names, phone numbers and e-mail addresses.")
    ] = False,
    store: _StoreFolder = DEFAULT_FOLDER,
) -> None:
    """Hands a view on by a short address, which is printed."""
    if guest not in shares.GUESTS:
        raise typer.BadParameter(f"is one of {', '.join(shares.GUESTS)}", param_hint="--guest")
    with _clear_errors():
        base, page = shares.place_of(link)
        wished = shares.Share(
            page,
            {},
            title=title,
            note=note,
            owner=owner,
            guest=guest,
            hides_filters=hide_filters,
            lists=lists,
            personal=personal,
            expires_at=_expiry(expires),
        )
        said = _said(link, store, frozen=frozen)
        token = shares.make(Store(store), replace(wished, link=said))
    typer.echo(f"{base}{shares.BELOW}{token}")


@app.command("shares")
def list_shares(store: _StoreFolder = DEFAULT_FOLDER) -> None:
    """Lists what was shared, the latest first, by the numbers that `unshare` takes."""
    now = datetime.now(UTC)
    with _clear_errors():
        for made in shares.listed(Store(store)):
            typer.echo(terminal.visible(f"{made.id}  {_told(made, now)}"))


def _told(made: shares.Made, now: datetime) -> str:
    """A share in a line: what, for whom, whose, since when and until when, and how often opened."""
    shared, ends = made.share, made.revoked_at or made.share.expires_at
    kind = "live" if shared.generation is None else f"frozen at generation {shared.generation}"
    until = f"{ends:%Y-%m-%d %H:%M} UTC" if ends else "revoked"
    return "  ".join(
        (
            f"{shared.page} {kind}",
            f"guest moves {shared.guest}",
            *([shared.title] * bool(shared.title)),
            *([f"by {shared.owner}"] * bool(shared.owner)),
            f"made {made.created_at:%Y-%m-%d %H:%M} UTC",
            *([f"until {until}"] * (made.is_open(now) and ends is not None)),
            *([f"ended {until}"] * (not made.is_open(now))),
            f"openings {made.opened}",
        )
    )


@app.command()
def unshare(
    token: Annotated[
        str, typer.Argument(help="The share's address, its token, or its number in `shares`.")
    ],
    store: _StoreFolder = DEFAULT_FOLDER,
) -> None:
    """Ends a share, for whoever has it open, too."""
    with _clear_errors():
        shares.revoke(Store(store), int(token) if token.isdecimal() else token)
    typer.echo("It is no longer shared.")


def _said(link: str, store: Path, *, frozen: bool) -> dict[str, str]:
    """What a link says, in full. What links mean is not known to `data`, so it asks who knows."""
    asking = ["-m", "analytics", "view", link, "--format", "json", "--store", str(store.resolve())]
    told = subprocess.run(
        [sys.executable, *asking, *["--frozen"] * frozen],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if told.returncode:
        raise StoreError(told.stderr.strip())
    rows = json.loads(told.stdout)["rows"]
    return {row["parameter"]: row["value"] for row in rows}


def _expiry(text: str | None) -> datetime | None:
    """The instant after so many days, written as `30d`."""
    if text is None:
        return None
    days = text.removesuffix("d")
    if not (text.endswith("d") and days.isdecimal() and 1 <= int(days) <= _MOST_DAYS):
        raise typer.BadParameter("is a number of days, such as 30d", param_hint="--expires")
    return datetime.now(UTC) + timedelta(days=int(days))


def _tops(store: Store, files: Sequence[Path]) -> list[Preview]:
    with store.scratch() as folder:
        return [preview(path, folder, rows=1) for path in files]


def _mapping(store: Store, name: str | None, tops: Sequence[Preview]) -> Mapping | None:
    """The mapping of a file of TOML, or the one that was saved under a name."""
    if name is None:
        return None
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return Mapping.read(path)
    return saved.fitted(store, name, tops)


@app.command("log")
def show_log(
    store: _StoreFolder = DEFAULT_FOLDER,
    most: Annotated[int, typer.Option(help="So many entries, the latest.", min=1)] = 100,
) -> None:
    """Lists who signed in, loaded and shared, the latest first."""
    with _clear_errors():
        table = Table("when (UTC)", "who", "what", "about", box=None, pad_edge=False)
        for entry in audit.read(Store(store), most):
            about = ", ".join(f"{name}: {said}" for name, said in entry.about.items())
            when = f"{entry.happened_at:%Y-%m-%d %H:%M:%S}"
            cells = (when, entry.who or "–", entry.what, about)
            table.add_row(*(terminal.visible(cell) for cell in cells))
        terminal.console().print(table)


def _described(generation: Generation) -> str:
    made = f"made {generation.made_at:%Y-%m-%d %H:%M} UTC"
    try:
        days = _days(generation.first_event, generation.last_event, generation.time_zone)
        return f"{made}  events {days}{'  sample' if generation.sample else ''}"
    except StoreOutdated:
        return f"{made}  by another version of Pheu"


def _days(first: datetime | None, last: datetime | None, zone: str) -> str:
    """The first and last day of some events, naive UTC, as the calendar of a zone has them."""
    if first is None or last is None:
        return "none"
    here = ZoneInfo(zone)
    days = [f"{each.replace(tzinfo=UTC).astimezone(here):%Y-%m-%d}" for each in (first, last)]
    return f"from {days[0]} to {days[1]} ({zone})"


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
            f"events {_days(summary.first_event, summary.last_event, summary.time_zone)}.",
            soft_wrap=True,
        )


def _show_trial(tried: Trial) -> None:
    """Prints what a load would do."""
    _show(tried.summary)
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


def _moves(count: int) -> str:
    return "1 move is" if count == 1 else f"{count:,} moves are"


if __name__ == "__main__":
    utf8.speak("data")
    apart.keep_to(apart.of_a_command())
    scratch.remove_mine_on_termination()
    sys.exit(app())
