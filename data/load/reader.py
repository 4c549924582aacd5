"""One file to be read: its cells and how its dates are written, and what its rows are made of."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import duckdb

from data.connection import row
from data.load.intake import Intake, Setting
from data.load.notices import Notice
from data.mapping.fields import STATUS_FIELDS
from data.mapping.mapping import MappingError
from data.quoting import quoted
from data.values import dates, zones
from data.values.text import is_nothing, tidy

_WIDE_SPACES = ("'  '", "chr(9)", "chr(10)", "chr(13)", "chr(160)")
DATES_KEPT = {
    "leads": ("created_at", "entered_at", *STATUS_FIELDS),
    "stage_columns": ("created_at", "entered_at", *STATUS_FIELDS),
    "stage_history": ("created_at", "entered_at"),
    "touches": ("touched_at",),
    "spend": ("day", "month", "until"),
    "rates": ("day",),
    "lookup": (),
}
_BY_DAY = ("spend", "rates")


@dataclass(frozen=True)
class Refusal:
    """A row is refused, for a reason and because of a cell, where a condition on it holds."""

    condition: str
    reason: str
    cell: str


@dataclass
class Columns:
    """The columns of a file's rows; conditions speak of them as they are typed, not finished."""

    typed: dict[str, str] = field(default_factory=dict)
    """Column to the SQL that makes it from the file's cells."""
    finished: dict[str, str] = field(default_factory=dict)
    """Column to what it becomes once all are typed, where that is something else."""
    refusals: list[Refusal] = field(default_factory=list)
    """Whole rows: the first that applies is the reason given."""
    blanks: list[Refusal] = field(default_factory=list)
    """Cells only, whose rows are kept: each that applies is listed."""
    parameters: dict[str, object] = field(default_factory=dict)
    """Whatever the SQL may bind; not every text uses all of it."""


@dataclass(frozen=True)
class Reader:
    """One file to be read: where its cells are, and how its dates are written."""

    con: duckdb.DuckDBPyConnection
    intake: Intake
    setting: Setting
    looks: Mapping[str, dates.DateColumn]
    """What a look over each cell that holds dates found."""
    instants: Mapping[str, str]
    """For each of them, the SQL of their instants."""
    known: Collection[str] = ()
    """The dimensions that the store and the files before this one have besides the usual ones."""

    @property
    def table(self) -> str:
        """The kind of file: the table that it feeds."""
        return self.intake.entry.table

    @property
    def is_by_day(self) -> bool:
        """Whether the rows of the file are of days, and of no lead."""
        return self.table in _BY_DAY

    def cell(self, header: str, field_name: str) -> str:
        """The column of the file under a header. Raises MappingError when there is none."""
        return _cell(self.intake, header, field_name)

    def cell_of(self, field_name: str) -> str:
        """The column of the file that a field of the mapping is read from."""
        return self.cell(self.intake.entry.columns[field_name], field_name)

    def text(self, cell: str, name: str, columns: Columns) -> str:
        """A cell's text: trimmed, spaces single, accents composed, values mapped; '' is null."""
        bare = f'nfc_normalize("{cell}")'
        spaces = " or ".join(f"contains({bare}, {space})" for space in _WIDE_SPACES)
        text = (
            f"trim(case when {spaces} then regexp_replace({bare}, '[\\s\\x{{00a0}}]+', ' ', 'g') "
            f"else {bare} end)"
        )
        is_tidy, has_nothing = self._seen(cell, text)
        if is_tidy:
            text = quoted(cell)
        if prefixes := self.intake.entry.prefixes:
            columns.parameters["prefixes"] = f"^({'|'.join(map(re.escape, prefixes))})"
            text = f"ltrim(regexp_replace({text}, $prefixes, ''))"
        values = self.intake.entry.values.get(name)
        if values:
            columns.parameters |= {
                f"from_{name}": [tidy(value) for value in values],
                f"to_{name}": list(values.values()),
            }
            text = f"coalesce($to_{name}[list_position($from_{name}, lower({text}))], {text})"
        # A person may be called Na; and what hardly a column has need not be looked for twice.
        if name == "name" or not has_nothing:
            return f"nullif({text}, '')"
        return f"case when not {is_nothing(text)} then nullif({text}, '') end"

    def _seen(self, cell: str, text: str) -> tuple[bool, bool]:
        """Whether all cells of a column are the text made of them, and some stand for nothing.

        Each text is looked at once, however many rows have it.
        """
        nothing = is_nothing(f'trim("{cell}")')
        is_tidy, has_nothing = row(
            self.con,
            f'select coalesce(bool_and({text} = "{cell}"), true), coalesce(bool_or({nothing}), '
            f'false) from (select distinct "{cell}" from "{self.intake.file.table}")',
        )
        return is_tidy, has_nothing


