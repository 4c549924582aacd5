-- Every move of a lead, and its creation where that is the first thing known of it, in order.
-- Grain: one row per lead and entry into a stage or an exit. Sorted by lead, instant, position.
-- by_person: whether a file tells of the move and who made it, and that is a person.
-- Stages the pipeline does not know are left out. A lead that has reached no stage by the time it
-- was created enters the first stage then. is_timed: whether it is known when, other than of one
-- that is only known from a present status.
-- Parameters: $automatic (who is no person, in small letters); reads leads, stages, stage_history.
create temp table entries as
with moves as materialized (
    select
        leads.lead_number,
        stages.stage,
        stages.stage_rank,
        stages.group_rank,
        stage_history.entered_at,
        stage_history.position,
        stage_history.known = 'moved' as is_timed,
        stage_history.known = 'moved' and coalesce(
            not list_contains($automatic, lower(trim(stage_history.changed_by))), false
        ) as by_person,
        stages.stage_rank is not null
            and stage_history.entered_at <= leads.created_at as is_by_creation,
    from stage_history
    join stages on cast(stages.stage as varchar) = stage_history.stage
    join leads on leads.lead_id = stage_history.lead_id
),
begun as (
    select lead_number from moves where is_by_creation
)
select * exclude (is_by_creation) from moves
union all
select
    leads.lead_number,
    stages.stage,
    stages.stage_rank,
    stages.group_rank,
    leads.created_at as entered_at,
    -1 as position,
    true as is_timed,
    false as by_person,
from leads
join stages on stages.stage_rank = 0
anti join begun on begun.lead_number = leads.lead_number
order by lead_number, entered_at, position
