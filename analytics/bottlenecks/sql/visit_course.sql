-- How many visits to a stage moved on in time, by when they began.
-- Grain: one row per month or week (its first day in the store's calendar) with any such visit.
-- n: visits that began before $mature_end; advanced: of them, those that moved on to a later stage
-- within the horizon.
-- And the ordered pairs of visits by leads of one company. pairs: both of the bucket; pairs_first,
-- pairs_both: the first, both of them moved on in time; pairs_fourths: the fourth powers of the
-- visits of each company with two or more, summed. Null where there are none.
-- Parameters: those of the scope; $stage, $unit ('month', 'week'), $horizon (seconds), $mature_end
-- (the instant from which on visits have not been observed for the horizon).
with visits as (
    select
        company_number,
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
),
companies as (
    select
        bucket,
        cast(count(*) as double) as visits,
        cast(count(*) filter (where in_time) as double) as moved,
    from visits
    where company_number is not null
    group by bucket, company_number
),
pairs as (
    select
        bucket,
        sum(visits * (visits - 1)) as pairs,
        sum(moved * (visits - 1)) as pairs_first,
        sum(moved * (moved - 1)) as pairs_both,
        sum(case when visits > 1 then power(visits, 4) else 0 end) as pairs_fourths,
    from companies
    group by bucket
)
select
    buckets.*,
    pairs.* exclude (bucket),
from buckets
left join pairs on pairs.bucket = buckets.bucket
order by buckets.bucket
