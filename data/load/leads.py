"""The leads of a load: what its files say about each, and what the store knows in a merge.

Works on the connection of a draft. On the way the leads are in `united` (see `data.load.staging`),
in which a lead may still lack its `created_at`; what is settled is inserted into `leads`.
"""

from collections.abc import Mapping, Sequence

import duckdb

from data.connection import columns_of, value
from data.load.intake import Intake
from data.load.staging import FIRST_MOVES, MOVES, SOURCE_CHANNELS, UNITED
from data.mapping.fields import OF_LEADS
from data.mapping.media import channel_with
from data.values.channels import channels_of
from data.values.text import plain


def unite_leads(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], merge: bool) -> None:
    """Makes `united`: one row per lead of any file, and of the store in a merge.

    What a later file says about a lead goes before what an earlier one or the store says; an empty
    cell says nothing.
    """
    con.execute(f"drop table if exists {UNITED}")
    said: dict[str, tuple[str, ...]] = {}
    if merge:
        before = tuple(
            name
            for name in columns_of(con, "leads", "previous")
            if name not in ("lead_number", "lead_id", "came_with_move")
        )
        said[_STORED] = before
    for intake in intakes:
        rows, fields = _said_of_leads(intake)
        if fields:
            said[rows] = fields
    if not said:
        con.execute(
            f"create temp table {UNITED} (lead_id varchar, created_at timestamp, is_known boolean)"
        )
        return
    (rows, columns), *others = said.items()
    for fresh, fields in others:
        rows = _overlaid(rows, columns, fresh, fields)
        columns = (*columns, *(name for name in fields if name not in columns))
    created = "" if "created_at" in columns else ", cast(null as timestamp) as created_at"
    # A single list of leads is not copied: it is read once, when it is inserted.
    kind = "table" if others else "view"
    con.execute(f"create temp {kind} {UNITED} as select *{created} from ({rows})")


# When such a lead came is found anew: an earlier move of it may have come to light.
_STORED = (
    "select * exclude (lead_number, came_with_move) "
    "replace (case when not came_with_move then created_at end as created_at), true as is_known "
    "from previous.leads"
)


def _said_of_leads(intake: Intake) -> tuple[str, tuple[str, ...]]:
    """The query for what a file says about leads, and the columns it has besides the id."""
    fields = (*(("created_at",) if intake.has_creation else ()), *intake.lead_fields)
    known = "true" if intake.has_creation else "false"
    good = f'from "{intake.table}" where refusal is null'
    if _has_each_once(intake):
        names = "".join(f', "{name}"' for name in fields)
        return f"select lead_id{names}, {known} as is_known {good}", fields or ("is_known",)
    if intake.entry.table in OF_LEADS:
        # Its rows repeat what is known about the lead: the first that says something counts, and
        # of several days on which it came the earliest.
        firsts = "".join(
            f", min({name}) as {name}"
            if name == "created_at"
            else f', arg_min("{name}", line) as "{name}"'
            for name in fields
        )
        said = fields or ("is_known",) * (intake.entry.table != "stage_history")
        return f"select lead_id{firsts}, {known} as is_known {good} group by lead_id", said
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


