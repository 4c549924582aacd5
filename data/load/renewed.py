"""What screens scan after a merge, made anew for the leads that it touches alone.

Rows of other leads stay as they are, but for what all leads have in common: the texts of the types,
and the numbers of leads and companies. The draft is the copy that `data.load.touched` makes of the
generation before, and its own database has the rows of the leads that are touched.
"""

import duckdb

from data.connection import columns_of, value
from data.derive import (
    COMPANIES,
    COMPANY,
    OF_LEADS,
    derive_costs,
    derive_leads,
    drop_all,
    hide,
    number_leads,
    show,
)
from data.draft import OWN, Draft
from data.layout import JUDGED, TOUCHED, Layout, lay_out, make_type, type_of
from data.load.touched import are_few
from data.progress import Progress
from data.quoting import quoted

_READ = ("leads", "stage_history", "reasons", "sales", "touches")
_WITH_DIMENSIONS = ("reached", "further_wins", "stayed")


def derive_touched(draft: Draft, progress: Progress) -> Layout:
    """Makes the tables that `data.derive.derive` makes, to the row.

    Those of the leads that are touched are derived; those of all leads where these change what is
    said of the others.
    """
    con = draft.con
    layout = lay_out(con, draft.pipeline)
    _touch_judged(con)
    touched = value(con, f"select count(*) from leads semi join {OWN}.touched using (lead_id)")
    if not (are_few(draft, touched) and _stays_as_it_is(draft, layout)):
        drop_all(con)
        con.execute("checkpoint")  # so that the room of the tables is taken by the new ones
        derive_leads(con, draft.pipeline, layout, progress)
    else:
        con.execute(f"use {OWN}")
        derive_leads(con, draft.pipeline, layout, progress)
        con.execute("use whole")
        for table in OF_LEADS:
            con.execute(
                f"delete from {table} where lead_number in (select lead_number from leads "
                f"semi join {OWN}.touched using (lead_id))"
            )
        hide(con)
        _name_values(con, layout)
        show(con, layout)
        _put_in(con)
        _number_companies(con)
        con.execute("drop table exchange; drop table costs")
        draft.appended = touched + (draft.previous.appended if draft.previous else 0)
    derive_costs(con, draft.currency)
    return layout


def _stays_as_it_is(draft: Draft, layout: Layout) -> bool:
    """Whether the other leads have the same dimensions, and of those the same values."""
    before, types = draft.previous, _types(draft.con)
    return (
        before is not None
        and layout.dimensions == before.dimensions
        and {*layout.held} == {*layout.dimensions} & {*columns_of(draft.con, "reached")}
        and layout.grouped.keys() == before.grouped.keys()
        and all(layout.texts.get(name) == types.get(name) for name in layout.grouped)
    )


def _types(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The dimensions whose values have a type in the draft, with its texts."""
    rows = con.execute(
        "select type_name, labels from duckdb_types() where database_name = current_database() "
        f"and starts_with(type_name, '{type_of('')}')"
    ).fetchall()
    return {name.removeprefix(type_of("")): texts for name, texts in rows}


def _touch_judged(con: duckdb.DuckDBPyConnection) -> None:
    """Adds to the leads that are touched those that are judged in another way than before."""
    fresh, had = (
        f"({', '.join(f'{table}.{name}' for name in JUDGED)})" for table in ("screening", "had")
    )
    con.execute(
        "create temp table judged as select lead_id from screening "
        "full join previous.screening as had using (lead_id) "
        f"where {fresh} is distinct from {had}"
    )
    con.execute(f"delete from judged where lead_id in (select lead_id from {OWN}.touched)")
    for table in _READ:
        con.execute(
            f"insert into {OWN}.{table} by name from {table} semi join judged using (lead_id)"
        )
    con.execute(f"insert into {OWN}.touched from judged")
    con.execute(
        f"insert into {OWN}.screening from screening semi join {OWN}.touched using (lead_id)"
    )
    con.execute("drop table judged")


def _name_values(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Makes the types anew whose texts are others by now."""
    types = _types(con)
    for name in layout.held:
        texts = layout.texts.get(name)
        if texts == types.get(name):
            continue
        kind = "varchar" if texts is None else quoted(type_of(name))
        if name in types:
            con.execute(f"drop type {quoted(type_of(name))}")
        if texts is not None:
            make_type(con, type_of(name), texts)
        columns = [(table, name, kind) for table in _WITH_DIMENSIONS]
        if name in TOUCHED:
            columns += [("contacts", name, kind), ("contacts", f"{name}s", f"{kind}[]")]
        for table, column, of in columns:
            # (the engine converts rows that are deleted, too, whose values may have no text now)
            con.execute(
                f"alter table {table} alter column {quoted(column)} type {of} "
                f"using try_cast({quoted(column)} as {of})"
            )


def _put_in(con: duckdb.DuckDBPyConnection) -> None:
    """Puts the rows of the leads that are touched beside those of the others, numbered as one."""
    number_leads(con)
    con.execute("create temp table shifted as select had, number from numbers where had <> number")
    con.execute("drop table numbers")
    has_shifted = value(con, "select count(*) from shifted")
    for table in OF_LEADS:
        if has_shifted:
            con.execute(
                f"update {table} set lead_number = number from shifted "
                f"where {table}.lead_number = shifted.had"
            )
        con.execute(
            f"insert into {table} by name "
            "select fresh.* replace (leads.lead_number as lead_number) "
            f"from {OWN}.{table} as fresh join {OWN}.leads as own using (lead_number) "
            "join leads on leads.lead_id = own.lead_id"
        )
    con.execute("drop table shifted")


def _number_companies(con: duckdb.DuckDBPyConnection) -> None:
    """Numbers the companies of all leads anew, if one that is touched has any."""
    if not value(con, f"select count(company) from {OWN}.leads"):
        return
    con.execute(
        f"create temp table regrouped as with companies as ({COMPANIES}) "
        "select lead_number, companies.company_number as number from reached "
        "join leads using (lead_number) "
        f"left join companies on companies.company_name = {COMPANY} "
        "where stage_rank = 0 "
        "and companies.company_number is distinct from reached.company_number"
    )
    for table in OF_LEADS:
        if "company_number" in columns_of(con, table):
            con.execute(
                f"update {table} set company_number = number from regrouped "
                f"where {table}.lead_number = regrouped.lead_number"
            )
    con.execute("drop table regrouped")
