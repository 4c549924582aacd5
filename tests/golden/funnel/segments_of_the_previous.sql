-- The view: by=source

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before = 'sal'
-- $from_entry = false
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $step = 'opportunity'
-- How long a step takes, and how long its leads could have been followed.
-- Grain: one row. Columns in seconds; null where no lead arrived, or none is there.
-- Parameters: those of the scope; $before, $step (the stages that open the two steps), $from_entry
-- (whether time runs from the entry, or from the step before).
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
times as (
    select
        case
            when $from_entry and stage = $step then seconds
            when not $from_entry and stage = $before and outcome = 'advanced' then waited
        end as taken,
        case
            when stage = $before
            then date_diff('microsecond', reached_at, $as_of) / 1e6
        end as followed,
    from scope
),
spans as (
    select
        quantile_cont(taken, 0.9) as most_arrived,
        quantile_cont(followed, 0.5) as half_followed,
    from times
)
select * from spans
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before = 'sal'
-- $horizon = 4824530.200000001
-- $mature_before = timestamp '2026-09-05 18:58:50.800000'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How well each segment moves on from a step, at a fixed horizon: only of leads observed long
-- enough, that is, which reached it so long before as_of.
-- Grain: one row per segment.
-- And the ordered pairs of leads of one company. pairs: both counted in n; pairs_first, pairs_both: the
-- first, both of them reached; pairs_fourths: the fourth powers of the leads of each company with two
-- or more, summed. across: pairs with a lead of another segment; across_first, across_second,
-- across_both: this lead, the other, both of them reached. Null where there are none.
-- Parameters: those of the scope; $before (the stage that opens the step they come from), $horizon
-- (seconds), $mature_before (as_of less the horizon).
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
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
settled as (
    select
        segment,
        company_number,
        outcome = 'advanced' and waited <= $horizon as arrived,
    from scope
    where stage = $before and reached_at <= $mature_before
),
segments as (
    select
        segment,
        count(*) as n,
        count(*) filter (where arrived) as reached,
    from settled
    group by segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where arrived) as double) as came,
    from settled
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(came) over (partition by company_number) - came as others_came,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
        sum(leads * others) as across,
        sum(came * others) as across_first,
        sum(leads * others_came) as across_second,
        sum(came * others_came) as across_both,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.n desc, segments.segment
;

-- The view: mode=flow&period=last-180d&by=source&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before = 'sal'
-- $from_entry = false
-- $in_region = []
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $step = 'opportunity'
-- How long a step takes, and how long its leads could have been followed.
-- Grain: one row. Columns in seconds; null where no lead arrived, or none is there.
-- Parameters: those of the scope; $before, $step (the stages that open the two steps), $from_entry
-- (whether time runs from the entry, or from the step before).
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
    where reached_at >= $period_start
        and reached_at < $period_end
        and opens_group
        and (list_contains($in_region, "region") or "region" is null)
),
times as (
    select
        case
            when $from_entry and stage = $step then seconds
            when not $from_entry and stage = $before and outcome = 'advanced' then waited
        end as taken,
        case
            when stage = $before
            then date_diff('microsecond', reached_at, $as_of) / 1e6
        end as followed,
    from scope
),
spans as (
    select
        quantile_cont(taken, 0.9) as most_arrived,
        quantile_cont(followed, 0.5) as half_followed,
    from times
)
select * from spans
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before = 'sal'
-- $horizon = 0.0
-- $in_region = []
-- $mature_before = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How well each segment moves on from a step, at a fixed horizon: only of leads observed long
-- enough, that is, which reached it so long before as_of.
-- Grain: one row per segment.
-- And the ordered pairs of leads of one company. pairs: both counted in n; pairs_first, pairs_both: the
-- first, both of them reached; pairs_fourths: the fourth powers of the leads of each company with two
-- or more, summed. across: pairs with a lead of another segment; across_first, across_second,
-- across_both: this lead, the other, both of them reached. Null where there are none.
-- Parameters: those of the scope; $before (the stage that opens the step they come from), $horizon
-- (seconds), $mature_before (as_of less the horizon).
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
settled as (
    select
        segment,
        company_number,
        outcome = 'advanced' and waited <= $horizon as arrived,
    from scope
    where stage = $before and reached_at <= $mature_before
),
segments as (
    select
        segment,
        count(*) as n,
        count(*) filter (where arrived) as reached,
    from settled
    group by segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where arrived) as double) as came,
    from settled
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(came) over (partition by company_number) - came as others_came,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
        sum(leads * others) as across,
        sum(came * others) as across_first,
        sum(leads * others_came) as across_second,
        sum(came * others_came) as across_both,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.n desc, segments.segment
;
