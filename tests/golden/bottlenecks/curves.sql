-- The view: by=team&channel=event

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_channel = ['event']
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
        and list_contains($in_channel, "channel")
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

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before_end = timestamp '2026-07-24 17:00:00'
-- $before_start = timestamp '2025-07-24 17:00:00'
-- $in_channel = ['event']
-- $last_stage = 'won'
-- $now_end = timestamp '2026-10-23 17:00:00'
-- $now_start = timestamp '2026-07-24 17:00:00'
-- $period_end = timestamp '2026-10-23 17:00:00'
-- $period_start = timestamp '2025-07-24 17:00:00'
-- $stage = 'lead'
-- How the visits to a stage ended, and after how long, now and before: what survival curves are made
-- of.
-- Grain: one row per period (is_now, else before) and outcome. seconds: the length of each of its
-- visits, in no order.
-- Parameters: those of the scope; $stage; $now_start, $now_end, $before_start, $before_end
-- (instants in which the visits began, the ends not included).
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
        and list_contains($in_channel, "channel")
),
visits as (
    select
        outcome,
        entered_at >= $now_start and entered_at < $now_end as is_now,
        entered_at >= $before_start and entered_at < $before_end as is_before,
        seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        is_now,
        outcome,
        array_agg(seconds) as seconds,
    from visits
    where is_now or is_before
    group by is_now, outcome
)
select * from lengths
;
