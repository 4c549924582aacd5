"""The reasons of a load: why leads were lost or went back, as its files name them.

Works on the connection of a draft, when its moves and its statuses are there.
"""

from collections.abc import Sequence

import duckdb

from data.load.intake import Intake
from data.load.staging import PLACED, REASON_KINDS, SAID, TOLD_REASONS, sql
from data.mapping.fields import OF_LEADS
from data.mapping.reasons import kinds_of
from data.pipeline import Pipeline


def add_reasons(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], pipeline: Pipeline, *, merge: bool
) -> None:
    """Adds `reasons`, each once: those of the files, and in a merge of the store."""
    queries = [
        _told(intake, pipeline)
        for intake in intakes
        if intake.entry.table in OF_LEADS and "reason" in intake.entry.columns
    ]
    if merge:
        queries.append(_KEPT)
    if not queries:
        return
    con.execute(
        f"create or replace temp table {TOLD_REASONS} as select distinct * "
        f"from ({' union all '.join(queries)}) semi join leads using (lead_id)"
    )
    texts = [
        text for (text,) in con.execute(f"select distinct reason from {TOLD_REASONS}").fetchall()
    ]
    kinds = kinds_of(texts, pipeline)
    con.execute(
        f"create or replace temp table {REASON_KINDS} as select "
        "unnest($texts::varchar[]) as reason, unnest($kinds::varchar[]) as kind",
        {"texts": [*kinds], "kinds": [*kinds.values()]},
    )
    con.execute(f"insert into reasons by name {sql('reasons')}")


_KEPT = (
    "select lead_id, had.stage, had.said_at, had.known, had.reason "
    "from previous.reasons as had join leads using (lead_id) "
    "where had.known <> 'moved' or had.said_at >= leads.created_at"
)
"""What the store has, but of moves that are earlier than their lead by now: they are none."""


def _told(intake: Intake, pipeline: Pipeline) -> str:
    """The query for what the good rows of a file say: of their status, else of their move.

    Of several moves in a row it is the last one out of the pipeline; where a row names neither
    a status nor a move, it is whichever exit the lead took last.
    """
    exits = range(len(pipeline.slugs), len(pipeline.slugs) + len(pipeline.exits))
    statuses = "select 0::bigint as line, ''::varchar as stage, null::timestamp as seen_at"
    if intake.has_statuses:
        statuses = f"select line, stage, seen_at from {SAID} where slot = {intake.slot:d}"
    return (
        "select lead_id, coalesce(status.stage, last_move.move.stage) as stage, "
        "coalesce(status.seen_at, last_move.move.entered_at) as said_at, "
        "case when last_move.line is null or status.stage is not null then 'status' "
        "else 'moved' end as known, trim(part) as reason "
        f"from (select line, lead_id, unnest(string_split(reason, ';')) as part "
        f'from "{intake.table}" where refusal is null and reason is not null) as rows '
        f"left join ({statuses}) as status on status.line = rows.line and status.stage <> '' "
        "left join (select line, arg_max(struct_pack(stage := stage, entered_at := entered_at), "
        f"(rank between {exits.start:d} and {exits.stop - 1:d}, entered_at, ordinal)) as move "
        f"from {PLACED} where slot = {intake.slot:d} and refusal is null group by line"
        ") as last_move on last_move.line = rows.line where trim(part) <> ''"
    )
