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

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $horizon = 1924400.4
-- $in_team = ['TP.HCM 2']
-- $last_stage = 'won'
-- $mature_end = timestamp '2026-10-08 17:00:00'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'sal'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'month'
-- How many visits to a stage moved on in time, by when they began.
-- Grain: one row per month or week (its first day in the store's calendar) with any such visit.
-- n: visits that began before $mature_end; advanced: of them, those that moved on to a later stage
-- within the horizon.
-- And the ordered pairs of visits by leads of one company. pairs: both of the bucket; pairs_first,
-- pairs_both: the first, both of them moved on in time; pairs_fourths: the fourth powers of the
-- visits of each company with two or more, summed. Null where there are none.
-- Parameters: those of the scope; $stage, $unit ('month', 'week'), $horizon (seconds), $mature_end
-- (the instant from which on visits have not been observed for the horizon).
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
        and list_contains($in_team, "team")
),
visits as (
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
;
