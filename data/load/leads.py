"""The leads of a load: what its files say about each, and what the store knows in a merge.

Works on the connection of a draft. On the way the leads are in the temporary `united`, in which a
lead may still lack its `created_at`; what is settled is inserted into `leads`.
"""

from collections.abc import Mapping, Sequence

import duckdb

from data.load.staging import Intake
from data.values.channels import channels_of
from data.values.text import plain


def unite_leads(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], merge: bool) -> None:
    """Makes `united`: one row per lead of any file, and of the store in a merge.

    What a later file says about a lead goes before what an earlier one or the store says; an empty
    cell says nothing. `is_known` tells whether a file with creation dates, or the store, has it.
    """
    con.execute("drop table if exists united")
    said: dict[str, tuple[str, ...]] = {}
    if merge:
        before = tuple(name for name in columns_of(con, "previous", "leads") if name != "lead_id")
        said["select *, true as is_known from previous.leads"] = before
    for intake in intakes:
        rows, fields = _said_of_leads(intake)
        if fields:
            said[rows] = fields
    if not said:
        con.execute(
            "create temp table united (lead_id varchar, created_at timestamp, is_known boolean)"
        )
        return
    (rows, columns), *others = said.items()
    for fresh, fields in others:
        rows = _overlaid(rows, columns, fresh, fields)
        columns = (*columns, *(name for name in fields if name not in columns))
    created = "" if "created_at" in columns else ", cast(null as timestamp) as created_at"
    # A single list of leads is not copied: it is read once, when it is inserted.
    kind = "table" if others else "view"
    con.execute(f"create temp {kind} united as select *{created} from ({rows})")


def _said_of_leads(intake: Intake) -> tuple[str, tuple[str, ...]]:
    """The query for what a file says about leads, and the columns it has besides the id."""
    fields = (*(("created_at",) if intake.has_creation else ()), *intake.lead_fields)
    known = "true" if intake.has_creation else "false"
    good = f'from "{intake.table}" where refusal is null'
    if intake.entry.table in ("leads", "stage_columns"):
        names = "".join(f', "{name}"' for name in fields)
        return f"select lead_id{names}, {known} as is_known {good}", fields or ("is_known",)
    if intake.entry.table == "stage_history":
        # Moves repeat what is known about the lead: the first that says something counts.
        firsts = "".join(f', arg_min("{name}", line) as "{name}"' for name in fields)
        return f"select lead_id{firsts}, {known} as is_known {good} group by lead_id", fields
    return "", ()


def _overlaid(rows: str, columns: tuple[str, ...], fresh: str, fields: tuple[str, ...]) -> str:
    """The query for leads of two queries, the second going before the first where it says so."""
    chosen = []
    for name in (*columns, *(name for name in fields if name not in columns)):
        if name == "is_known":
            continue
        if name == "channel" and "source" in fields:
            # Of another source now: its channel is yet to be found.
            value = "case when fresh.source is null then known.channel end"
        elif name in columns and name in fields:
            value = f'coalesce(fresh."{name}", known."{name}")'
        else:
            value = f'known."{name}"' if name in columns else f'fresh."{name}"'
        chosen.append(f'{value} as "{name}"')
    return (
        "select coalesce(known.lead_id, fresh.lead_id) as lead_id, "
        + "".join(f"{part}, " for part in chosen)
        + "coalesce(known.is_known, false) or coalesce(fresh.is_known, false) as is_known "
        f"from ({rows}) as known full join ({fresh}) as fresh on known.lead_id = fresh.lead_id"
    )


def settle_leads(
    con: duckdb.DuckDBPyConnection, own_channels: Mapping[str, str], *, strict: bool
) -> int:
    """Decides which leads there are and when they came, and inserts them into `leads`.

    A lead without a creation date came with its earliest move; returns how many did. When `strict`,
    a lead must be known from a file with creation dates or from the store.
    """
    present = columns_of(con, "temp", "united")
    known = {*columns_of(con, None, "leads"), "is_known"}
    for name in present:
        if name not in known:
            con.execute(f'alter table leads add column "{name}" varchar')
    lacking = 0
    firsts = ""
    if not strict or _count(con, "select count(*) from united where created_at is null"):
        con.execute(
            "create or replace temp table first_moves as "
            "select lead_id, min(entered_at) as entered_at from moves group by 1"
        )
        lacking = _count(con, "select count(*) from first_moves")
        firsts = "full join first_moves on united.lead_id = first_moves.lead_id"
    _make_channels(con, own_channels, "source" in present)
    channel = "coalesce(own.channel, united.channel, ours.channel)"
    if "channel" not in present:
        channel = "coalesce(own.channel, ours.channel)"
    if "source" not in present:
        channel = "null"
    joins = "".join(
        f" left join source_channels as {name} on {name}.source = united.source and "
        f"{name}.is_own = {flag}"
        for name, flag in (("own", "true"), ("ours", "false"))
        if "source" in present
    )
    created = "coalesce(united.created_at, first_moves.entered_at)" if firsts else "created_at"
    lead_id = "coalesce(united.lead_id, first_moves.lead_id)" if firsts else "lead_id"
    others = [n for n in present if n not in ("lead_id", "created_at", "channel", "is_known")]
    con.execute(
        f"insert into leads by name select {lead_id} as lead_id, {created} as created_at, "
        + "".join(f'united."{name}", ' for name in others)
        + f"{channel} as channel from united {firsts}{joins} "
        f"where {created} is not null and (not $strict or coalesce(united.is_known, false))",
        {"strict": strict},
    )
    return 0 if strict else lacking


def _make_channels(
    con: duckdb.DuckDBPyConnection, own: Mapping[str, str], has_sources: bool
) -> None:
    """Makes `source_channels`: the channel of every source, and whether the mapping says it."""
    if not has_sources:
        return
    rows = con.execute("select distinct source from united where source is not null").fetchall()
    sources = [row[0] for row in rows]
    own_names = {plain(name) for name in own}
    con.execute(
        "create or replace temp table source_channels as select "
        "unnest($sources) as source, unnest($channels) as channel, unnest($is_own) as is_own",
        {
            "sources": sources,
            "channels": list(channels_of(sources, own).values()),
            "is_own": [plain(source) in own_names for source in sources],
        },
    )


def columns_of(con: duckdb.DuckDBPyConnection, database: str | None, table: str) -> tuple[str, ...]:
    """The columns of a table of a database, the draft's own when not said."""
    where = "database_name = $database" if database else "database_name = current_database()"
    parameters = {"table": table} | ({"database": database} if database else {})
    rows = con.execute(
        f"select column_name from duckdb_columns() where table_name = $table and {where} "
        "order by column_index",
        parameters,
    ).fetchall()
    return tuple(row[0] for row in rows)


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
