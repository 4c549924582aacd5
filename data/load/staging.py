"""What one file gives to a load: the table of its rows, and the list of what was refused."""

from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from data.files.table import TableFile
from data.mapping.fields import LEAD_FIELDS, OF_LEADS
from data.mapping.mapping import FileMapping
from data.values.text import heading


@dataclass(frozen=True)
class Setting:
    """What holds for all files of a load."""

    zone: str
    currency: str
    now: datetime


@dataclass
class Intake:
    """What one file gave: the names of its table's columns, and what must be said about it."""

    slot: int
    file: TableFile
    entry: FileMapping
    dimensions: tuple[str, ...] = ()
    """Further columns, under the names of their dimensions."""
    stages: tuple[str, ...] = ()
    """Stage columns: `#at_<n>` is the instant of the n-th of these, `#day_<n>` if only a day."""
    stage_headers: tuple[str, ...] = ()
    looked_up: tuple[str, ...] = ()
    """Fields of the lead that only a lookup has."""
    skipped: int = 0
    """Rows that the mapping's `only` leaves out."""
    notices: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The temporary table of its rows."""
        return f"rows_{self.slot:d}"

    def cell(self, field_name: str) -> str | None:
        """The column of the file that a field is read from."""
        return self.cell_under(self.entry.columns.get(field_name, ""))

    def cell_under(self, header: str) -> str | None:
        """The column of the file under a header."""
        for known, cell in zip(self.file.headers, self.file.cells, strict=True):
            if heading(known) == heading(header):
                return cell
        return None

    @property
    def lead_fields(self) -> tuple[str, ...]:
        """The columns of `table` that belong to the lead, its id and creation left out."""
        if self.entry.table not in OF_LEADS:
            return ()
        own = [name for name in LEAD_FIELDS[2:] if name in (*self.entry.columns, *self.looked_up)]
        if "source" in self.entry.columns:
            own.append("source_raw")
        if "amount" in self.entry.columns and "currency" not in own:
            own.append("currency")
        further = [name for name in self.looked_up if name not in LEAD_FIELDS]
        return (*own, *self.dimensions, *further)

    @property
    def has_creation(self) -> bool:
        """Whether the file itself says when leads came."""
        return "created_at" in self.entry.columns

    @property
    def has_moves(self) -> bool:
        """Whether a row of the file names a stage and the instant it was entered."""
        return "stage" in self.entry.columns and "entered_at" in self.entry.columns


def list_cells(
    con: duckdb.DuckDBPyConnection,
    intake: Intake,
    reason: str,
    cell: str | None,
    condition: str,
    *,
    whole: bool,
) -> None:
    """Lists rows of a file as refused where a condition on `rows` and `file` holds."""
    raw = ", ".join(f"coalesce(file.\"{cell_name}\", '')" for cell_name in intake.file.cells)
    header = dict(zip(intake.file.cells, intake.file.headers, strict=True)).get(cell or "")
    value = f'file."{cell}"' if cell else "null"
    con.execute(
        f"insert into refusals select $file, file.line, $header, {value}, $reason, "
        f"left(array_to_string([{raw}], $delimiter), 1000), $whole, {intake.slot:d} "
        f'from "{intake.file.table}" as file join "{intake.table}" as rows using (line) '
        f"where {condition}",
        {
            "file": intake.file.name,
            "header": header,
            "reason": reason,
            "whole": whole,
            "delimiter": intake.file.delimiter or ",",
        },
    )


def list_refused(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Lists the rows of a file that were refused as a whole, when all is known about them."""
    found = con.execute(
        f'select distinct refusal, refused_cell from "{intake.table}" where refusal is not null'
    ).fetchall()
    for reason, cell in sorted(found, key=str):
        same_cell = "is null" if cell is None else f"= '{cell}'"
        list_cells(
            con,
            intake,
            reason,
            cell,
            f"rows.refusal = '{reason}' and rows.refused_cell {same_cell}",
            whole=True,
        )
    con.execute(
        f'insert into refusals select $file, line, "column", value, reason, raw, true, '
        f'{intake.slot:d} from "{intake.file.unread}"',
        {"file": intake.file.name},
    )
