-- The moves that the history does not have yet. It is a multiset keyed by lead, stage and instant:
-- a move that a file names once, and the history or an earlier file has once, is the same move.
-- Grain: one row per move, with the columns of placed.
-- Parameters: none; reads placed, stage_history.
with numbered as (
    select
        *,
        row_number() over (
            partition by slot, lead_id, stage, entered_at order by line, ordinal
        ) as occurrence
    from placed
    where refusal is null
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
