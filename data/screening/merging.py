"""The histories of duplicates, told of the lead that they repeat, where a company asks for it."""

import duckdb

from data.screening.rules import Rules

_DATED = {"stage_history": "entered_at", "reasons": "said_at", "touches": "touched_at"}


def merge_histories(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Gives the moves, touches and sales of duplicates to the first lead, and nothing twice.

    A duplicate stays, as a lead that came and has done nothing since. What happened before the
    first lead came stays with it. The source of the last duplicate goes to the first lead where
    the rules give the credit to the last.
    """
    con.execute(
        "create or replace temp table merged as select screening.lead_id as own, "
        "screening.duplicate_of as first, leads.created_at as since "
        "from screening join leads on leads.lead_id = screening.duplicate_of "
        "where duplicate_of is not null"
    )
    for table, date in _DATED.items():
        con.execute(
            f"update {table} set lead_id = merged.first from merged "
            f"where merged.own = {table}.lead_id and {table}.{date} >= merged.since"
        )
    con.execute(
        "update sales set lead_id = merged.first from merged where merged.own = sales.lead_id"
    )
    if rules.credit == "last":
        con.execute(
            "update leads set source = found.credited.source, "
            "source_raw = found.credited.source_raw, channel = found.credited.channel, "
            "campaign = found.credited.campaign from ("
            "select merged.first, arg_max(struct_pack(source := source, source_raw := source_raw, "
            "channel := channel, campaign := campaign), (created_at, place)) as credited "
            "from merged join leads on leads.lead_id = merged.own "
            "join screening on screening.lead_id = merged.own group by merged.first"
            ") as found where leads.lead_id = found.first"
        )
    con.execute("drop table temp.merged")
