"""The moves of a load: gathered from its files, placed on their leads, added to the history.

Works on the connection of a draft, after its `leads` are settled. `moves` and `placed` are
temporary; `placed` knows why a move cannot be used.
"""

from collections.abc import Sequence

import duckdb

from data.load.staging import Intake, list_cells
from data.mapping.guess import stage_names
from data.pipeline import Pipeline
from data.values.text import plain

_NO_ROW_ORDER = 1_001  # more than there are stages in a row of stage columns


def gather_moves(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], pipeline: Pipeline
) -> None:
    """Makes `moves`: one row per move that the files name, `stage` as it is named there.

    `ordinal` orders the moves of one row of stage columns: as the pipeline does.
    """
    ranks = {slug: rank for rank, slug in enumerate((*pipeline.slugs, *pipeline.exit_slugs))}
    names = stage_names(pipeline)
    queries = [_NO_MOVES]
    for intake in intakes:
        for number, stage in enumerate(intake.stages):
            slug = names.get(plain(stage), stage)
            cell = intake.cell_under(intake.stage_headers[number])
            queries.append(
                _moves_of(
                    intake,
                    f"{ranks.get(slug, len(ranks)):d}, {_literal(cell)}, lead_id, "
                    f'{_literal(slug)}, "#at_{number}", "#day_{number}", null',
                    f'"#at_{number}" is not null',
                )
            )
        if intake.has_moves:
            changed_by = "changed_by" if "changed_by" in intake.entry.columns else "null"
            queries.append(
                _moves_of(
                    intake,
                    f"{_NO_ROW_ORDER - 1:d}, null, lead_id, stage, entered_at, "
                    f'"entered_at#day", {changed_by}',
                    "stage is not null and entered_at is not null",
                )
            )
    con.execute(f"create or replace temp view moves as {' union all '.join(queries)}")


_NO_MOVES = """
    select
        0 as slot, 0::bigint as line, 0 as ordinal, '' as cell, '' as lead_id, '' as stage,
        null::timestamp as entered_at, false as is_day, '' as changed_by, false as at_creation
    where false
"""


def _moves_of(intake: Intake, what: str, condition: str) -> str:
    at_creation = "true" if intake.entry.early_moves == "at_creation" else "false"
    return (
        f"select {intake.slot:d}, line, {what}, {at_creation} "
        f'from "{intake.table}" where refusal is null and {condition}'
    )


def place_moves(con: duckdb.DuckDBPyConnection, pipeline: Pipeline, zone: str) -> None:
    """Fills `placed`: the moves with their leads, and why those that cannot be used are refused.

    Stages are under their slugs where the pipeline knows their names. A move dated with a day only
    counts at the creation of its lead if that is later on that day.
    """
    names = stage_names(pipeline)
    found = [row[0] for row in con.execute("select distinct stage from moves").fetchall()]
    con.execute(
        "create or replace temp table stage_slugs as "
        "select unnest($names) as stage, unnest($slugs) as slug",
        {"names": found, "slugs": [names.get(plain(name), name) for name in found]},
    )
    local = "cast(timezone($zone, timezone('UTC', {})) as date)"
    same_day = f"{local.format('moves.entered_at')} = {local.format('leads.created_at')}"
    con.execute(
        f"""
        create or replace temp table placed as
        select
            moves.* exclude (stage, entered_at),
            stage_slugs.slug as stage,
            greatest(moves.entered_at, leads.created_at) as entered_at,
            case
                when leads.lead_id is null then 'unknown_lead'
                when moves.entered_at >= leads.created_at then null
                when moves.at_creation then null
                when moves.is_day and {same_day} then null
                else 'before_lead'
            end as refusal
        from moves
        join stage_slugs on stage_slugs.stage = moves.stage
        left join leads on moves.lead_id = leads.lead_id
        """,
        {"zone": zone},
    )