def reader_of(
    con: duckdb.DuckDBPyConnection,
    intake: Intake,
    setting: Setting,
    known: Collection[str] = (),
) -> Reader:
    """The reader of a file, once all of its dates were looked at.

    Raises:
        MappingError: a column of the mapping is not there.
        AmbiguousDates: the order of day and month has to be said.
    """
    entry = intake.entry
    if "lead_id" in entry.columns:
        # Of several columns that are not there, this is the first to speak of.
        _cell(intake, entry.columns["lead_id"], "lead_id")
    headers = {
        name: entry.columns[name] for name in DATES_KEPT[entry.table] if name in entry.columns
    }
    dated = [*headers.items()] + [
        (stage.stage, header) for stage in entry.stages for header in stage.columns
    ]
    cells = {_cell(intake, header, name): header for name, header in dated}
    months = entry.table in _BY_DAY
    looks = {
        cell: dates.look(
            con, intake.file.table, cell, months=months, this_year=setting.now.year + 1
        )
        for cell in cells
    }
    orders = dates.day_month_orders(
        list(looks.values()), intake.file.name, cells, entry.day_month_order
    )
    for cell, look in looks.items():
        if dates.is_mixed(look) and not entry.day_month_order:
            shown = "day/month" if orders[cell] == "dmy" else "month/day"
            intake.notices.append(
                Notice.of("both_orders", file=intake.file.name, header=cells[cell], order=shown)
            )
        if look.serials:
            intake.notices.append(
                Notice.of(
                    "excel_days",
                    file=intake.file.name,
                    count=look.serials,
                    header=cells[cell],
                    example=look.serial,
                    day=f"{dates.day_of_serial(look.serial):%Y-%m-%d}",
                )
            )
    offsets = {cell: zones.offset_of_header(header) for cell, header in cells.items()}
    for cell, offset in offsets.items():
        if offset is not None and not looks[cell].holds_days:
            intake.notices.append(
                Notice.of(
                    "zone_of_header",
                    file=intake.file.name,
                    header=cells[cell],
                    zone=f"UTC{offset // 60:+d}:{offset % 60:02d}" if offset else "UTC",
                )
            )
    instants = {
        cell: dates.instant(
            look, orders[cell], None if look.holds_days else offsets[cell], setting.steady
        )
        for cell, look in looks.items()
    }
    return Reader(con, intake, setting, looks, instants, known)


def unreadable(column: str, cell: str, reason: str) -> Refusal:
    """The refusal of a cell that says something of which its column has nothing."""
    return Refusal(_is_lost(column, cell, is_nothing(f'trim("{cell}")')), reason, cell)


def unreadable_date(column: str, cell: str) -> Refusal:
    """The same of a cell that holds dates: what stands for no date is nothing, too."""
    return Refusal(_is_lost(column, cell, dates.is_nothing(cell)), "unreadable_date", cell)


def _is_lost(column: str, cell: str, nothing: str) -> str:
    """The SQL condition for a cell that says something of which the column has nothing.

    It is a case so that the engine asks further only where the column is empty.
    """
    return (
        f"case when {column} is null then trim(\"{cell}\") <> '' and not {nothing} else false end"
    )


def _cell(intake: Intake, header: str, field_name: str) -> str:
    found = intake.cell_under(header)
    if found is None:
        raise MappingError(
            f"{intake.file.name}: there is no column {header!r}. Its columns are: "
            f"{', '.join(intake.file.headers)}. In the mapping write {field_name} = "
            '"the right one of these".'
        )
    return found
