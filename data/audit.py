"""The audit log: who signed in, loaded and shared what, and when. It is only ever added to.

It is kept in the state, beside the shares, and read by `python -m data log`. It names people: that
is what it is for. The server's own log does not.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from data.errors import StateRefused
from data.store import Store

if TYPE_CHECKING:  # what is heavy comes with the database, where it is asked
    from sqlalchemy import Connection

WHAT = ("signed in", "refused", "loaded", "shared", "unshared", "used", "unpinned", "agreed")
"""What is written down."""


@dataclass(frozen=True)
class Entry:
    """What somebody did: `who` is '' for the command line, and where nobody signs in."""

    happened_at: datetime
    who: str
    what: str
    about: Mapping[str, Any]


def write(store: Store, what: str, who: str = "", **about: Any) -> None:
    """Writes down what was done. It is done already, so what cannot be written only warns."""
    from data.state.database import State

    try:
        with State.of(store.root).writing() as state:
            add(state, what, who, **about)
    except StateRefused as error:
        logging.getLogger("pheu").error("The audit log lacks that somebody %s. %s", what, error)


def add(state: "Connection", what: str, who: str = "", **about: Any) -> None:
    """Writes down what is done in a transaction of the state, with that or not at all."""
    from sqlalchemy import insert

    from data.state.tables import audit_log

    assert what in WHAT
    entry = {"happened_at": datetime.now(UTC), "who": who, "what": what, "about": about}
    state.execute(insert(audit_log).values(**entry))


def read(store: Store, most: int = 100) -> list[Entry]:
    """What was done, the latest first.

    Raises:
        StateRefused: the database cannot be read.
    """
    from sqlalchemy import select

    from data.state.database import State
    from data.state.tables import audit_log

    latest = select(audit_log).order_by(audit_log.c.id.desc()).limit(most)
    with State.of(store.root).reading() as state:
        rows = state.execute(latest).all()
    return [Entry(row.happened_at, row.who, row.what, row.about) for row in rows]
