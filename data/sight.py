"""A sight: what somebody may see of a generation, of which leads and with which of their data.

The engine holds to it: in place of the generation's tables a connection finds views of the same
names, with the rows and columns that may be seen. So whatever is asked, by a page, a list, a file
or a count in between, is asked of these alone. What is of no single lead, as spend is, is of
nobody who does not see all leads.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import duckdb

from data.errors import NotShown
from data.quoting import literal, quoted

Rows = tuple[tuple[str, tuple[str | None, ...]], ...]
"""Dimensions with the values that a lead has one of, in each; None is the missing value."""

_OF_NOBODY = ("about", "stages", "rates", "exchange", "screening_rules")
"""The tables that say nothing of any lead, and nothing of what was spent on them."""
_WITH_DIMENSIONS = ("reaches", "stays")
"""The views whose rows have all dimensions of their lead."""
_CONTACTS = ("name", "email", "phone")
_COMPANIES = "companies_of_several"
_AS_IT_CAME = ("rejected_rows", "further_cells", "reasons", "given_reasons")
"""The tables of what was in the files, whatever that is, such as what people wrote of a lead."""


@dataclass(frozen=True)
class Sight:
    """Which leads are seen, and whether with their names, e-mail addresses and phone numbers.

    rows: a lead is seen that fulfils all of these; by none, every lead is. Where a generation does
        not have one of the dimensions, nobody fulfils it.
    leads: whether single leads may be seen at all, in lists and one by one. Who counts reads them
        in any case, so it is where they would be handed out that this is held to.
    repeats: whether it may be seen which lead another one repeats, that may not be among them.
    """

    rows: Rows = ()
    contacts: bool = True
    leads: bool = True
    repeats: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether all of a generation is seen, as it is."""
        return not self.rows and self.contacts and self.repeats

    @property
    def id(self) -> str:
        """A name for it that no other sight has, of letters and digits."""
        return blake2b(repr(self).encode(), digest_size=12).hexdigest()

    def require_leads(self) -> None:
        """Raises NotShown where single leads are not told of."""
        if not self.leads:
            raise NotShown("Single leads are not part of what is shown.")

    def show(self, con: duckdb.DuckDBPyConnection, database: str, schema: str) -> None:
        """Makes a schema of views with the names of the tables of a database, and what is seen."""
        tables, where = _tables(con, database), f"{quoted(database)}.main"
        seen = " and ".join(
            _is_one_of(name, values) if name in tables["reaches"] else "false"
            for name, values in self.rows
        )
        con.execute(f"create schema if not exists {schema}")
        if self.rows:
            con.execute(
                f"create or replace table {schema}.{_COMPANIES} as select company_number "
                f"from {_entries(where)} and {seen} group by company_number having count(*) > 1"
            )
        for table, columns in tables.items():
            replaced = ", ".join(self._replaced(table, columns, schema, where, seen))
            kept = f"* replace ({replaced})" if replaced else "*"
            condition = self._condition(table, columns, where, seen)
            con.execute(
                f"create or replace view {schema}.{quoted(table)} as "
                f"select {kept} from {where}.{quoted(table)} where {condition}"
            )

    def _replaced(
        self, table: str, columns: Collection[str], schema: str, where: str, seen: str
    ) -> Iterator[str]:
        """What columns of a table show in place of what is in them."""
        if self.rows and "company_number" in columns:
            # Who is the only lead of a company that is seen is that of no company to reckon with.
            yield (
                f"case when company_number in (from {schema}.{_COMPANIES}) then company_number end "
                "as company_number"
            )
        if not self.repeats and "duplicate_of" in columns:
            yield "cast(null as varchar) as duplicate_of"
        elif self.rows and "duplicate_of" in columns:
            # That a lead repeats another is known to all; which one, to who sees that one, too.
            yield (
                f"case when duplicate_of in (select lead_id from {where}.leads where "
                f"{_is_seen(where, seen)}) then duplicate_of end as duplicate_of"
            )
        if table == "leads" and not self.contacts:
            yield from (f"cast(null as varchar) as {name}" for name in _CONTACTS)

    def _condition(self, table: str, columns: Collection[str], where: str, seen: str) -> str:
        """Which rows of a table are seen: none of one that is not known here."""
        if not self.contacts and table in _AS_IT_CAME:
            return "false"
        if not self.rows or table in _OF_NOBODY:
            return "true"
        if table in _WITH_DIMENSIONS:
            return seen
        numbered = _is_seen(where, seen)
        if "lead_number" in columns:
            return numbered
        if "lead_id" in columns:
            return f"lead_id in (select lead_id from {where}.leads where {numbered})"
        return "false"


WHOLE = Sight()
"""The sight of who sees everything."""


def _entries(where: str) -> str:
    """The rows by which each lead has entered, one for each; conditions may follow."""
    return f"{where}.reaches where stage_rank = 0"


def _is_seen(where: str, seen: str) -> str:
    """The condition of a row with the number of a lead that is seen."""
    return f"lead_number in (select lead_number from {_entries(where)} and {seen})"


def _is_one_of(dimension: str, values: Collection[str | None]) -> str:
    listed = ", ".join(literal(value) for value in values if value is not None)
    # Compared as texts: a dimension knows no other values than its generation has.
    found = f"list_contains(cast([{listed}] as varchar[]), cast({quoted(dimension)} as varchar))"
    return f"({found} or {quoted(dimension)} is null)" if None in values else found


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """The tables of a database with their columns."""
    found = con.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where database_name = ? and schema_name = 'main' and not internal group by table_name",
        [database],
    )
    return dict(found.fetchall())
