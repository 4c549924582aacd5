-- The moves of files, and of the store for the same leads, each once. They are a multiset keyed by
-- lead, stage and instant: what one file names once, and another or the store has once, is one move.
-- What is kept of it does not depend on which of them came first: the lowest position, and the first
-- name in order of the alphabet of who made it.
-- Grain: one row per move, with the columns of stage_history.
-- Parameters: none; reads placed, slot_lines, known_moves.
with numbered as (
    select
        placed.slot,
        placed.lead_id,
        placed.stage,
        placed.entered_at,
        slot_lines.before + placed.line * slot_lines.step + placed.ordinal + placed.rank
            as position,
        placed.changed_by,
    from placed
    join slot_lines on slot_lines.slot = placed.slot
    where placed.refusal is null
    union all
    select
        0 as slot,
        lead_id,
        stage,
        entered_at,
        position,
        changed_by,
    from known_moves
),
counted as (
    select
        *,
        row_number() over (
            partition by slot, lead_id, stage, entered_at order by position
        ) as occurrence,
    from numbered
)
select
    lead_id,
    stage,
    entered_at,
    min(position) as position,
    min(changed_by) as changed_by,
from counted
group by lead_id, stage, entered_at, occurrence
