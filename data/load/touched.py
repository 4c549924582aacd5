"""A merge at the cost of what its files touch: the leads that they name, and no others.

Where files can change nothing about any other lead, the steps of a load are given the leads that
they name alone, as `previous` and in the draft. The rows of those then take the place of the ones
before in a copy of the generation that is added to. Where that is not certain, a merge goes through
all leads, and the outcome is the same.
"""

from collections.abc import Mapping, Sequence

import duckdb

from data.connection import columns_of, value
from data.draft import OWN, Draft
from data.load import screened
from data.load.identity import every_form
from data.load.intake import Intake
from data.load.spellings import FIELDS
from data.mapping.mapping import Mapping as FilesMapping
from data.quoting import quoted
from data.values.channels import channels_of
from data.values.text import plain

FEWEST = 50_000
"""Of fewer leads than this it takes no longer to go through all."""

MOST_TOUCHED = 1 / 8
"""Of more leads than this share a merge goes through all. So it does, too, when those that were
put at the end by merges one after the other are more: then all rows are in their order again."""

_BY_LEAD = ("further_cells", "stage_history", "reasons", "sales", "touches")
_ASKED_WHOLE = ("statuses",)
_OF_ALL = ("spend", "rates")
_MADE_AGAIN = ("screening", "screening_rules", "rejected_rows", "loaded_files")
"""The input tables beside `leads`: of single leads; of single leads too, but asked for all of them,
since they decide what in an export is news; of none; and filled when all leads are there again."""


def narrow(draft: Draft, intakes: Sequence[Intake], mapping: FilesMapping) -> bool:
    """Leaves only the leads that files name in `previous`; returns whether that is all they touch.

    Their ids are in `touched` of the draft's own database, which is not what will be published.
    """
    con = draft.con
    if _count(con, "leads") < FEWEST:
        return False
    ids = [
        f'select lead_id as written from "{intake.table}" where lead_id is not null'
        for intake in intakes
        if "lead_id" in columns_of(con, intake.table, "temp")
    ]
    said = " union ".join(ids) or "select null::varchar as written where false"
    con.execute(f"create table touched as select written as lead_id from ({every_form(said)})")
    if not _is_apart(draft, intakes, mapping):
        con.execute("drop table touched")
        return False
    con.execute("detach previous")
    draft.attach_previous("stored")
    con.execute("attach ':memory:' as previous")
    for table in ("leads", *_BY_LEAD):
        con.execute(
            f"create table previous.{table} as from stored.{table} "
            "semi join touched using (lead_id)"
        )
    for table in (*_ASKED_WHOLE, *_OF_ALL, *_MADE_AGAIN):
        con.execute(f"create view previous.{table} as from stored.{table}")
    return True


def _is_apart(draft: Draft, intakes: Sequence[Intake], mapping: FilesMapping) -> bool:
    """Whether what the files say can change nothing about the leads that they do not name."""
    con = draft.con
    return (
        _is_small(draft)
        and draft.has_settings_of_previous()
        and _has_no_new_column(con, intakes)
        # Histories that are told of another lead are told anew when either lead changes.
        and "history" not in _ways_of_merging(con, mapping)
        # How many leads have amounts in several currencies is said of all of them.
        and not _has_mixed_sales(con)
        and _has_no_other_spelling(con, intakes)
        and _keeps_channels(con, mapping.channels)
    )


def _is_small(draft: Draft) -> bool:
    known = "select count(*) from previous.leads semi join touched using (lead_id)"
    return are_few(draft, value(draft.con, known))


def are_few(draft: Draft, leads: int) -> bool:
    """Whether so many leads may be put at the end of the tables, beside those that are there."""
    before = draft.previous.appended if draft.previous else 0
    return before + leads <= MOST_TOUCHED * _count(draft.con, "leads")


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(value(con, f"select count(*) from previous.{table}"))


def _has_no_new_column(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake]) -> bool:
    known = {*columns_of(con, "leads", "previous")}
    return all(known.issuperset(intake.lead_fields) for intake in intakes)


