"""The bond of a store and a database elsewhere: neither is used with another one.

A share holds a generation by its number. In a database that two stores had, a share of the one
would open the data of the other; and a store whose shares are looked for in the wrong database
would let go of what they hold. So the store's folder and the database keep the same id.
"""

from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from data.errors import StateOfAnother, StateRefused, worded

if TYPE_CHECKING:  # what is heavy comes with the database, where it is asked
    from sqlalchemy import Connection

FILE = "STATE"
"""What the id is kept in, in the store's folder: it goes where the store goes."""


def require_none(store: Path) -> None:
    """Makes sure that the state of a store is not in a database elsewhere.

    Raises:
        StateOfAnother: it is.
    """
    if (store / FILE).exists():
        raise StateOfAnother(
            "The shares and notes of this store are in the database that PHEU_STATE_URL named: it "
            "has to name it here, too (docs/serving.md)."
        )


def tie(connection: "Connection", store: Path) -> bool:
    """Makes sure that a database and a store are each other's, and says whether they are by now.

    A database that is nobody's becomes that of the store, once its folder is there.

    Raises:
        StateOfAnother: the database is of another store.
        StateRefused: the id cannot be kept in the store.
    """
    from sqlalchemy import insert, select

    from data.state.tables import bond

    file = store / FILE
    known = connection.scalar(select(bond.c.id))
    with worded("The store cannot keep which database is its own", StateRefused):
        if known is None and store.is_dir():
            known = token_hex(16)
            file.write_text(f"{known}\n", encoding="utf-8")
            connection.execute(insert(bond).values(id=known))
        elif known is not None and not (
            file.is_file() and file.read_text("utf-8").strip() == known
        ):
            raise StateOfAnother(
                "PHEU_STATE_URL names the database of another store: each store needs one of its "
                "own (docs/serving.md)."
            )
    return known is not None
