"""Shares: views that are handed on by a short address, and what may be done with each.

A share is live, or frozen: then it holds one generation, which is kept as long as the share is,
with the pipeline and the targets of that day in it. Its address ends with a token, which is random
and kept nowhere: only whoever has it finds the share by it.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from data import audit
from data.errors import NotShown, ShareEnded, StoreError
from data.store import Store

if TYPE_CHECKING:  # what is heavy comes with the database, where it is asked
    from sqlalchemy import ColumnElement, Connection

GUESTS = ("nothing", "period", "breakdown", "all")
"""What a guest may move: nothing, the period, the breakdown, or all but what is filtered."""

VERSION = "shares"
"""The name by which the state tells that a share was made or ended."""

PAGES = (
    *("overview", "funnel", "bottlenecks", "sources", "quality", "time_in_stage"),
    *("to_do", "leads", "handover", "response", "definitions"),
)
"""The pages that can be shared, by name: all but that of the data."""

LISTS = ("leads", "to_do")
"""Those that are lists of leads."""

BELOW = "/s/"
"""The path that short addresses are below."""

DEFAULT_SERVER = "http://localhost:8501"
"""Where the server is taken to be when nothing says it."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_ADDRESS = re.compile(rf"(?:[^?#]*/)?{BELOW[1:]}({_TOKEN.pattern})/?(?:[?#].*)?")
_PINNED_BY = "share"


@dataclass(frozen=True)
class Share:
    """A view that is handed on.

    page: the name of the page that it opens.
    link: the parameters of its view, in full.
    guest: what the guest may move, of GUESTS.
    hides_filters: whether the guest is not told of the filters.
    lists: whether the guest may open lists of leads. personal: whether these have names, phone
        numbers and e-mail addresses.
    rows: the values of dimensions that its maker was confined to, and so is the guest.
    owner: who made it; '' where nobody signs in.

    Raises:
        NotShown: the page, or what the guest may move, is none that there is; or the page is a list
            of leads, which the guest may not open.
    """

    page: str
    link: Mapping[str, str]
    title: str = ""
    note: str = ""
    owner: str = ""
    guest: str = "nothing"
    hides_filters: bool = False
    lists: bool = False
    personal: bool = False
    rows: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.page not in PAGES or self.guest not in GUESTS:
            raise NotShown("Nothing can be shared so.")
        if self.page in LISTS and not self.lists:
            raise NotShown("The page is a list of leads: share it with lists.")

    @property
    def generation(self) -> int | None:
        """The number of the one that a frozen share holds; None in a live one, which moves."""
        number = self.link.get("data", "").partition("-")[0]
        return int(number) if number.isdecimal() else None

    @property
    def story(self) -> int | None:
        """The id of the story that it follows; None in a share of a view."""
        number = self.link.get("story", "")
        return int(number) if number.isdecimal() else None


@dataclass(frozen=True)
class Made:
    """A share as it is kept.

    id: its number, by which whoever does not have the token ends it.
    revoked_at, revoked_by: when and by whom it was ended.
    opened: in how many sessions it was opened; last_opened: when the last of them was.
    """

    share: Share
    id: int
    created_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    opened: int = 0
    last_opened: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can be opened at an instant."""
        expires = self.share.expires_at
        return self.revoked_at is None and (expires is None or now < expires)


@dataclass(frozen=True)
class Opener:
    """Somebody who opened a share: so often, and last at an instant.

    who: '' for all together whom the server does not know.
    """

    who: str
    times: int
    last: datetime


def place_of(link: str) -> tuple[str, str]:
    """Where the server of a page's address is, and the page; a query alone is of the first page.

    Raises:
        NotShown: the page is not one that is shared.
    """
    address = urlsplit(link)
    if not address.netloc:
        base, page = DEFAULT_SERVER, address.path.strip("/") if "=" not in address.path else ""
    else:
        folder, _slash, page = address.path.rpartition("/")
        base = f"{address.scheme}://{address.netloc}{folder}"
    page = page or PAGES[0]
    if page not in PAGES:
        raise NotShown(f"The page {page!r} is not one that is shared: {', '.join(PAGES)}.")
    return base, page


def token_in(address: str) -> str | None:
    """The token of a share's address, of the end of one, or of a token alone; None in others."""
    if _TOKEN.fullmatch(address):
        return address
    found = _ADDRESS.fullmatch(address)
    return found[1] if found else None


def make(store: Store, share: Share) -> str:
    """Keeps a share, and the generation that a frozen one holds; gives its token, this once.

    Raises:
        StoreGone: the generation is no longer there.
        StoreRefused, StateRefused: it could not be kept.
    """
    from sqlalchemy import insert

    from data.state.tables import shares

    token = secrets.token_urlsafe(16)
    told = {each.name: getattr(share, each.name) for each in fields(share)}
    with _settling(store) as state:
        if share.generation is not None:
            store.pin(share.generation, _PINNED_BY)
        state.execute(
            insert(shares).values(
                **told,
                generation=share.generation,
                token_hash=_hashed(token),
                created_at=datetime.now(UTC),
            )
        )
        about = {"page": share.page, "generation": share.generation, "personal": share.personal}
        audit.add(state, "shared", share.owner, **about)
    return token


def found(store: Store, token: str) -> Made:
    """The share of a token.

    Raises:
        ShareEnded: there is none, or it has expired or was revoked; which of these, nobody is told.
    """
    from data.state.tables import shares

    of_token = shares.c.token_hash == _hashed(token)
    for made in _made(store, of_token):
        if made.is_open(datetime.now(UTC)):
            return made
    raise ShareEnded("Nothing is shared under this address, or not any more.")


def listed(store: Store) -> list[Made]:
    """All shares, the latest first; those that have ended, too."""
    return _made(store)


def numbered(store: Store, numbers: Collection[int]) -> list[Made]:
    """Those of these numbers, likewise."""
    from data.state.tables import shares

    return _made(store, shares.c.id.in_(numbers))


def opened(store: Store, made: Made, who: str = "") -> None:
    """Counts that a share was opened in a session, by somebody whom the server may know."""
    from sqlalchemy import insert

    from data.state.database import State
    from data.state.tables import openings

    opening = {"share_id": made.id, "opened_at": datetime.now(UTC), "who": who}
    with State.of(store.root).writing() as state:
        state.execute(insert(openings).values(**opening))


def openers(store: Store, numbers: Collection[int]) -> dict[int, list[Opener]]:
    """Who opened the shares of these numbers, by number, the latest first. Raises StateRefused."""
    from sqlalchemy import func, select

    from data.state.database import State
    from data.state.tables import openings

    last = func.max(openings.c.opened_at).label("last")
    by_who = (
        select(openings.c.share_id, openings.c.who, func.count().label("times"), last)
        .where(openings.c.share_id.in_(numbers))
        .group_by(openings.c.share_id, openings.c.who)
        .order_by(last.desc())
    )
    found: dict[int, list[Opener]] = {number: [] for number in numbers}
    with State.of(store.root).reading() as state:
        for row in state.execute(by_who):
            found[row.share_id].append(Opener(row.who, row.times, row.last))
    return found


def revoke(store: Store, which: str | int, who: str = "") -> None:
    """Ends a share, by its address, its token or its number.

    Raises:
        ShareEnded: there is no such share, or it has ended before.
    """
    from sqlalchemy import update

    from data.state.tables import shares

    is_it = (
        shares.c.id == which
        if isinstance(which, int)
        else shares.c.token_hash == _hashed(token_in(which) or which)
    )
    ended = update(shares).where(is_it, shares.c.revoked_at.is_(None))
    with _settling(store) as state:
        done = state.execute(ended.values(revoked_at=datetime.now(UTC), revoked_by=who))
        if not done.rowcount:
            raise ShareEnded("There is no such share, or it has ended before.")
        audit.add(state, "unshared", who)


def holding(store: Store) -> dict[int, list[Made]]:
    """The open frozen shares by the number of the generation that they hold."""
    now, held = datetime.now(UTC), dict[int, list[Made]]()
    for made in _made(store):
        if made.share.generation is not None and made.is_open(now):
            held.setdefault(made.share.generation, []).append(made)
    return held


@contextmanager
def _settling(store: Store) -> "Iterator[Connection]":
    """A change of the shares, after which no generation is held for those that have ended."""
    from data.state.database import State

    with State.of(store.root).writing(VERSION) as state:
        yield state
    with suppress(StoreError):  # it is changed; the next change lets go of them, too
        _let_go(store)


def _let_go(store: Store) -> None:
    """Holds no generation any more but those of open shares.

    In a turn of its own: once it is certain which have ended, and while nobody else is taking hold.
    """
    from sqlalchemy import select

    from data.state.database import State
    from data.state.tables import shares

    with State.of(store.root).writing() as state:
        ends = shares.c.expires_at
        is_open = shares.c.revoked_at.is_(None) & (ends.is_(None) | (ends > datetime.now(UTC)))
        held = set(state.scalars(select(shares.c.generation).where(is_open).distinct()))
        for number in store.pinned(_PINNED_BY) - held:
            store.unpin(number, _PINNED_BY)


def _made(store: Store, *conditions: "ColumnElement[bool]") -> list[Made]:
    from sqlalchemy import func, select

    from data.state.database import State
    from data.state.tables import openings, shares

    counted = (func.count(openings.c.id), func.max(openings.c.opened_at))
    rows = (
        select(shares, counted[0].label("opened"), counted[1].label("last_opened"))
        .join_from(shares, openings, isouter=True)
        .where(*conditions)
        .group_by(shares.c.id)
        .order_by(shares.c.id.desc())
    )
    with State.of(store.root).reading() as state:
        return [_of(row._mapping) for row in state.execute(rows)]


def _of(row: "Mapping[Any, Any]") -> Made:
    share = Share(**{each.name: row[each.name] for each in fields(Share)})
    others = (each.name for each in fields(Made) if each.name != "share")
    return Made(share, **{name: row[name] for name in others})


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