def refuse_rows(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake]) -> None:
    """Marks the rows whose lead is not there, and the moves that are too early, as refused."""
    for intake in intakes:
        if intake.entry.table == "stage_history":
            _refuse_moves(con, intake)
        elif intake.entry.table in ("leads", "stage_columns", "touches"):
            _refuse_without_lead(con, intake)
            _list_early_cells(con, intake)


def _refuse_moves(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    for reason, field in (("unknown_lead", "lead_id"), ("before_lead", "entered_at")):
        con.execute(
            f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
            "where line in (select line from placed where refusal = $reason and slot = $slot)",
            {"reason": reason, "cell": intake.cell(field), "slot": intake.slot},
        )


def _refuse_without_lead(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    reason, field = "unknown_lead", "lead_id"
    if intake.has_creation:
        dateless = f'select count(*) from "{intake.table}" where created_at is null'
        if not _count(con, dateless):
            return
        reason, field = "missing_date", "created_at"
    con.execute(
        f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
        f'where refusal is null and line in (select line from "{intake.table}" '
        "anti join leads using (lead_id))",
        {"reason": reason, "cell": intake.cell(field)},
    )


def _list_early_cells(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Lists the stage dates that are earlier than their lead; the rows themselves are kept."""
    early = f"select line from placed where refusal = 'before_lead' and slot = {intake.slot:d}"
    cells = con.execute(early.replace("line", "distinct cell", 1)).fetchall()
    for (cell,) in cells:
        list_cells(
            con,
            intake,
            "before_lead",
            cell or intake.cell("entered_at"),
            f"rows.line in ({early} and cell is not distinct from {_literal(cell)})",
            whole=False,
        )


def add_history(con: duckdb.DuckDBPyConnection, *, merge: bool) -> int:
    """Adds the moves to `stage_history` and returns how many there were that it did not have.

    The history is a multiset keyed by lead, stage and instant: a move that a file names once and
    the store, or an earlier file, has once already is the same move.
    """
    first = 0
    if merge:
        con.execute(
            "insert into stage_history by name select had.* from previous.stage_history as had "
            "join leads using (lead_id) where had.entered_at >= leads.created_at"
        )
        con.execute(
            "insert into refusals by name "
            "select 'the store' as file, 'entered_at' as \"column\", "
            "had.entered_at::varchar as value, 'before_lead' as reason, false as is_row, "
            "concat_ws(',', lead_id, stage, had.entered_at) as raw "
            "from previous.stage_history as had join leads using (lead_id) "
            "where had.entered_at < leads.created_at"
        )
        first = 1 + _count(con, "select coalesce(max(position), 0) from stage_history")
    slots = _count(con, "select count(distinct slot) from placed")
    moves = "select * from placed where refusal is null"
    if slots > 1 or first:
        moves = f"""
            with numbered as (
                select
                    *,
                    row_number() over (
                        partition by slot, lead_id, stage, entered_at order by line, ordinal
                    ) as occurrence
                from ({moves})
            ),
            had as (
                select
                    lead_id,
                    stage,
                    entered_at,
                    row_number() over (
                        partition by lead_id, stage, entered_at order by position
                    ) as occurrence
                from stage_history
            ),
            distinct_moves as (
                select * from numbered
                qualify row_number() over (
                    partition by lead_id, stage, entered_at, occurrence order by slot
                ) = 1
            )
            select * from distinct_moves
            anti join had using (lead_id, stage, entered_at, occurrence)
        """
    # A file's lines begin after those of the file before it.
    con.execute(
        "create or replace temp table slot_lines as select slot, coalesce(sum(lines) over "
        "(order by slot rows between unbounded preceding and 1 preceding), 0)::bigint as before "
        "from (select slot, max(line) + 1 as lines from placed group by 1)"
    )
    had = _count(con, "select count(*) from stage_history")
    con.execute(
        f"insert into stage_history by name select lead_id, stage, entered_at, changed_by, "
        f"{first:d} + (before + line) * {_NO_ROW_ORDER:d} + ordinal as position "
        f"from ({moves}) join slot_lines using (slot)"
    )
    return _count(con, "select count(*) from stage_history") - had


def _literal(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
