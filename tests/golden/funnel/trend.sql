-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $flow = false
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'month'
-- How each step went over time.
-- Grain: one row per bucket of entry (in flow mode of the move) and step that a lead reached.
-- Parameters: those of the scope; $unit ('day', 'week', 'month'), $flow.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
placed as (
    select
        stage,
        seconds,
        cast(
            date_trunc(
                $unit,
                timezone(
                    $time_zone,
                    timezone('UTC', case when $flow then reached_at else entered_at end)
                )
            ) as date
        ) as bucket,
    from scope
),
buckets as (
    select
        bucket,
        stage,
        count(*) as reached,
        quantile_cont(seconds, 0.5) as median_seconds,
    from placed
    group by bucket, stage
)
select * from buckets
order by bucket, stage
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $due_before = timestamp '2026-04-01 16:59:59.999999'
-- $flow = false
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'month'
-- $window_seconds = 7776000
-- How each step went over time.
-- Grain: one row per bucket of entry (in flow mode of the move) and step that a lead reached.
-- Parameters: those of the scope; $unit ('day', 'week', 'month'), $flow.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
        stage,
        stage_rank,
        imputed,
        strict_entered_at as entered_at,
        strict_at as reached_at,
        strict_seconds as seconds,
        case when strict_next_at <= $as_of and date_diff('microsecond', strict_entered_at, strict_next_at) / 1e6 <= $window_seconds then strict_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or strict_entered_at <= $due_before as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        least(date_diff('microsecond', strict_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6, $window_seconds - strict_seconds) as waited,
    from reaches
    where strict_entered_at >= $period_start
        and strict_entered_at < $period_end
        and strict_at <= $as_of
        and strict_seconds <= $window_seconds
        and (list_contains($in_channel, "channel") or "channel" is null)
),
placed as (
    select
        stage,
        seconds,
        cast(
            date_trunc(
                $unit,
                timezone(
                    $time_zone,
                    timezone('UTC', case when $flow then reached_at else entered_at end)
                )
            ) as date
        ) as bucket,
    from scope
),
buckets as (
    select
        bucket,
        stage,
        count(*) as reached,
        quantile_cont(seconds, 0.5) as median_seconds,
    from placed
    group by bucket, stage
)
select * from buckets
order by bucket, stage
;

-- The view: mode=flow&period=last-180d&by=source&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $flow = true
-- $in_region = []
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'week'
-- How each step went over time.
-- Grain: one row per bucket of entry (in flow mode of the move) and step that a lead reached.
-- Parameters: those of the scope; $unit ('day', 'week', 'month'), $flow.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
        and opens_group
        and (list_contains($in_region, "region") or "region" is null)
),
placed as (
    select
        stage,
        seconds,
        cast(
            date_trunc(
                $unit,
                timezone(
                    $time_zone,
                    timezone('UTC', case when $flow then reached_at else entered_at end)
                )
            ) as date
        ) as bucket,
    from scope
),
buckets as (
    select
        bucket,
        stage,
        count(*) as reached,
        quantile_cont(seconds, 0.5) as median_seconds,
    from placed
    group by bucket, stage
)
select * from buckets
order by bucket, stage
;
