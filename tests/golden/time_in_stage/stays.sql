-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'sql'
-- The visits to a stage behind the numbers of time in stage, the latest first.
-- Grain: one row per visit of the scope to the stage.
-- Parameters: those of the scope; $stage.
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
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
visits as (
    select
        lead_number,
        entered_at,
        outcome,
        next_stage,
        seconds,
    from scope
    where stage = $stage
)
select
    leads.lead_id,
    leads.company,
    leads.owner,
    leads.team,
    leads.source,
    visits.entered_at,
    visits.outcome,
    visits.next_stage,
    visits.seconds,
from visits
join leads on leads.lead_number = visits.lead_number
order by entered_at desc, lead_id, seconds, outcome, next_stage
;

-- The view: mode=flow&period=last-180d&by=source&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_region = []
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $stage = 'sql'
-- The visits to a stage behind the numbers of time in stage, the latest first.
-- Grain: one row per visit of the scope to the stage.
-- Parameters: those of the scope; $stage.
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
        and (list_contains($in_region, "region") or "region" is null)
),
visits as (
    select
        lead_number,
        entered_at,
        outcome,
        next_stage,
        seconds,
    from scope
    where stage = $stage
)
select
    leads.lead_id,
    leads.company,
    leads.owner,
    leads.team,
    leads.source,
    visits.entered_at,
    visits.outcome,
    visits.next_stage,
    visits.seconds,
from visits
join leads on leads.lead_number = visits.lead_number
order by entered_at desc, lead_id, seconds, outcome, next_stage
;

-- The view: level=stage&clock=working&by=owner&from=2026-01-01&to=2026-03-31

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-03-31 17:00:00'
-- $period_start = timestamp '2025-12-31 17:00:00'
-- $stage = 'sql'
-- The visits to a stage behind the numbers of time in stage, the latest first.
-- Grain: one row per visit of the scope to the stage.
-- Parameters: those of the scope; $stage.
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
        (
            ($clock_before[1 + left_tick // 86400000000]
                + greatest(0, least(left_tick, $clock_closes_0[1 + left_tick // 86400000000]) - $clock_opens_0[1 + left_tick // 86400000000]))
            - ($clock_before[1 + entered_tick // 86400000000]
                + greatest(0, least(entered_tick, $clock_closes_0[1 + entered_tick // 86400000000]) - $clock_opens_0[1 + entered_tick // 86400000000]))
        ) / 1e6 as seconds,
    from (
        select
            *,
            date_diff('microsecond', $clock_start, entered_at) as entered_tick,
            date_diff('microsecond', $clock_start, least(coalesce(left_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
visits as (
    select
        lead_number,
        entered_at,
        outcome,
        next_stage,
        seconds,
    from scope
    where stage = $stage
)
select
    leads.lead_id,
    leads.company,
    leads.owner,
    leads.team,
    leads.source,
    visits.entered_at,
    visits.outcome,
    visits.next_stage,
    visits.seconds,
from visits
join leads on leads.lead_number = visits.lead_number
order by entered_at desc, lead_id, seconds, outcome, next_stage
;
