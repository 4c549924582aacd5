-- The view: stage=opportunity&by=team&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stages = ['lead', 'opportunity']
-- $end_stage = 'opportunity'
-- $entry_stage = 'lead'
-- $flow = false
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-06-30 17:00:00'
-- $shown_start = timestamp '2024-10-31 17:00:00'
-- $start_stage = 'lead'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'month'
-- $window_seconds = null
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
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at <= $as_of then group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
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
        and reached_at <= $as_of
        and opens_group
),
placed as (
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
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it; and the ordered pairs of leads of one company.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- pairs: of leads that reached the step; pairs_moved: those of which the first moved on to the next
-- one; pairs_entered: of a lead that reached the step, and another that entered. pairs_fourths: the
-- fourth powers of the leads of each company with two or more, summed. Null without any such pair.
-- Parameters: those of the scope.
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
        case when group_next_at <= $as_of then group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
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
        and reached_at <= $as_of
        and opens_group
),
steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
),
companies as (
    select
        segment,
        company_number,
        stage_rank,
        cast(count(*) as double) as leads,
        cast(count(moved_on_at) as double) as moved_on,
    from scope
    where company_number is not null
    group by segment, company_number, stage_rank
),
entered as (
    select
        segment,
        company_number,
        leads,
    from companies
    where stage_rank = 0 and leads > 1
),
pairs as (
    select
        companies.segment,
        companies.stage_rank,
        sum(companies.leads * (companies.leads - 1)) as pairs,
        sum(companies.moved_on * (companies.leads - 1)) as pairs_moved,
        sum(
            case when companies.leads > 1 then power(companies.leads, 4) else 0 end
        ) as pairs_fourths,
        coalesce(sum(companies.leads * (entered.leads - 1)), 0) as pairs_entered,
    from companies
    left join entered
        on entered.company_number = companies.company_number
        and entered.segment is not distinct from companies.segment
    group by companies.segment, companies.stage_rank
)
select
    steps.*,
    pairs.pairs,
    pairs.pairs_moved,
    pairs.pairs_entered,
    pairs.pairs_fourths,
from steps
left join pairs
    on pairs.stage_rank = steps.stage_rank and pairs.segment is not distinct from steps.segment
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stages = ['lead', 'won']
-- $due_before = timestamp '2026-04-01 16:59:59.999999'
-- $end_stage = 'won'
-- $entry_stage = 'lead'
-- $flow = false
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-06-30 17:00:00'
-- $shown_start = timestamp '2024-10-31 17:00:00'
-- $start_stage = 'lead'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'month'
-- $window_seconds = 7776000
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
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $due_before = timestamp '2026-04-01 16:59:59.999999'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $window_seconds = 7776000
-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it; and the ordered pairs of leads of one company.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- pairs: of leads that reached the step; pairs_moved: those of which the first moved on to the next
-- one; pairs_entered: of a lead that reached the step, and another that entered. pairs_fourths: the
-- fourth powers of the leads of each company with two or more, summed. Null without any such pair.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
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
steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
),
companies as (
    select
        segment,
        company_number,
        stage_rank,
        cast(count(*) as double) as leads,
        cast(count(moved_on_at) as double) as moved_on,
    from scope
    where company_number is not null
    group by segment, company_number, stage_rank
),
entered as (
    select
        segment,
        company_number,
        leads,
    from companies
    where stage_rank = 0 and leads > 1
),
pairs as (
    select
        companies.segment,
        companies.stage_rank,
        sum(companies.leads * (companies.leads - 1)) as pairs,
        sum(companies.moved_on * (companies.leads - 1)) as pairs_moved,
        sum(
            case when companies.leads > 1 then power(companies.leads, 4) else 0 end
        ) as pairs_fourths,
        coalesce(sum(companies.leads * (entered.leads - 1)), 0) as pairs_entered,
    from companies
    left join entered
        on entered.company_number = companies.company_number
        and entered.segment is not distinct from companies.segment
    group by companies.segment, companies.stage_rank
)
select
    steps.*,
    pairs.pairs,
    pairs.pairs_moved,
    pairs.pairs_entered,
    pairs.pairs_fourths,
from steps
left join pairs
    on pairs.stage_rank = steps.stage_rank and pairs.segment is not distinct from steps.segment
;

-- The view: mode=flow&period=last-180d&by=source&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stages = ['lead', 'won']
-- $end_stage = 'won'
-- $entry_stage = 'lead'
-- $flow = true
-- $in_region = []
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $shown_end = timestamp '2026-10-31 17:00:00'
-- $shown_start = timestamp '2026-05-04 17:00:00'
-- $start_stage = 'lead'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $unit = 'week'
-- $window_seconds = null
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
;