def _ways_of_merging(con: duckdb.DuckDBPyConnection, mapping: FilesMapping) -> set[str]:
    """What is done with the histories of duplicates: in the store, and from now on."""
    stored = screened.rules_of(con, FilesMapping(), merge=True)
    return {stored.merge, screened.rules_of(con, mapping, merge=True).merge}


def _has_mixed_sales(con: duckdb.DuckDBPyConnection) -> bool:
    mixed = (
        "select count(*) > 0 from (select lead_id from previous.sales where adds_up "
        "and amount is not null group by lead_id having count(distinct currency) > 1)"
    )
    return bool(value(con, mixed))


def _has_no_other_spelling(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake]) -> bool:
    """Whether no source or campaign of the store is written in another way, there or in a file."""
    for field in FIELDS:
        stored = _texts(con, field, [f"previous.{t}" for t in ("leads", "touches", "spend")])
        tables = [each.table for each in intakes if field in columns_of(con, each.table, "temp")]
        fresh = _texts(con, field, [f'temp."{table}"' for table in tables])
        alike = {text.casefold() for text in stored}
        if len(alike) < len(stored) or any(text.casefold() in alike for text in fresh - stored):
            return False
    return True


def _texts(con: duckdb.DuckDBPyConnection, column: str, tables: Sequence[str]) -> set[str]:
    if not tables:
        return set()
    every = " union ".join(f"select distinct {column} as text from {table}" for table in tables)
    found = con.execute(f"select text from ({every}) where text is not null").fetchall()
    return {text for (text,) in found}


def _keeps_channels(con: duckdb.DuckDBPyConnection, company_channels: Mapping[str, str]) -> bool:
    """Whether every source of the store has the channel that it would have as a new one.

    Of leads those that have one keep it, unless it is of the sources that the mapping names.
    """
    every = (
        "select distinct source, channel, true from previous.leads union "
        "select distinct source, channel, false from previous.touches union "
        "select distinct source, channel, false from previous.spend"
    )
    pairs = con.execute(every).fetchall()
    found = channels_of({source for source, *_ in pairs if source is not None}, company_channels)
    named = {plain(name) for name in company_channels}
    for source, channel, is_of_leads in pairs:
        is_kept = is_of_leads and (source is None or plain(source) not in named) and channel
        if channel != found.get(source) and not is_kept:
            return False
    return True


def widen(draft: Draft) -> None:
    """Puts the rows of the draft in place of those that the store has of the leads it touches.

    From here on the draft is a copy of the generation before, and `previous` is that as a whole.
    """
    con = draft.con
    draft.become_copy("whole")
    _renew_leads(con)
    for table in (*_BY_LEAD, *_ASKED_WHOLE):
        con.execute(f"delete from {table} where lead_id in (select lead_id from {OWN}.touched)")
        con.execute(f"insert into {table} by name from {OWN}.{table}")
    for table in _OF_ALL:
        con.execute(f"delete from {table}")
        con.execute(f"insert into {table} by name from {OWN}.{table}")
    for table in _MADE_AGAIN:
        con.execute(f"delete from {table}")
    con.execute("detach previous")
    con.execute("detach stored")
    draft.attach_previous()


def _renew_leads(con: duckdb.DuckDBPyConnection) -> None:
    """Writes over the leads that have changed, and adds the new ones: their order decides later.

    (Of two that came at one instant the first in the order of the store is the one that the other
    repeats.)
    """
    # (their numbers are given when all are there)
    names = [name for name in columns_of(con, "leads") if name != "lead_number"]
    columns = ", ".join(map(quoted, names))
    fresh = ", ".join(f"{quoted(name)} = fresh.{quoted(name)}" for name in names[1:])
    con.execute(
        f"update leads set {fresh} from (select {columns} from {OWN}.leads semi join "
        f"previous.leads using (lead_id) except select {columns} from previous.leads) as fresh "
        "where leads.lead_id = fresh.lead_id"
    )
    con.execute(
        f"insert into leads by name select own.* from {OWN}.leads as own "
        "anti join previous.leads using (lead_id) order by own.rowid"
    )
