"""The temporary tables of a load and their coded columns: what is in each, who makes and reads it.

They stand here in the order in which they are filled, and the code takes their names from here.
They live on the connection of the draft and are dropped before the screens' tables are derived.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

_SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class Staged:
    """A temporary table or view. In a text of SQL it stands as its name."""

    name: str
    """`<slot>` in it is the number of a file in the load, from 1 on."""
    grain: str
    columns: Mapping[str, str]
    """What each column is. `<n>` is a number, `<name>` a field or dimension, `<cell>` a `#<n>`."""
    written_by: str
    read_by: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    def of(self, slot: int) -> str:
        """The name of the table of one file."""
        return self.name.replace("<slot>", f"{slot:d}")


CELLS = Staged(
    "cells_<slot>",
    "one row per row of a file that could be read; of a large one a view that reads the file again "
    "once its rows are typed, and then a table of those rows that something is to be listed of",
    {
        "line": "the line it begins on; not there when it is the row's own number",
        "#<n>": "the text of its n-th cell, null when empty",
        "cells": "of a wide file, instead of those: the texts of all its cells",
    },
    written_by="files.table",
    read_by=("files.table",),
)
FILE = Staged(
    "file_<slot>",
    "one row per row of a file that could be read",
    {
        "line": "the line it begins on; the header is on line 1",
        "#<n>": "as in cells_<slot>; of a wide file the first ones, and those that are used",
        "cells": "as in cells_<slot>",
    },
    written_by="files.table",
    read_by=(
        *("reading", "reader", "columns", "amounts", "rows", "rejects"),
        *("values.dates", "values.numbers"),
    ),
)
UNREAD = Staged(
    "unread_<slot>",
    "one row per row of a file that could not be read, and one per cell in a row that could",
    {
        name: f"as in refusals: {name}"
        for name in ("line", "column", "value", "reason", "raw", "is_row")
    },
    written_by="files.table",
    read_by=("files.table", "rows", "rejects"),
)
REFUSALS = Staged(
    "refusals",
    "one row per row refused, and one per cell blanked in a row that is kept",
    {
        "file": "the name of the file; `the store` for what a merge no longer takes from there",
        "line": "the line the row begins on",
        "column": "the header of the cell that is to blame",
        "value": "the text of that cell",
        "reason": "a key of rejects.REASONS",
        "raw": "the row as text, at most 1,000 characters of it",
        "is_row": "whether the whole row is refused, not just the cell",
        "slot": "the number of the file",
    },
    written_by="loader",
    read_by=("rejects", "history", "outcome"),
)
ROWS = Staged(
    "rows_<slot>",
    "one row per row of a file that its mapping takes",
    {
        "line": "the line it begins on",
        "lead_id": "of files about leads",
        "<name>": "a field or dimension that the file or a lookup gives, in its type",
        "<name>#day": "whether the instant of the field is a day, without a time of day",
        "<name>#month": "whether the day of spend or of a rate is a whole month",
        "<name>#local": "the day of spend or of a rate in the zone of the load",
        "#at_<n>": "the instant of the n-th stage column of the mapping, from 0 on",
        "#day_<n>": "whether it is a day, without a time of day",
        "#filled_<n>": "whether the stage column has a text on a row where it counts",
        "#also_<n>": "a further id of the lead, by the place of its header in the mapping",
        "key_<cell>": "of a lookup: the text of the cell by which it is joined",
        "refusal": "the reason why the whole row is refused; null when it is good",
        "refused_cell": "the cell that is to blame",
        "soft": "the cells that are blanked, a bit for each condition of reader.Columns.blanks",
    },
    written_by="rows",
    read_by=("rows", "rejects", "leads", "history", "marketing"),
)
UNITED = Staged(
    "united",
    "one row per lead of any file, and of the store in a merge",
    {
        "lead_id": "its id",
        "created_at": "when it came; null when no file says so",
        "is_known": "whether a file with creation dates, or the store, has it",
        "<name>": "a field or dimension",
    },
    written_by="leads",
    read_by=("leads", "spellings"),
)
SPELLINGS = Staged(
    "spellings",
    "one row per name of a source or campaign that is written in another way",
    {"field": "source or campaign", "written": "as it was", "spelling": "as it is kept"},
    written_by="spellings",
    read_by=("spellings",),
)
MOVES = Staged(
    "moves",
    "one row per move that a file names",
    {
        "slot": "the number of its file",
        "line": "the line of its row",
        "ordinal": "its order among the moves of one row: stage columns first",
        "cell": "the stage column it was read from, null when the row itself is a move",
        "lead_id": "the lead that moved",
        "stage": "as the file names it",
        "entered_at": "when",
        "is_day": "whether that is a day, without a time of day",
        "changed_by": "who moved it",
        "at_creation": "whether a move before its lead counts at the creation of the lead",
    },
    written_by="history",
    read_by=("leads", "history"),
)
FIRST_MOVES = Staged(
    "first_moves",
    "one row per lead with moves; made only when leads may lack their creation date",
    {
        "lead_id": "the lead",
        "entered_at": "its earliest move, of the files or the store",
        "is_fresh": "whether a file has a move of it",
    },
    written_by="leads",
    read_by=("leads",),
)
SOURCE_CHANNELS = Staged(
    "source_channels",
    "one row per source of leads, and its medium where they have one",
    {
        "source": "as the leads have it",
        "medium": "as the leads have it, null where they have none",
        "channel": "its channel",
        "is_own": "whether the mapping says so",
    },
    written_by="leads",
    read_by=("leads",),
)
STAGE_SLUGS = Staged(
    "stage_slugs",
    "one row per name of a stage that moves have",
    {
        "stage": "the name",
        "slug": "the stage of the pipeline that it means, else the name itself",
        "rank": "the place of the stage, or of the exit after them; the last one for others",
    },
    written_by="history",
    read_by=("history",),
)
PLACED = Staged(
    "placed",
    "one row per move that a file names",
    {
        **MOVES.columns,
        "stage": "the slug of the stage",
        "rank": "as in stage_slugs",
        "entered_at": "when, at the creation of the lead at the earliest",
        "refusal": "the reason why it cannot be used; null when it can",
    },
    written_by="history",
    read_by=("history", "reasons", "sales", "outcome"),
)
SLOT_LINES = Staged(
    "slot_lines",
    "one row per file that has moves",
    {
        "slot": "the number of the file",
        "before": "the position that its lines begin behind",
        "step": "how much further a line is than the one before it",
    },
    written_by="history",
    read_by=("history",),
)
KNOWN_MOVES = Staged(
    "known_moves",
    "one row per move that the store has of the leads that files move as well",
    {
        "lead_id": "as in stage_history",
        "stage": "as in stage_history",
        "entered_at": "as in stage_history",
        "position": "as in stage_history",
        "changed_by": "as in stage_history",
    },
    written_by="history",
    read_by=("history",),
)
SAID = Staged(
    "said_statuses",
    "one row per row of a file that says where its lead stands, and not since when",
    {
        "slot": "the number of its file",
        "line": "the line of its row",
        "lead_id": "the lead",
        "stage": "the slug of its status, null when the row has none",
        "dated_at": "when it was closed, if that is what the status means, else when it changed",
        "closed_at": "the former alone",
        "latest_at": "the latest date of the row, but for that of closing",
        "is_closed": "whether the status is a win or an exit",
        "is_wide": "whether the file has columns that date stages as well",
        "seen_at": "the day of the export",
    },
    written_by="statuses",
    read_by=("statuses", "findings", "reasons"),
)
SHOWN = Staged(
    "shown",
    "one row per status that an export shows, of the files and in a merge of the store",
    {
        name: f"as in statuses: {name}"
        for name in ("lead_id", "stage", "seen_at", "dated_at", "position")
    },
    written_by="statuses",
    read_by=("statuses",),
)
TOLD_REASONS = Staged(
    "told_reasons",
    "one row per entry into an exit or a stage, and reason named for it",
    {name: f"as in reasons: {name}" for name in ("lead_id", "stage", "said_at", "known", "reason")},
    written_by="reasons",
    read_by=("reasons",),
)
REASON_KINDS = Staged(
    "reason_kinds",
    "one row per reason as it is written",
    {"reason": "as it is written", "kind": "the slug of the pipeline that it means"},
    written_by="reasons",
    read_by=("reasons",),
)
NAMED_CHANNELS = Staged(
    "named_channels",
    "one row per source of touches and spend",
    {"source": "as the files and the store have it", "channel": "its channel"},
    written_by="marketing",
    read_by=("marketing",),
)
FRESH_SPEND = Staged(
    "fresh_spend",
    "one row per good row of a file of spend",
    {"<name>": "a field of spend"},
    written_by="marketing",
    read_by=("marketing",),
)
MET = Staged(
    "met",
    "one row per row of spend in the draft of which fresh_spend covers a day",
    {"number": "its rowid", "is_replaced": "whether fresh_spend covers all of its days"},
    written_by="marketing",
    read_by=("marketing",),
)
STAGED = (
    CELLS, FILE, UNREAD, REFUSALS, ROWS, UNITED, SPELLINGS, MOVES, FIRST_MOVES, SOURCE_CHANNELS,
    STAGE_SLUGS, PLACED, SLOT_LINES, KNOWN_MOVES, SAID, SHOWN, TOLD_REASONS, REASON_KINDS,
    NAMED_CHANNELS, FRESH_SPEND, MET,
)  # fmt: skip


# The coded columns of rows_<slot>. No field, dimension or stage has a `#` in its name.


def is_day(field: str) -> str:
    """Whether the instant of a field is a day, without a time of day."""
    return f"{field}#day"


def is_month(field: str) -> str:
    """Whether the day of a field is a whole month."""
    return f"{field}#month"


def local(field: str) -> str:
    """The day of a field in the zone of the load."""
    return f"{field}#local"


def stage_at(number: int) -> str:
    """The instant of a stage column, by its number in the mapping."""
    return f"#at_{number:d}"


def stage_is_day(number: int) -> str:
    """Whether that instant is a day, without a time of day."""
    return f"#day_{number:d}"


def stage_filled(number: int) -> str:
    """Whether the stage column has a text on a row where it counts."""
    return f"#filled_{number:d}"


def also(number: int) -> str:
    """A further id of the lead, by its number in the mapping."""
    return f"#also_{number:d}"


def join_key(cell: str) -> str:
    """The text of a cell by which a lookup is joined."""
    return f"key_{cell}"


def sql(name: str) -> str:
    """The text of a query on these tables that stands in a file of its own."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def make_refusals(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `refusals`, empty: the one table that several steps of a load write into."""
    con.execute(
        f'create or replace temp table {REFUSALS} (file varchar, line bigint, "column" varchar, '
        "value varchar, reason varchar, raw varchar, is_row boolean, slot integer)"
    )


def drop_all(con: duckdb.DuckDBPyConnection) -> None:
    """Lets go of all temporary tables: what is derived next needs the memory."""
    made = con.execute(
        "select view_name, 'view' from duckdb_views() where database_name = 'temp' "
        "union all select table_name, 'table' from duckdb_tables() where temporary"
    ).fetchall()
    for name, kind in made:
        con.execute(f'drop {kind} temp."{name}"')
