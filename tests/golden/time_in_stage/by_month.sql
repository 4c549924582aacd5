-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'sql'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How long leads stayed at one stage, by the month in which they entered it.
-- Grain: one row per segment, month (its first day in the store's calendar) and outcome. seconds:
-- the length of each of its stays, in no order.
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
stays_of_months as (
    select
        segment,
        outcome,
        cast(
            date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as month,
        seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        segment,
        month,
        outcome,
        array_agg(seconds) as seconds,
    from stays_of_months
    group by segment, month, outcome
)
select * from lengths
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
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How long leads stayed at one stage, by the month in which they entered it.
-- Grain: one row per segment, month (its first day in the store's calendar) and outcome. seconds:
-- the length of each of its stays, in no order.
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
stays_of_months as (
    select
        segment,
        outcome,
        cast(
            date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as month,
        seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        segment,
        month,
        outcome,
        array_agg(seconds) as seconds,
    from stays_of_months
    group by segment, month, outcome
)
select * from lengths
;
