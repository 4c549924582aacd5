-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How long moving on takes at each stage: the time within which nine in ten of the visits that
-- ended by moving on to a later stage did so.
-- Grain: one row per stage that any lead moved on from. horizon in seconds.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
stages as (
    select
        stage_rank,
        quantile_cont(seconds, 0.9) as horizon,
    from scope
    where outcome = 'advanced'
    group by stage_rank
)
select * from stages
order by stage_rank
;

select * from leads limit 0
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_1 = 40.0
-- $asked_2 = 50.0
-- $asked_3 = 50.0
-- $asked_4 = ['form', 'event', 'call']
-- $ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-19 17:00:00', timestamp '2026-10-15 17:00:00', timestamp '2026-10-08 17:00:00', timestamp '2026-09-23 17:00:00', …]  (6 values)
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $ranks = [2]
-- $starts = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-20 17:00:00', timestamp '2026-07-16 17:00:00', timestamp '2026-07-09 17:00:00', timestamp '2026-06-24 17:00:00', …]  (6 values)
-- $test_number = 2
-- The visits that a version of a criterion counts, each with whether its lead meets it.
-- Grain: one row per visit to the stage; those who do not meet it first, then those of whom it is not
-- known, each the latest first. meets: null where it is not known.
-- Parameters: those of the scope and of judged; $test_number (which condition of the stage, from 0).
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
        cast([] as varchar[]) as parts,
        cast(null as varchar) as part_0,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
visited as (
    select * from scope
    where list_contains($ranks, stage_rank)
        and entered_at >= list_extract($starts, stage_rank + 1)
        and entered_at < list_extract($ends, stage_rank + 1)
),
touched_1 as (
    select
        leads.lead_number,
        min(touches.touched_at) as first_at,
        min(touches.touched_at) filter (where list_contains($asked_4, touches.kind)) as met_at,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where touches.kind is not null
        and leads.lead_number in (select lead_number from visited)
    group by leads.lead_number
),
judged as (
    select
        visited.*,
        case visited.stage_rank
            when 2 then [(leads."score" >= $asked_1), ((leads."score" >= $asked_2) and (screening.has_email or screening.has_phone)), ((leads."score" >= $asked_3) and (case when touched_1.met_at <= visited.entered_at then true when touched_1.first_at <= visited.entered_at then false end))]
        end as verdicts,
    from visited
    join leads on leads.lead_number = visited.lead_number
    left join screening on screening.lead_id = leads.lead_id
    left join touched_1 on touched_1.lead_number = visited.lead_number
),
tested as (
    select
        lead_number,
        entered_at,
        outcome,
        seconds,
        list_extract(verdicts, $test_number + 1) as meets,
    from judged
)
select
    leads.lead_id,
    leads.company,
    leads.name,
    leads.owner,
    leads.team,
    leads.source,
    leads.need,
    leads.budget,
    leads.authority,
    leads.timing,
    leads.score,
    tested.meets,
    tested.entered_at,
    tested.outcome,
    tested.seconds,
from tested
join leads on leads.lead_number = tested.lead_number
order by coalesce(cast(meets as integer) * 2, 1), entered_at desc, lead_id, seconds, outcome
;
