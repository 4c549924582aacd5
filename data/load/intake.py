"""What one file gives to a load: its cells, what they mean, and the table of its rows."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import duckdb

from data.connection import value
from data.files.table import TableFile
from data.load.staging import ROWS
from data.mapping.fields import LEAD_FIELDS, NAME_PARTS, OF_LEADS
from data.mapping.mapping import FileMapping
from data.pipeline import Pipeline
from data.values.text import heading
from data.values.zones import Steady


@dataclass(frozen=True)
class Setting:
    """What holds for all files of a load."""

    zone: str
    """The IANA zone of times without an offset."""
    currency: str
    """The currency of amounts that name none."""
    now: datetime
    """Naive UTC; dates more than a day later are refused."""
    pipeline: Pipeline
    steady: Steady | None
    """Since when the zone has had one offset, where that is long enough to make use of."""


@dataclass
class Intake:
    """One file of a load, what its mapping says, and what must be said about it."""

    file: TableFile
    entry: FileMapping
    dimensions: tuple[str, ...] = ()
    """Further columns, under the names of their dimensions."""
    further: tuple[tuple[str, str], ...] = ()
    """Cell and header of the columns beyond those that become dimensions: kept apart."""
    looked_up: tuple[str, ...] = ()
    """Fields of the lead that only a lookup has."""
    repeats: bool = False
    """Whether a lead has several rows, each with another status."""
    skipped: int = 0
    """Rows that the mapping's `only` leaves out, and lines of the file that are no rows."""
    notices: list[str] = field(default_factory=list)
    is_let_go: bool = False
    """Whether the cells of the file are read again when they are asked for."""

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Gives back the memory of the cells of the file, now that its rows are typed."""
        self.is_let_go = self.file.let_go(con)

    def hold(self, con: duckdb.DuckDBPyConnection, lines: str) -> None:
        """Reads the cells of the lines that a query names again, if there are any."""
        if self.is_let_go and value(con, f"select count(*) from ({lines})"):
            self.file.take_back(con, lines)
            self.is_let_go = False

    @property
    def slot(self) -> int:
        """The number of the file in the load, from 1 on."""
        return self.file.slot

    @property
    def table(self) -> str:
        """The temporary table of its rows."""
        return ROWS.of(self.slot)

    def cell(self, field_name: str) -> str | None:
        """The column of the file that a field is read from."""
        return self.cell_under(self.entry.columns.get(field_name, ""))

    def cell_under(self, header: str) -> str | None:
        """The column of the file under a header."""
        return self._cells_by_heading.get(heading(header))

    @cached_property
    def _cells_by_heading(self) -> dict[str, str]:
        headed = zip(self.file.headers, self.file.cells, strict=True)
        # Of two that only differ in what does not count, the first.
        return {heading(header): cell for header, cell in reversed([*headed])}

    @property
    def rule(self) -> str:
        """What a row must fulfil to count, in words: `Pipeline = Sales or Partners`."""
        return ", ".join(f"{header} = {' or '.join(wanted)}" for header, wanted in self.entry.only)

    @property
    def lead_fields(self) -> tuple[str, ...]:
        """The columns of `table` that belong to the lead, its id and creation left out."""
        if self.entry.table not in OF_LEADS:
            return ()
        given = {*self.entry.columns, *self.entry.fixed, *self.looked_up}
        if given & {*NAME_PARTS}:
            given.add("name")
        fields = [name for name in LEAD_FIELDS[2:] if name in given]
        if "source" in (*self.entry.columns, *self.entry.fixed):
            fields.append("source_raw")
        if "amount" in self.entry.columns and "currency" not in fields:
            fields.append("currency")
        further = [name for name in self.looked_up if name not in LEAD_FIELDS]
        return (*fields, *self.dimensions, *further)

    @property
    def has_creation(self) -> bool:
        """Whether the file itself says when leads came."""
        return "created_at" in self.entry.columns

    @property
    def has_moves(self) -> bool:
        """Whether a row of the file names a stage and the instant it was entered."""
        return "stage" in self.entry.columns and "entered_at" in self.entry.columns

    @property
    def has_statuses(self) -> bool:
        """Whether a row of the file may name the stage of its lead, and not when it was entered."""
        return "stage" in self.entry.columns and self.entry.table in ("leads", "stage_columns")
