"""The moves of a load: gathered from its files, placed on their leads, added to the history.

Works on the connection of a draft: `moves` before its `leads` are settled, the rest after that.
The tables on the way are those of `data.load.staging`.
"""

from collections.abc import Sequence

import duckdb

from data.connection import value
from data.load.intake import Intake
from data.load.rejects import list_cells
from data.load.staging import (
    KNOWN_MOVES,
    MOVES,
    PLACED,
    REFUSALS,
    SLOT_LINES,
    STAGE_SLUGS,
    is_day,
    sql,
    stage_at,
    stage_is_day,
)
from data.mapping.stages import stage_names
from data.pipeline import Pipeline
from data.quoting import literal, one_of
from data.values.text import plain

_LAST = 1_000  # a row's own move comes after those of its stage columns, of which it has fewer
_STEP = 2_100  # more than the last of them and the rank of a stage


def gather_moves(
    con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake], pipeline: Pipeline
) -> None:
    """Makes `moves`: one row per move that the files name, `stage` as it is named there.

    `ordinal` orders the moves of one row of stage columns: as the pipeline does.
    """
    ranks = {slug: rank for rank, slug in enumerate((*pipeline.slugs, *pipeline.exit_slugs))}
    names = stage_names(pipeline)
    cells = one_of({cell: None for intake in intakes for cell in intake.file.cells})
    queries = [_NO_MOVES.format(cells=cells)]
    for intake in intakes:
        for number, stage in enumerate(intake.entry.stages):
            slug = names.get(plain(stage.stage), stage.stage)
            cell = literal(intake.cell_under(stage.column))
            at = f'"{stage_at(number)}"'
            queries.append(
                _moves_of(
                    intake,
                    f"{ranks.get(slug, len(ranks)):d}, cast({cell} as {cells}), lead_id, "
                    f'{literal(slug)}, {at}, "{stage_is_day(number)}", null',
                    f"{at} is not null",
                )
            )
        if intake.has_moves:
            changed_by = "changed_by" if "changed_by" in intake.entry.columns else "null"
            queries.append(
                _moves_of(
                    intake,
                    f"{_LAST:d}, null, lead_id, stage, entered_at, "
                    f'"{is_day("entered_at")}", {changed_by}',
                    "stage is not null and entered_at is not null",
                )
            )
    con.execute(f"create or replace temp view {MOVES} as {' union all '.join(queries)}")


_NO_MOVES = """
    select
        0 as slot, 0::bigint as line, 0 as ordinal, null::{cells} as cell, '' as lead_id,
        '' as stage, null::timestamp as entered_at, false as is_day, '' as changed_by,
        false as at_creation
    where false
"""


def _moves_of(intake: Intake, what: str, condition: str) -> str:
    at_creation = "true" if intake.entry.early_moves == "at_creation" else "false"
    return (
        f"select {intake.slot:d}, line, {what}, {at_creation} "
        f'from "{intake.table}" where refusal is null and {condition}'
    )


def place_moves(con: duckdb.DuckDBPyConnection, pipeline: Pipeline, zone: str) -> None:
    """Makes `placed`: the moves with their leads, and why those that cannot be used are refused.

    Stages are under their slugs where the pipeline knows their names. `zone` is the zone of times
    without an offset.
    """
    slugs = stage_names(pipeline)
    names = [name for (name,) in con.execute(f"select distinct stage from {MOVES}").fetchall()]
    meant = [slugs.get(plain(name), name) for name in names]
    order = (*pipeline.slugs, *pipeline.exit_slugs)
    ranks = {slug: rank for rank, slug in enumerate(order)}
    con.execute(
        f"create or replace temp table {STAGE_SLUGS} as select unnest($names::varchar[]) as stage, "
        "unnest($slugs::varchar[]) as slug, unnest($ranks::bigint[]) as rank",
        {"names": names, "slugs": meant, "ranks": [ranks.get(slug, len(order)) for slug in meant]},
    )
    con.execute(sql("placed"), {"zone": zone})


