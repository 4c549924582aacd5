"""Generations that hold so many leads, and nothing else."""

from pathlib import Path

from data.store import Generation, Store
from tests.support.histories import store_of

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}


def add(root: Path, leads: int) -> Store:
    """One more generation in the store, with so many leads."""
    return store_of(root, [{**LEAD, "lead_id": f"{n}"} for n in range(leads)])


def count(generation: Generation) -> int:
    return int(generation.query("select count(*) as n from leads")["n"].iat[0])
