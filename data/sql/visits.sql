-- What happened to each lead, in order: its visits to stages and exits.
-- Grain: one row per lead and visit; rows that repeat the stage before them are one visit. Sorted by
-- lead and visit.
-- Stages the pipeline does not know are left out. A lead that has reached no stage by the time it
-- was created enters the first stage then. is_timed: whether it is known when it began, other than
-- of one that is only known from a present status. left_at, next_stage, next_rank, is_end_timed: of
-- the visit after it, null for the last one.
-- Parameters: none; reads numbered_leads, stages, stage_history.
create temp table visits as
with moves as (
    select
        numbered_leads.lead_number,
        stages.stage,
        stages.stage_rank,
        stages.group_rank,
        stage_history.entered_at,
        stage_history.position,
        stage_history.known = 'moved' as is_timed,
    from stage_history
    join stages on cast(stages.stage as varchar) = stage_history.stage
    join numbered_leads on numbered_leads.lead_id = stage_history.lead_id
),
first_moves as (
    select
        lead_number,
        min(entered_at) as first_moved_at,
    from moves
    where stage_rank is not null
    group by lead_number
),
creations as (
    select
        numbered_leads.lead_number,
        stages.stage,
        stages.stage_rank,
        stages.group_rank,
        numbered_leads.created_at as entered_at,
        -1 as position,
        true as is_timed,
    from numbered_leads
    left join first_moves on first_moves.lead_number = numbered_leads.lead_number
    join stages on stages.stage_rank = 0
    where first_moves.first_moved_at is null
        or first_moves.first_moved_at > numbered_leads.created_at
),
entries as (
    select * from moves
    union all
    select * from creations
),
ordered as (
    select
        *,
        lag(stage) over (
            partition by lead_number order by entered_at, position
        ) as stage_before,
    from entries
)
select
    lead_number,
    stage,
    stage_rank,
    group_rank,
    entered_at,
    is_timed,
    row_number() over (
        partition by lead_number order by entered_at, position
    ) as visit_number,
    lead(entered_at) over (
        partition by lead_number order by entered_at, position
    ) as left_at,
    lead(stage) over (partition by lead_number order by entered_at, position) as next_stage,
    lead(stage_rank) over (partition by lead_number order by entered_at, position) as next_rank,
    lead(is_timed) over (partition by lead_number order by entered_at, position) as is_end_timed,
from ordered
where stage_before is null or stage <> stage_before
order by lead_number, visit_number
