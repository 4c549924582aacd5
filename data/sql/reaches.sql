-- What screens scan to count: how far each lead came, and when.
-- Grain: one row per lead and stage reached, where entering a stage reaches all stages before it.
-- The lead's number, company_number and dimensions are on the row. Sorted by stage, then by created_at: a funnel by groups
-- skips whole the stages that open none, and a period is one range of each stage.
-- reached_at, seconds_since_entry (since created_at), seconds_since_previous: a skipped stage counts
-- as reached; imputed says that it was, its time being that of the next stage seen. next_at: when
-- the next stage was reached; group_next_at: when the stage that opens the next group was, on the
-- row of a stage that opens one.
-- strict_*: the same when no stage may be skipped, null when it was not reached that way; entered
-- is the instant of the first stage. strict_group_*: by groups, on the row of the stage that opens
-- the group. exited_at, earlier_exits: see exit_spells. is_timed: whether all that is known of the
-- lead is known with its time, and nothing from a present status only.
-- Parameters: none; reads lead_dimensions, stages, visits, strict_reaches, exit_spells.
create table reaches as
with climbs as (
    select
        lead_number,
        stage_rank,
        entered_at,
        coalesce(
            max(stage_rank) over (
                partition by lead_number
                order by visit_number
                rows between unbounded preceding and 1 preceding
            ),
            -1
        ) as highest_before,
    from visits
    where stage_rank is not null
),
reached as (
    select
        lead_number,
        unnest(range(highest_before + 1, stage_rank + 1)) as stage_rank,
        stage_rank as seen_rank,
        entered_at as reached_at,
    from climbs
    where stage_rank > highest_before
),
timed as (
    select
        reached.*,
        stages.stage,
        stages.opens_group,
        lag(reached_at) over (
            partition by lead_number order by stage_rank
        ) as previous_at,
        lead(reached_at) over (
            partition by lead_number order by stage_rank
        ) as next_at,
        case
            when stages.opens_group
            then lead(reached_at) over (
                partition by lead_number, stages.opens_group order by stage_rank
            )
        end as group_next_at,
    from reached
    join stages using (stage_rank)
),
untimed as (
    select distinct lead_number from visits where not is_timed
),
strict_steps as (
    select
        *,
        lead(reached_at) over (partition by level, lead_number order by step) as next_at,
    from strict_reaches
),
strict_stages as (
    select * from strict_steps where level = 'stage'
),
strict_groups as (
    select
        strict_steps.*,
        stages.stage_rank,
    from strict_steps
    join stages on stages.group_rank = strict_steps.step
    where strict_steps.level = 'group' and stages.opens_group
)
select
    lead_dimensions.*,
    timed.stage,
    timed.stage_rank,
    timed.opens_group,
    timed.reached_at,
    date_diff('microsecond', lead_dimensions.created_at, timed.reached_at) / 1e6
        as seconds_since_entry,
    date_diff('microsecond', timed.previous_at, timed.reached_at) / 1e6 as seconds_since_previous,
    timed.stage_rank < timed.seen_rank as imputed,
    timed.next_at,
    timed.group_next_at,
    strict_stages.reached_at as strict_at,
    strict_stages.entered_at as strict_entered_at,
    date_diff('microsecond', strict_stages.entered_at, strict_stages.reached_at) / 1e6
        as strict_seconds,
    strict_stages.next_at as strict_next_at,
    strict_groups.reached_at as strict_group_at,
    strict_groups.entered_at as strict_group_entered_at,
    date_diff('microsecond', strict_groups.entered_at, strict_groups.reached_at) / 1e6
        as strict_group_seconds,
    strict_groups.next_at as strict_group_next_at,
    exit_spells.exited_at,
    exit_spells.earlier_exits,
    untimed.lead_number is null as is_timed,
from timed
join lead_dimensions on lead_dimensions.lead_number = timed.lead_number
left join strict_stages
    on strict_stages.lead_number = timed.lead_number and strict_stages.step = timed.stage_rank
left join strict_groups
    on strict_groups.lead_number = timed.lead_number
    and strict_groups.stage_rank = timed.stage_rank
left join untimed on untimed.lead_number = timed.lead_number
left join exit_spells on exit_spells.lead_number = timed.lead_number
order by timed.stage_rank, timed.lead_number
