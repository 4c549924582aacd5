-- How many visits to a stage moved on in time, by when they began.
-- Grain: one row per month or week (its first day in the store's calendar) with any such visit.
-- n: visits that began before $mature_end; advanced: of them, those that moved on to a later stage
-- within the horizon.
-- Parameters: those of the scope; $stage, $unit ('month', 'week'), $horizon (seconds), $mature_end
-- (the instant from which on visits have not been observed for the horizon).
with visits as (
    select
        cast(
            date_trunc($unit, timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as bucket,
        outcome = 'advanced' and seconds <= $horizon as in_time,
    from scope
    where stage = $stage and entered_at < $mature_end
),
buckets as (
    select
        bucket,
        count(*) as n,
        count(*) filter (where in_time) as advanced,
    from visits
    group by bucket
)
select * from buckets
order by bucket
