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

select "team" as value, count(*) as leads from reaches where stage_rank = 0 group by all order by leads desc, value nulls last
;

select "channel" as value, count(*) as leads from reaches where stage_rank = 0 group by all order by leads desc, value nulls last
;

select "region" as value, count(*) as leads from reaches where stage_rank = 0 group by all order by leads desc, value nulls last
;

select "source" as value, count(*) as leads from reaches where stage_rank = 0 group by all order by leads desc, value nulls last
;

select "owner" as value, count(*) as leads from reaches where stage_rank = 0 group by all order by leads desc, value nulls last
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $before_ends = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-20 17:00:00', timestamp '2026-07-16 17:00:00', timestamp '2026-07-09 17:00:00', timestamp '2026-06-24 17:00:00', …]  (6 values)
-- $before_starts = [timestamp '2025-07-24 17:00:00', timestamp '2025-07-20 17:00:00', timestamp '2025-07-16 17:00:00', timestamp '2025-07-09 17:00:00', timestamp '2025-06-24 17:00:00', …]  (6 values)
-- $horizons = [604800.0, 972562.3, 1292808.8, 1924400.4, 3196093.4, …]  (6 values)
-- $last_stage = 'won'
-- $now_ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-19 17:00:00', timestamp '2026-10-15 17:00:00', timestamp '2026-10-08 17:00:00', timestamp '2026-09-23 17:00:00', …]  (6 values)
-- $now_starts = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-20 17:00:00', timestamp '2026-07-16 17:00:00', timestamp '2026-07-09 17:00:00', timestamp '2026-06-24 17:00:00', …]  (6 values)
-- $period_end = timestamp '2026-10-23 17:00:00'
-- $period_start = timestamp '2025-05-24 17:00:00'
-- $ranks = [0, 1, 2, 3, 4, …]  (6 values)
-- How many visits to each stage moved on in time, now and before: of all leads, and by segment.
-- Grain: one row per dimension asked for, its segment, stage and period. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. is_now: the visits that began in the
-- period now, else in the one before it. n: visits; advanced: of them, those that moved on to a
-- later stage within the stage's horizon; later: those that did so after it, by as_of; entered:
-- leads that reached the stage for the first time ever (of now only).
-- And the ordered pairs of visits by leads of one company. pairs: both of the period; pairs_first,
-- pairs_both: the first, both of them moved on in time; pairs_fourths: the fourth powers of the
-- visits of each company with two or more, summed. across: pairs of a visit of now and one of before;
-- across_first, across_second, across_both: that of now, that of before, both moved on in time.
-- Null where there are none.
-- Parameters: those of the scope, with parts; of each stage that is asked about $ranks, $horizons
-- (seconds), $now_starts, $now_ends, $before_starts, $before_ends (instants, the ends not included).
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
        cast(["team", "channel", "region", "source", "owner"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "team" as part_1,
        "channel" as part_2,
        "region" as part_3,
        "source" as part_4,
        "owner" as part_5,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($horizons) as horizon,
        unnest($now_starts) as now_start,
        unnest($now_ends) as now_end,
        unnest($before_starts) as before_start,
        unnest($before_ends) as before_end,
),
placed as (
    select
        scope.lead_number,
        scope.company_number,
        scope.stage_rank,
        scope.entered_at,
        columns('^part_'),
        scope.entered_at >= windows.now_start and scope.entered_at < windows.now_end as is_now,
        scope.entered_at >= windows.before_start
            and scope.entered_at < windows.before_end as is_before,
        scope.outcome = 'advanced' and scope.seconds <= windows.horizon as in_time,
        scope.outcome = 'advanced' and scope.seconds > windows.horizon as too_late,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
),
visits as (
    select * from placed
    where is_now or is_before
),
visitors as (
    select
        lead_number,
        stage_rank,
        columns('^part_'),
        min(entered_at) as first_at,
    from visits
    where is_now
    group by all
),
returned as (
    -- Whether they were there before, also before all that the scope has.
    select distinct
        stays.lead_number,
        stays.stage_rank,
    from stays
    join visitors
        on visitors.lead_number = stays.lead_number and visitors.stage_rank = stays.stage_rank
    where stays.entered_at < visitors.first_at and stays.is_timed
),
counted as (
    select
        company_number,
        stage_rank,
        is_now,
        columns('^part_'),
        count(*) as visits,
        count(*) filter (where in_time) as in_time,
        count(*) filter (where too_late) as too_late,
        0 as entered,
    from visits
    group by all
    union all
    select
        cast(null as integer) as company_number,
        visitors.stage_rank,
        true as is_now,
        columns('^part_'),
        0 as visits,
        0 as in_time,
        0 as too_late,
        count(*) as entered,
    from visitors
    left join returned
        on returned.lead_number = visitors.lead_number and returned.stage_rank = visitors.stage_rank
    where returned.lead_number is null
    group by all
),
parted as (
    select
        company_number,
        stage_rank,
        is_now,
        visits,
        in_time,
        too_late,
        entered,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from counted
),
counts as (
    select
        dimension_number,
        segment,
        stage_rank,
        is_now,
        sum(visits) as n,
        sum(in_time) as advanced,
        sum(too_late) as later,
        sum(entered) as entered,
    from parted
    group by dimension_number, segment, stage_rank, is_now
),
companies as (
    select
        dimension_number,
        segment,
        stage_rank,
        cast(sum(case when is_now then visits else 0 end) as double) as now,
        cast(sum(case when is_now then in_time else 0 end) as double) as moved,
        cast(sum(case when is_now then 0 else visits end) as double) as before,
        cast(sum(case when is_now then 0 else in_time end) as double) as moved_before,
    from parted
    where company_number is not null
    group by dimension_number, segment, stage_rank, company_number
),
pairs as (
    select
        dimension_number,
        segment,
        stage_rank,
        sum(now * (now - 1)) as now_all,
        sum(moved * (now - 1)) as now_first,
        sum(moved * (moved - 1)) as now_both,
        sum(case when now > 1 then power(now, 4) else 0 end) as now_fourths,
        sum(before * (before - 1)) as before_all,
        sum(moved_before * (before - 1)) as before_first,
        sum(moved_before * (moved_before - 1)) as before_both,
        sum(case when before > 1 then power(before, 4) else 0 end) as before_fourths,
        sum(now * before) as across,
        sum(moved * before) as across_first,
        sum(now * moved_before) as across_second,
        sum(moved * moved_before) as across_both,
    from companies
    group by dimension_number, segment, stage_rank
)
select
    counts.*,
    case when counts.is_now then pairs.now_all else pairs.before_all end as pairs,
    case when counts.is_now then pairs.now_first else pairs.before_first end as pairs_first,
    case when counts.is_now then pairs.now_both else pairs.before_both end as pairs_both,
    case when counts.is_now then pairs.now_fourths else pairs.before_fourths end as pairs_fourths,
    pairs.across,
    pairs.across_first,
    pairs.across_second,
    pairs.across_both,
from counts
left join pairs
    on pairs.dimension_number = counts.dimension_number
    and pairs.stage_rank = counts.stage_rank
    and pairs.segment is not distinct from counts.segment
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-19 17:00:00', timestamp '2026-10-15 17:00:00', timestamp '2026-10-08 17:00:00', timestamp '2026-09-23 17:00:00', …]  (6 values)
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-23 17:00:00'
-- $period_start = timestamp '2025-05-24 17:00:00'
-- $ranks = [0, 1, 2, 3, 4, …]  (6 values)
-- $starts = [timestamp '2025-07-24 17:00:00', timestamp '2025-07-20 17:00:00', timestamp '2025-07-16 17:00:00', timestamp '2025-07-09 17:00:00', timestamp '2025-06-24 17:00:00', …]  (6 values)
-- Where the visits to each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where the visits led (a stage or an exit; null while they are open).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope; of each stage $ranks, $starts, $ends (instants in which the visits
-- began, the ends not included).
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
windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($starts) as window_start,
        unnest($ends) as window_end,
),
visits as (
    select
        scope.stage_rank,
        scope.next_stage,
        scope.seconds,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
    where scope.entered_at >= windows.window_start and scope.entered_at < windows.window_end
),
lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from visits
    group by stage_rank, next_stage
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What won leads brought, in the currency of the store: of all leads, and by segment.
-- Grain: one row per dimension asked for and segment with any known amount. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. amounts: leads whose amount is known;
-- value: their sum, each at the rate of the day it was won; unknown without an amount, or without a
-- rate of its currency.
-- Parameters: those of the scope, with parts, worths.
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
        case when next_at is not null then next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["team", "channel", "region", "source", "owner"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "team" as part_1,
        "channel" as part_2,
        "region" as part_3,
        "source" as part_4,
        "owner" as part_5,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
),
worths as (
    select
        scope.*,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    left join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
),
parted as (
    select
        value,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from worths
    where stage = $last_stage and value is not null
),
segments as (
    select
        dimension_number,
        segment,
        count(*) as amounts,
        sum(value) as value,
    from parted
    group by dimension_number, segment
)
select * from segments
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $now_ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-19 17:00:00', timestamp '2026-10-15 17:00:00', timestamp '2026-10-08 17:00:00', timestamp '2026-09-23 17:00:00', …]  (6 values)
-- $now_starts = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-20 17:00:00', timestamp '2026-07-16 17:00:00', timestamp '2026-07-09 17:00:00', timestamp '2026-06-24 17:00:00', …]  (6 values)
-- $period_end = timestamp '2026-10-23 17:00:00'
-- $period_start = timestamp '2026-05-24 17:00:00'
-- $ranks = [0, 1, 2, 3, 4, …]  (6 values)
-- $share = 0.9
-- Which segments lie within others: nearly all of their visits to a stage are the other's as well.
-- Grain: one row per stage, segment and segment of another dimension around it. dimension_number,
-- segment: which dimension of those asked for, from 1, and its value; other_number, other_segment:
-- those of the segment around it; n, shared: the visits of the segment that began now, and those of
-- them that are the other's.
-- Parameters: those of the scope, with parts; of each stage $ranks, $now_starts, $now_ends (instants,
-- the ends not included); $share (a fraction): how much of n is nearly all.
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
        cast(["team", "channel", "region", "source", "owner"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "team" as part_1,
        "channel" as part_2,
        "region" as part_3,
        "source" as part_4,
        "owner" as part_5,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($now_starts) as now_start,
        unnest($now_ends) as now_end,
),
combined as (
    select
        scope.stage_rank,
        columns('^part_[1-9]'),
        count(*) as visits,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
    where scope.entered_at >= windows.now_start and scope.entered_at < windows.now_end
    group by all
),
listed as (
    select
        stage_rank,
        visits,
        [*columns('^part_')] as parts,
    from combined
),
parted as (
    select
        *,
        unnest(parts) as segment,
        unnest(range(1, len(parts) + 1)) as dimension_number,
    from listed
),
sizes as (
    select
        stage_rank,
        dimension_number,
        segment,
        sum(visits) as n,
    from parted
    group by stage_rank, dimension_number, segment
),
paired as (
    select
        stage_rank,
        dimension_number,
        segment,
        visits,
        unnest(parts) as other_segment,
        unnest(range(1, len(parts) + 1)) as other_number,
    from parted
),
shared as (
    select
        stage_rank,
        dimension_number,
        segment,
        other_number,
        other_segment,
        sum(visits) as shared,
    from paired
    where dimension_number <> other_number
    group by stage_rank, dimension_number, segment, other_number, other_segment
)
select
    shared.*,
    sizes.n,
from shared
join sizes
    on sizes.stage_rank = shared.stage_rank
    and sizes.dimension_number = shared.dimension_number
    and sizes.segment is not distinct from shared.segment
where shared.shared >= $share * sizes.n
;

-- The view: by=team&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_region = []
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
        and (list_contains($in_region, "region") or "region" is null)
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
-- $before_ends = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', …]  (6 values)
-- $before_starts = [timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', …]  (6 values)
-- $horizons = [604800.0, 604800.0, 604800.0, 604800.0, 604800.0, …]  (6 values)
-- $in_region = []
-- $last_stage = 'won'
-- $now_ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', …]  (6 values)
-- $now_starts = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', timestamp '2026-07-24 17:00:00', …]  (6 values)
-- $period_end = timestamp '2026-10-23 17:00:00'
-- $period_start = timestamp '2025-07-24 17:00:00'
-- $ranks = [0, 1, 2, 3, 4, …]  (6 values)
-- How many visits to each stage moved on in time, now and before: of all leads, and by segment.
-- Grain: one row per dimension asked for, its segment, stage and period. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. is_now: the visits that began in the
-- period now, else in the one before it. n: visits; advanced: of them, those that moved on to a
-- later stage within the stage's horizon; later: those that did so after it, by as_of; entered:
-- leads that reached the stage for the first time ever (of now only).
-- And the ordered pairs of visits by leads of one company. pairs: both of the period; pairs_first,
-- pairs_both: the first, both of them moved on in time; pairs_fourths: the fourth powers of the
-- visits of each company with two or more, summed. across: pairs of a visit of now and one of before;
-- across_first, across_second, across_both: that of now, that of before, both moved on in time.
-- Null where there are none.
-- Parameters: those of the scope, with parts; of each stage that is asked about $ranks, $horizons
-- (seconds), $now_starts, $now_ends, $before_starts, $before_ends (instants, the ends not included).
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
        cast(["team"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "team" as part_1,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
        and (list_contains($in_region, "region") or "region" is null)
),
windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($horizons) as horizon,
        unnest($now_starts) as now_start,
        unnest($now_ends) as now_end,
        unnest($before_starts) as before_start,
        unnest($before_ends) as before_end,
),
placed as (
    select
        scope.lead_number,
        scope.company_number,
        scope.stage_rank,
        scope.entered_at,
        columns('^part_'),
        scope.entered_at >= windows.now_start and scope.entered_at < windows.now_end as is_now,
        scope.entered_at >= windows.before_start
            and scope.entered_at < windows.before_end as is_before,
        scope.outcome = 'advanced' and scope.seconds <= windows.horizon as in_time,
        scope.outcome = 'advanced' and scope.seconds > windows.horizon as too_late,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
),
visits as (
    select * from placed
    where is_now or is_before
),
visitors as (
    select
        lead_number,
        stage_rank,
        columns('^part_'),
        min(entered_at) as first_at,
    from visits
    where is_now
    group by all
),
returned as (
    -- Whether they were there before, also before all that the scope has.
    select distinct
        stays.lead_number,
        stays.stage_rank,
    from stays
    join visitors
        on visitors.lead_number = stays.lead_number and visitors.stage_rank = stays.stage_rank
    where stays.entered_at < visitors.first_at and stays.is_timed
),
counted as (
    select
        company_number,
        stage_rank,
        is_now,
        columns('^part_'),
        count(*) as visits,
        count(*) filter (where in_time) as in_time,
        count(*) filter (where too_late) as too_late,
        0 as entered,
    from visits
    group by all
    union all
    select
        cast(null as integer) as company_number,
        visitors.stage_rank,
        true as is_now,
        columns('^part_'),
        0 as visits,
        0 as in_time,
        0 as too_late,
        count(*) as entered,
    from visitors
    left join returned
        on returned.lead_number = visitors.lead_number and returned.stage_rank = visitors.stage_rank
    where returned.lead_number is null
    group by all
),
parted as (
    select
        company_number,
        stage_rank,
        is_now,
        visits,
        in_time,
        too_late,
        entered,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from counted
),
counts as (
    select
        dimension_number,
        segment,
        stage_rank,
        is_now,
        sum(visits) as n,
        sum(in_time) as advanced,
        sum(too_late) as later,
        sum(entered) as entered,
    from parted
    group by dimension_number, segment, stage_rank, is_now
),
companies as (
    select
        dimension_number,
        segment,
        stage_rank,
        cast(sum(case when is_now then visits else 0 end) as double) as now,
        cast(sum(case when is_now then in_time else 0 end) as double) as moved,
        cast(sum(case when is_now then 0 else visits end) as double) as before,
        cast(sum(case when is_now then 0 else in_time end) as double) as moved_before,
    from parted
    where company_number is not null
    group by dimension_number, segment, stage_rank, company_number
),
pairs as (
    select
        dimension_number,
        segment,
        stage_rank,
        sum(now * (now - 1)) as now_all,
        sum(moved * (now - 1)) as now_first,
        sum(moved * (moved - 1)) as now_both,
        sum(case when now > 1 then power(now, 4) else 0 end) as now_fourths,
        sum(before * (before - 1)) as before_all,
        sum(moved_before * (before - 1)) as before_first,
        sum(moved_before * (moved_before - 1)) as before_both,
        sum(case when before > 1 then power(before, 4) else 0 end) as before_fourths,
        sum(now * before) as across,
        sum(moved * before) as across_first,
        sum(now * moved_before) as across_second,
        sum(moved * moved_before) as across_both,
    from companies
    group by dimension_number, segment, stage_rank
)
select
    counts.*,
    case when counts.is_now then pairs.now_all else pairs.before_all end as pairs,
    case when counts.is_now then pairs.now_first else pairs.before_first end as pairs_first,
    case when counts.is_now then pairs.now_both else pairs.before_both end as pairs_both,
    case when counts.is_now then pairs.now_fourths else pairs.before_fourths end as pairs_fourths,
    pairs.across,
    pairs.across_first,
    pairs.across_second,
    pairs.across_both,
from counts
left join pairs
    on pairs.dimension_number = counts.dimension_number
    and pairs.stage_rank = counts.stage_rank
    and pairs.segment is not distinct from counts.segment
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', timestamp '2026-10-23 17:00:00', …]  (6 values)
-- $in_region = []
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-23 17:00:00'
-- $period_start = timestamp '2025-07-24 17:00:00'
-- $ranks = [0, 1, 2, 3, 4, …]  (6 values)
-- $starts = [timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', timestamp '2025-07-24 17:00:00', …]  (6 values)
-- Where the visits to each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where the visits led (a stage or an exit; null while they are open).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope; of each stage $ranks, $starts, $ends (instants in which the visits
-- began, the ends not included).
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
        and (list_contains($in_region, "region") or "region" is null)
),
windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($starts) as window_start,
        unnest($ends) as window_end,
),
visits as (
    select
        scope.stage_rank,
        scope.next_stage,
        scope.seconds,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
    where scope.entered_at >= windows.window_start and scope.entered_at < windows.window_end
),
lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from visits
    group by stage_rank, next_stage
)
select * from lengths
;
