-- How each step went over time.
-- Grain: one row per bucket of entry (in flow mode of the move) and step that a lead reached.
-- Parameters: those of the scope; $unit ('day', 'week', 'month'), $flow.
with placed as (
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