def refuse_rows(con: duckdb.DuckDBPyConnection, intakes: Sequence[Intake]) -> None:
    """Marks the rows whose lead is not there, and the moves that are too early, as refused."""
    for intake in intakes:
        if intake.entry.table == "stage_history":
            _refuse_moves(con, intake)
        elif intake.entry.table in ("leads", "stage_columns", "touches"):
            _refuse_without_lead(con, intake)


def _refuse_moves(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    for reason, field in (("unknown_lead", "lead_id"), ("before_lead", "entered_at")):
        con.execute(
            f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
            f"where line in (select line from {PLACED} where refusal = $reason and slot = $slot)",
            {"reason": reason, "cell": intake.cell(field), "slot": intake.slot},
        )


def _refuse_without_lead(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    reason, field = "unknown_lead", "lead_id"
    if intake.has_creation:
        if not value(con, f'select count(*) from "{intake.table}" where created_at is null'):
            return
        reason, field = "missing_date", "created_at"
    con.execute(
        f'update "{intake.table}" set refusal = $reason, refused_cell = $cell '
        f'where refusal is null and line in (select line from "{intake.table}" '
        "anti join leads using (lead_id))",
        {"reason": reason, "cell": intake.cell(field)},
    )


def list_early_cells(con: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """Lists the stage dates that are earlier than their lead; the rows themselves are kept."""
    if intake.entry.table == "stage_history":  # there it is the row that is refused
        return
    cells = con.execute(
        f"select distinct cell from {PLACED} where refusal = 'before_lead' and slot = $slot",
        {"slot": intake.slot},
    ).fetchall()
    for (cell,) in cells:
        list_cells(
            con,
            intake,
            "before_lead",
            cell or intake.cell("entered_at"),
            f"rows.line in (select line from {PLACED} where refusal = $reason and slot = $slot "
            "and cell is not distinct from $cell)",
            {"cell": cell},
            whole=False,
        )


def add_history(con: duckdb.DuckDBPyConnection, *, merge: bool) -> None:
    """Adds the moves to `stage_history`, each once, whichever file or load told of it first.

    A row's `position` decides between moves of a lead at one instant: those of several files are in
    the order of the earliest stage that each names, those of one in the order of its lines.
    """
    con.execute(sql("slot_lines"), {"step": _STEP})
    several = value(con, f"select count(distinct slot) > 1 from {PLACED}")
    if not merge and not several:
        # A single file is taken as it is, also where two of its moves are alike.
        con.execute(
            "insert into stage_history by name select lead_id, placed.stage, entered_at, "
            "changed_by, before + line * step + ordinal + rank as position "
            f"from {PLACED} as placed join {SLOT_LINES} using (slot) where refusal is null"
        )
        return
    if merge:
        _add_untouched(con)
    _make_known(con, merge=merge)
    con.execute(f"insert into stage_history by name {sql('united_moves')}")


_OF_FRESH = f"join (select distinct lead_id from {PLACED}) using (lead_id)"


def _add_untouched(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the store's moves of leads that no file moves; lists those that are too early by now."""
    con.execute(
        "insert into stage_history by name select had.* from previous.stage_history as had "
        f"join leads using (lead_id) anti {_OF_FRESH} "
        "where had.known = 'moved' and had.entered_at >= leads.created_at"
    )
    con.execute(
        f"insert into {REFUSALS} by name "
        "select 'the store' as file, 'entered_at' as \"column\", "
        "had.entered_at::varchar as value, 'before_lead' as reason, false as is_row, "
        "concat_ws(',', lead_id, stage, had.entered_at) as raw "
        "from previous.stage_history as had join leads using (lead_id) "
        "where had.known = 'moved' and had.entered_at < leads.created_at"
    )


def _make_known(con: duckdb.DuckDBPyConnection, *, merge: bool) -> None:
    """Makes `known_moves`; empty unless the store is added to."""
    names = "had.lead_id, had.stage, had.entered_at, had.position, had.changed_by"
    rows = (
        f"select {names} from previous.stage_history as had join leads using (lead_id) "
        f"semi {_OF_FRESH} where had.known = 'moved' and had.entered_at >= leads.created_at"
        if merge
        else f"select {names} from stage_history as had where false"
    )
    con.execute(f"create or replace temp table {KNOWN_MOVES} as {rows}")
