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
with windows as (
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
