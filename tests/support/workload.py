"""What a piece of work asks of the store: how often, of which tables, and how much comes back."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from analytics import asked, meanwhile
from analytics.view import vocabulary
from data.session import Session

OF_LEADS = ("reaches", "stays", "exits", "wins", "further_wins", "contacts")
"""The derived tables that grow with the leads."""

_READ = re.compile(r"\b(?:from|join)\s+\(?(\w+)")


@dataclass
class Workload:
    """Statements, how often each table is named in them, and the values that came out of them.

    A row counts as one value, or as many as the lists in it have entries: lengths of stays come in
    lists, and what is handed over is what costs.
    """

    statements: int = 0
    scans: Counter[str] = field(default_factory=Counter)
    values: int = 0

    @property
    def scans_of_leads(self) -> int:
        """How often a table was scanned that grows with the leads."""
        return sum(self.scans[table] for table in OF_LEADS)


@contextmanager
def workload() -> Iterator[Workload]:
    """What is asked of any store from here on; nothing that was asked before is known any more."""
    found = Workload()
    run, answer = Session._execute, Session.query

    def counted(
        self: Session, sql: str, parameters: Mapping[str, Any] | None
    ) -> duckdb.DuckDBPyConnection:
        found.statements += 1
        found.scans.update(_READ.findall(re.sub(r"--.*", "", sql)))
        return run(self, sql, parameters)

    def weighed(
        self: Session, sql: str, parameters: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        rows = answer(self, sql, parameters)
        found.values += max([len(rows), *(_entries(rows[name]) for name in rows)])
        return rows

    asked.forget()
    for known in (vocabulary.values, vocabulary.largest, vocabulary.last_entry):
        known.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanwhile, "free", BoundedSemaphore(0))  # two at once are not counted well
        patch.setattr(Session, "_execute", counted)
        patch.setattr(Session, "query", weighed)
        yield found


def _entries(column: "pd.Series[Any]") -> int:
    """How many entries the lists of a column have; 0 of one without lists."""
    if column.dtype != object:
        return 0
    return sum(len(value) for value in column if isinstance(value, np.ndarray | list))
