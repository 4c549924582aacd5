-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before_start = timestamp '2025-08-01 17:00:00'
-- $last_stage = 'won'
-- $now_start = timestamp '2026-08-01 17:00:00'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $weeks_end = timestamp '2026-10-25 17:00:00'
-- $weeks_start = timestamp '2026-08-30 17:00:00'
-- Which visits to each stage began, ended or are open, and how long they lasted.
-- Grain: one row per segment, stage, time of beginning and whether the visits are open. part: 'now',
-- 'before', or 'older', of which no length is asked for. visits: all; arrived and gone: those that
-- began, and ended, in the weeks counted. seconds: the length of each of them, in no order; null for
-- the older ones.
-- Parameters: those of the scope; $now_start, $before_start (instants in which now and before
-- begin, now ending with as_of), $weeks_start, $weeks_end (of the weeks; the end not included).
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
timed as (
    select
        segment,
        stage_rank,
        outcome = 'open' as is_open,
        case
            when entered_at >= $now_start then 'now'
            when entered_at >= $before_start then 'before'
            else 'older'
        end as part,
        entered_at >= $weeks_start and entered_at < $weeks_end as arrived,
        coalesce(gone_at >= $weeks_start and gone_at < $weeks_end, false) as gone,
        seconds,
    from scope
),
lengths as (
    select
        segment,
        stage_rank,
        part,
        is_open,
        count(*) as visits,
        count(*) filter (where arrived) as arrived,
        count(*) filter (where gone) as gone,
        array_agg(seconds) filter (where part <> 'older') as seconds,
    from timed
    group by segment, stage_rank, part, is_open
)
select * from lengths
;

-- The view: by=team

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before_start = timestamp '2025-08-01 17:00:00'
-- $last_stage = 'won'
-- $now_start = timestamp '2026-08-01 17:00:00'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $weeks_end = timestamp '2026-10-25 17:00:00'
-- $weeks_start = timestamp '2026-08-30 17:00:00'
-- Which visits to each stage began, ended or are open, and how long they lasted.
-- Grain: one row per segment, stage, time of beginning and whether the visits are open. part: 'now',
-- 'before', or 'older', of which no length is asked for. visits: all; arrived and gone: those that
-- began, and ended, in the weeks counted. seconds: the length of each of them, in no order; null for
-- the older ones.
-- Parameters: those of the scope; $now_start, $before_start (instants in which now and before
-- begin, now ending with as_of), $weeks_start, $weeks_end (of the weeks; the end not included).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
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
timed as (
    select
        segment,
        stage_rank,
        outcome = 'open' as is_open,
        case
            when entered_at >= $now_start then 'now'
            when entered_at >= $before_start then 'before'
            else 'older'
        end as part,
        entered_at >= $weeks_start and entered_at < $weeks_end as arrived,
        coalesce(gone_at >= $weeks_start and gone_at < $weeks_end, false) as gone,
        seconds,
    from scope
),
lengths as (
    select
        segment,
        stage_rank,
        part,
        is_open,
        count(*) as visits,
        count(*) filter (where arrived) as arrived,
        count(*) filter (where gone) as gone,
        array_agg(seconds) filter (where part <> 'older') as seconds,
    from timed
    group by segment, stage_rank, part, is_open
)
select * from lengths
;
