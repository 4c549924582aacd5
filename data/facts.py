"""What a generation says about itself: the proof that its file is a finished one."""

import json
import uuid
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import duckdb

from data.connection import engine_path
from data.errors import WHAT_TO_DO, StoreDamaged, worded
from data.quoting import literal, quoted

ID_LENGTH = 8
"""So many letters of its id tell a generation from others of its number."""


def new_id() -> str:
    """An id that no other generation has."""
    return uuid.uuid4().hex[:ID_LENGTH]


def write(con: duckdb.DuckDBPyConnection, facts: Mapping[str, Any]) -> None:
    """Writes the facts into the draft of a connection, as the last thing before it is finished."""
    values = [json.dumps(about, ensure_ascii=False) for about in facts.values()]
    con.execute(
        "insert into about select unnest($facts), unnest($values)",
        {"facts": [*facts], "values": values},
    )


def read(con: duckdb.DuckDBPyConnection, database: str, number: int) -> dict[str, Any]:
    """The facts in an attached database; `id` is always among them.

    Raises:
        StoreDamaged: it holds no facts, so that it is no generation, or not a finished one.
    """
    with worded(f"{number}.duckdb does not prove to be a generation", StoreDamaged, WHAT_TO_DO):
        rows = con.execute(f"select fact, value from {quoted(database)}.about").fetchall()
    try:
        facts = {fact: json.loads(about) for fact, about in rows}
    except (TypeError, ValueError):
        facts = {}
    if not facts.keys() >= {"format", "made_at"}:
        raise StoreDamaged(f"{number}.duckdb does not prove to be a generation. {WHAT_TO_DO}")
    # Those made before there were ids are told apart by all that they say.
    told = blake2b(repr(sorted(rows)).encode(), digest_size=ID_LENGTH // 2).hexdigest()
    return {"id": told, **facts}


def attach(con: duckdb.DuckDBPyConnection, path: Path, database: str, number: int) -> None:
    """Attaches a generation's file for reading.

    Raises:
        StoreDamaged: it is cut off, or no database at all.
    """
    with worded(f"Generation {number} cannot be read", StoreDamaged, WHAT_TO_DO):
        con.execute(f"attach {literal(engine_path(path))} as {quoted(database)} (read_only)")
