"""Commands about who is shown what: shares, and the log."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from data import audit, shares, stories, terminal
from data.command_line.options import StoreFolder
from data.command_line.printed import clear_errors
from data.errors import StoreError
from data.store import DEFAULT_FOLDER, Store

_PROGRAM = Path(__file__).resolve().parents[2]
_MOST_DAYS = 3_650


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
    store: StoreFolder = DEFAULT_FOLDER,
) -> None:
    """Hands a view on by a short address, which is printed."""
    if guest not in shares.GUESTS:
        raise typer.BadParameter(f"is one of {', '.join(shares.GUESTS)}", param_hint="--guest")
    with clear_errors():
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


def _said(link: str, store: Path, *, frozen: bool) -> dict[str, str]:
    """What a link says, in full. What links mean is not known to `data`, so it asks who knows."""
    asking = ["-m", "analytics", "view", link, "--format", "json", "--store", str(store.resolve())]
    told = subprocess.run(
        [sys.executable, *asking, *["--frozen"] * frozen],
        cwd=_PROGRAM,
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


def list_shares(store: StoreFolder = DEFAULT_FOLDER) -> None:
    """Lists what was shared, the latest first, by the numbers that `unshare` takes."""
    now = datetime.now(UTC)
    with clear_errors():
        slides = stories.holding(Store(store))
        for made in shares.listed(Store(store)):
            of = f"  slide of {slides[made.id].title}" if made.id in slides else ""
            typer.echo(terminal.visible(f"{made.id}  {_told(made, now)}{of}"))


def _told(made: shares.Made, now: datetime) -> str:
    """A share in a line: what, for whom, whose, since when and until when, and how often opened."""
    shared, ends = made.share, made.revoked_at or made.share.expires_at
    kind = "live" if shared.generation is None else f"frozen at generation {shared.generation}"
    what = f"{shared.page} {kind}" if shared.story is None else f"story {shared.story}"
    until = "until" if made.is_open(now) else "ended"
    return "  ".join(
        (
            what,
            f"guest moves {shared.guest}",
            *([shared.title] * bool(shared.title)),
            *([f"by {shared.owner}"] * bool(shared.owner)),
            f"made {made.created_at:%Y-%m-%d %H:%M} UTC",
            *([f"{until} {ends:%Y-%m-%d %H:%M} UTC"] if ends else []),
            f"openings {made.opened}",
        )
    )


def unshare(
    token: Annotated[
        str, typer.Argument(help="The share's address, its token, or its number in `shares`.")
    ],
    store: StoreFolder = DEFAULT_FOLDER,
) -> None:
    """Ends a share, for whoever has it open, too."""
    with clear_errors():
        shares.revoke(Store(store), int(token) if token.isdecimal() else token)
    typer.echo("It is no longer shared.")


def show_log(
    store: StoreFolder = DEFAULT_FOLDER,
    most: Annotated[int, typer.Option(help="So many entries, the latest.", min=1)] = 100,
) -> None:
    """Lists who signed in, loaded and shared, the latest first."""
    with clear_errors():
        table = Table("when (UTC)", "who", "what", "about", box=None, pad_edge=False)
        for entry in audit.read(Store(store), most):
            about = ", ".join(f"{name}: {said}" for name, said in entry.about.items())
            when = f"{entry.happened_at:%Y-%m-%d %H:%M:%S}"
            cells = (when, entry.who or "–", entry.what, about)
            table.add_row(*(terminal.visible(cell) for cell in cells))
        terminal.console().print(table)
