-- How a transition went for the leads of each time of entry.
-- Grain: one row per segment and bucket of entry (in flow mode of the move) that has leads.
-- entrants: leads that entered; mature: those of them observed for the horizon by as_of; entered and
-- reached: those that reached the two steps. horizon_seconds is the window, else the time in which
-- nine of ten that reached the second step did, whenever they entered: of a recent period alone only
-- the fast ones would count. It is null when no lead reached it.
-- And the ordered pairs of leads of one company. pairs: both entered the first of the two steps;
-- pairs_first, pairs_both: the first, both of them reached the second; pairs_fourths: the fourth
-- powers of the leads of each company with two or more, summed. Null where there are none.
-- Parameters: those of the scope; $shown_start, $shown_end (the period), $unit ('day', 'week',
-- 'month', 'quarter'), $flow, and the stages that open the steps, $entry_stage, $start_stage,
-- $end_stage, all in $asked_stages.
with placed as (
    select
        segment,
        company_number,
        stage,
        seconds,
        date_diff('microsecond', entered_at, $as_of) / 1e6 as age,
        case when $flow then reached_at else entered_at end as counted_at,
    from scope
    where list_contains($asked_stages, stage)
),
horizons as (
    select
        coalesce($window_seconds, quantile_cont(seconds, 0.9)) as horizon_seconds,
    from placed
    where stage = $end_stage
),
shown as (
    select
        placed.*,
        horizon_seconds,
        cast(
            date_trunc($unit, timezone($time_zone, timezone('UTC', counted_at))) as date
        ) as bucket,
    from placed
    cross join horizons
    where counted_at >= $shown_start and counted_at < $shown_end
),
buckets as (
    select
        segment,
        bucket,
        count(*) filter (where stage = $entry_stage) as entrants,
        count(*) filter (where stage = $entry_stage and age >= horizon_seconds) as mature,
        count(*) filter (where stage = $start_stage) as entered,
        count(*) filter (where stage = $end_stage) as reached,
        max(horizon_seconds) as horizon_seconds,
    from shown
    group by segment, bucket
),
companies as (
    select
        segment,
        bucket,
        cast(count(*) filter (where stage = $start_stage) as double) as leads,
        cast(count(*) filter (where stage = $end_stage) as double) as came,
    from shown
    where company_number is not null
    group by segment, bucket, company_number
),
pairs as (
    select
        segment,
        bucket,
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
    from companies
    group by segment, bucket
)
select
    buckets.*,
    pairs.* exclude (segment, bucket),
from buckets
left join pairs
    on pairs.bucket = buckets.bucket and pairs.segment is not distinct from buckets.segment
order by buckets.segment, buckets.bucket