def further_dimensions(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The columns that the leads of the store have besides the usual ones."""
    return set(columns_of(con, "leads", "previous")) - set(columns_of(con, "leads"))


def keep_further(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], *, merge: bool) -> None:
    """Adds to `further_cells` what the columns beyond the dimensions say about the leads.

    As with the others, a later file goes before an earlier one and the store, and an empty cell
    says nothing.
    """
    said = ["select 0 as slot, * from previous.further_cells"] if merge else []
    bound: dict[str, list[str] | list[int]] = {}
    for intake in intakes:
        if intake.further:
            numbers = [int(cell.removeprefix("#")) for cell, _ in intake.further]
            cells = f"list_select({intake.file.row_of('file')}, $numbers_{intake.slot:d})"
            bound[f"numbers_{intake.slot:d}"] = numbers
            bound[f"headers_{intake.slot:d}"] = [header for _, header in intake.further]
            said.append(
                f"select {intake.slot:d} as slot, lead_id, unnest($headers_{intake.slot:d}) as "
                f'header, unnest({cells}) as value from "{intake.file.table}" as file '
                f'join "{intake.table}" as rows using (line) where refusal is null'
            )
    if said:
        con.execute(
            "insert into further_cells select lead_id, header, arg_max(value, slot) as value "
            f"from ({' union all '.join(said)}) semi join leads using (lead_id) "
            "where value is not null group by lead_id, header order by lead_id, header",
            bound or None,
        )


def settle_leads(
    con: duckdb.DuckDBPyConnection,
    intakes: Sequence[Intake],
    company_channels: Mapping[str, str],
    *,
    strict: bool,
    merge: bool,
) -> int:
    """Decides which leads there are and when they came, and inserts them into `leads` in order.

    A lead without a creation date came with its earliest move, of the files and in a merge of the
    store; returns how many have one in the files. When `strict`, a lead must be known from a file
    with creation dates or from the store.
    """
    given = columns_of(con, UNITED.name, "temp")
    known = {*columns_of(con, "leads"), "is_known"}
    for name in given:
        if name not in known:
            con.execute(f'alter table leads add column "{name}" varchar')
    from_moves = 0
    lead_id, created, moves = "united.lead_id", "united.created_at", ""
    if not strict or value(con, f"select count(*) from {UNITED} where created_at is null"):
        every = f"select lead_id, entered_at, true as is_fresh from {MOVES}"
        if merge:
            every += (
                " union all select lead_id, entered_at, false from previous.stage_history "
                "where known = 'moved'"
            )
        con.execute(
            f"create or replace temp table {FIRST_MOVES} as select lead_id, min(entered_at) as "
            f"entered_at, bool_or(is_fresh) as is_fresh from ({every}) group by 1"
        )
        from_moves = value(con, f"select count(*) filter (is_fresh) from {FIRST_MOVES}")
        lead_id = "coalesce(united.lead_id, first_moves.lead_id)"
        created = "coalesce(united.created_at, first_moves.entered_at)"
        moves = f"full join {FIRST_MOVES} on united.lead_id = first_moves.lead_id"
    channel, sources = "null", ""
    if "source" in given:
        medium = "medium" if "medium" in given else None
        _make_channels(con, company_channels, medium)
        # What the mapping says, else the store, else sources.toml.
        stored = "united.channel, " if "channel" in given else ""
        channel = (
            f"case when named.is_own then named.channel else coalesce({stored}named.channel) end"
        )
        sources = f" left join {SOURCE_CHANNELS} as named on named.source = united.source"
        if medium:
            sources += " and named.medium is not distinct from united.medium"
    order = ""
    if merge or moves or not _is_one_list(intakes):
        sources += f" left join ({_first_named(intakes, merge=merge)}) as named_first"
        sources += f" on named_first.lead_id = {lead_id}"
        order = " order by named_first.at"
    others = [n for n in given if n not in ("lead_id", "created_at", "channel", "is_known")]
    con.execute(
        f"insert into leads by name select {lead_id} as lead_id, {created} as created_at, "
        "united.created_at is null as came_with_move, "
        + "".join(f'united."{name}", ' for name in others)
        + f"{channel} as channel from {UNITED} as united {moves}{sources} "
        f"where {created} is not null and (not $strict or coalesce(united.is_known, false)){order}",
        {"strict": strict},
    )
    return 0 if strict else from_moves


def _is_one_list(intakes: Sequence[Intake]) -> bool:
    """Whether the leads of the files stand in order as they are: in one list, before all moves."""
    about = [intake for intake in intakes if intake.entry.table in OF_LEADS]
    lists = [intake for intake in about if _said_of_leads(intake)[1]]
    return lists == about[:1] and all(map(_has_each_once, lists))


def _has_each_once(intake: Intake) -> bool:
    """Whether each row of a file is a lead of its own."""
    may_repeat = intake.entry.may_repeat or intake.repeats
    return intake.entry.table in ("leads", "stage_columns") and not may_repeat


def _first_named(intakes: Sequence[Intake], *, merge: bool) -> str:
    """The query for where each lead is first named: in the store, else by file and line.

    In this order leads stand in `leads`, whether their files come at once or one after the other:
    of two that came at one instant the first is the one that the other repeats.
    """
    named = [
        f'select lead_id, {intake.slot:d} as slot, line from "{intake.table}"'
        for intake in intakes
        if intake.entry.table in OF_LEADS
    ]
    if merge:
        named.append("select lead_id, 0 as slot, rowid as line from previous.leads")
    return f"select lead_id, min((slot, line)) as at from ({' union all '.join(named)}) group by 1"


def _make_channels(
    con: duckdb.DuckDBPyConnection, company_channels: Mapping[str, str], medium: str | None
) -> None:
    """Makes `source_channels`: the channel of every source, and whether the mapping says it.

    `medium`: the column of the leads that says whether the source was paid for, if there is one.
    """
    pairs = con.execute(
        f"select distinct source, {medium or 'null'} from {UNITED} where source is not null"
    ).fetchall()
    named = channels_of({source for source, _ in pairs}, company_channels)
    company_names = {plain(name) for name in company_channels}
    own = [plain(source) in company_names for source, _ in pairs]
    con.execute(
        f"create or replace temp table {SOURCE_CHANNELS} as select "
        "unnest($sources) as source, unnest($media::varchar[]) as medium, "
        "unnest($channels) as channel, unnest($is_own) as is_own",
        {
            "sources": [source for source, _ in pairs],
            "media": [each for _, each in pairs],
            "channels": [
                named[source] if is_own else channel_with(named[source], source, each)
                for (source, each), is_own in zip(pairs, own, strict=True)
            ],
            "is_own": own,
        },
    )
