"""Generations that hold so many leads and nothing else, and the rows of any."""

from datetime import datetime
from pathlib import Path
from typing import Any

from data.store import Generation, Store
from tests.support.histories import store_of

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}


def add(root: Path, leads: int) -> Store:
    """One more generation in the store, with so many leads."""
    return store_of(root, [{**LEAD, "lead_id": f"{n}"} for n in range(leads)])


def count(generation: Generation) -> int:
    return int(generation.query("select count(*) as n from leads")["n"].iat[0])


def day(number: int) -> datetime:
    """A day of the month in which LEAD was made, at its beginning."""
    return datetime(2024, 1, number)


def rows(generation: Generation, columns: str, table: str) -> list[tuple[Any, ...]]:
    found = generation.query(f"select {columns} from {table} order by all")
    plain = found.astype(object).where(found.notna(), None)
    return [tuple(row) for row in plain.itertuples(index=False)]


def of_leads(table: str) -> str:
    """The rows of a derived table with the ids of their leads, which it knows by number."""
    return f"(select lead_id, {table}.* from {table} join leads using (lead_number))"
