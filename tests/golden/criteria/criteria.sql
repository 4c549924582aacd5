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

select * from leads limit 0
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_1 = 40.0
-- $asked_2 = 50.0
-- $asked_3 = 50.0
-- $asked_4 = ['form', 'event', 'call']
-- $asked_5 = ['call']
-- $ends = [timestamp '2026-10-23 17:00:00', timestamp '2026-10-19 17:00:00', timestamp '2026-10-15 17:00:00', timestamp '2026-10-08 17:00:00', timestamp '2026-09-23 17:00:00', …]  (6 values)
-- $horizons = [604800.0, 972562.3, 1292808.8, 1924400.4, 3196093.4, …]  (6 values)
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $ranks = [2, 3, 4]
-- $starts = [timestamp '2026-07-24 17:00:00', timestamp '2026-07-20 17:00:00', timestamp '2026-07-16 17:00:00', timestamp '2026-07-09 17:00:00', timestamp '2026-06-24 17:00:00', …]  (6 values)
-- How many leads at each stage meet what the company agreed on, and how many of those moved on.
-- Grain: one row per dimension asked for, its segment, stage and condition. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. test_number: which condition of the stage,
-- from 0. met, unmet, unknown: visits whose lead meets it, does not, or of whom it is not known;
-- met_moved and so on: those of them that moved on to a later stage within the stage's horizon.
-- And the ordered pairs of visits by leads of one company. pairs, pairs_first, pairs_both,
-- pairs_fourths: of those where it is known, the first, both of which meet it; met_pairs and so on,
-- unmet_pairs and so on: of those that meet it and of those that do not, which moved on; across,
-- across_first, across_second, across_both: one that meets it and one that does not. Null where
-- there are none.
-- Parameters: those of the scope, with parts, and of judged, whose visits are counted; by rank of the
-- stage $horizons (seconds).
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
        cast([] as varchar[]) as parts,
        cast(null as varchar) as part_0,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
visited as (
    select * from scope
    where list_contains($ranks, stage_rank)
        and entered_at >= list_extract($starts, stage_rank + 1)
        and entered_at < list_extract($ends, stage_rank + 1)
),
touched_1 as (
    select
        leads.lead_number,
        min(touches.touched_at) as first_at,
        min(touches.touched_at) filter (where list_contains($asked_4, touches.kind)) as met_at,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where touches.kind is not null
        and leads.lead_number in (select lead_number from visited)
    group by leads.lead_number
),
touched_2 as (
    select
        leads.lead_number,
        min(touches.touched_at) as first_at,
        min(touches.touched_at) filter (where list_contains($asked_5, touches.kind)) as met_at,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where touches.kind is not null
        and leads.lead_number in (select lead_number from visited)
    group by leads.lead_number
),
judged as (
    select
        visited.*,
        case visited.stage_rank
            when 2 then [(leads."score" >= $asked_1), ((leads."score" >= $asked_2) and (screening.has_email or screening.has_phone)), ((leads."score" >= $asked_3) and (case when touched_1.met_at <= visited.entered_at then true when touched_1.first_at <= visited.entered_at then false end))]
            when 3 then [(leads."need" and leads."authority")]
            when 4 then [(leads."need" and leads."budget" and leads."authority"), ((case when touched_2.met_at <= visited.entered_at then true when touched_2.first_at <= visited.entered_at then false end) or (not leads."need"))]
        end as verdicts,
    from visited
    join leads on leads.lead_number = visited.lead_number
    left join screening on screening.lead_id = leads.lead_id
    left join touched_1 on touched_1.lead_number = visited.lead_number
    left join touched_2 on touched_2.lead_number = visited.lead_number
),
tested as (
    select
        company_number,
        stage_rank,
        columns('^part_'),
        outcome = 'advanced' and seconds <= list_extract($horizons, stage_rank + 1) as moved_on,
        unnest(verdicts) as meets,
        unnest(range(len(verdicts))) as test_number,
    from judged
),
counted as (
    select
        company_number,
        stage_rank,
        test_number,
        columns('^part_'),
        count(*) filter (where meets) as met,
        count(*) filter (where not meets) as unmet,
        count(*) filter (where meets is null) as unknown,
        count(*) filter (where meets and moved_on) as met_moved,
        count(*) filter (where not meets and moved_on) as unmet_moved,
        count(*) filter (where meets is null and moved_on) as unknown_moved,
    from tested
    group by all
),
parted as (
    select
        *,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from counted
),
counts as (
    select
        dimension_number,
        segment,
        stage_rank,
        test_number,
        sum(met) as met,
        sum(unmet) as unmet,
        sum(unknown) as unknown,
        sum(met_moved) as met_moved,
        sum(unmet_moved) as unmet_moved,
        sum(unknown_moved) as unknown_moved,
    from parted
    group by dimension_number, segment, stage_rank, test_number
),
companies as (
    select
        dimension_number,
        segment,
        stage_rank,
        test_number,
        cast(sum(met) as double) as met,
        cast(sum(unmet) as double) as unmet,
        cast(sum(met_moved) as double) as met_moved,
        cast(sum(unmet_moved) as double) as unmet_moved,
        cast(sum(met + unmet) as double) as known,
    from parted
    where company_number is not null
    group by dimension_number, segment, stage_rank, test_number, company_number
),
pairs as (
    select
        dimension_number,
        segment,
        stage_rank,
        test_number,
        sum(known * (known - 1)) as pairs,
        sum(met * (known - 1)) as pairs_first,
        sum(met * (met - 1)) as pairs_both,
        sum(case when known > 1 then power(known, 4) else 0 end) as pairs_fourths,
        sum(met * (met - 1)) as met_pairs,
        sum(met_moved * (met - 1)) as met_pairs_first,
        sum(met_moved * (met_moved - 1)) as met_pairs_both,
        sum(case when met > 1 then power(met, 4) else 0 end) as met_pairs_fourths,
        sum(unmet * (unmet - 1)) as unmet_pairs,
        sum(unmet_moved * (unmet - 1)) as unmet_pairs_first,
        sum(unmet_moved * (unmet_moved - 1)) as unmet_pairs_both,
        sum(case when unmet > 1 then power(unmet, 4) else 0 end) as unmet_pairs_fourths,
        sum(met * unmet) as across,
        sum(met_moved * unmet) as across_first,
        sum(met * unmet_moved) as across_second,
        sum(met_moved * unmet_moved) as across_both,
    from companies
    group by dimension_number, segment, stage_rank, test_number
)
select
    counts.*,
    pairs.* exclude (dimension_number, segment, stage_rank, test_number),
from counts
left join pairs
    on pairs.dimension_number = counts.dimension_number
    and pairs.stage_rank = counts.stage_rank
    and pairs.test_number = counts.test_number
    and pairs.segment is not distinct from counts.segment
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $in_channel = ['event']
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
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
        and (list_contains($in_channel, "channel") or "channel" is null)
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

select * from leads limit 0
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_1 = 40.0
-- $asked_2 = 50.0
-- $asked_3 = 50.0
-- $asked_4 = ['form', 'event', 'call']
-- $asked_5 = ['call']
-- $ends = [timestamp '2026-06-22 17:00:00', timestamp '2026-06-14 17:00:00', timestamp '2026-06-03 17:00:00', timestamp '2026-06-01 17:00:00', timestamp '2026-05-11 17:00:00', …]  (6 values)
-- $horizons = [604800.0, 1312642.5, 2270936.8, 2441502.4, 4298083.6, …]  (6 values)
-- $in_channel = ['event']
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $ranks = [2, 3, 4]
-- $starts = [timestamp '2026-03-23 17:00:00', timestamp '2026-03-15 17:00:00', timestamp '2026-03-04 17:00:00', timestamp '2026-03-02 17:00:00', timestamp '2026-02-09 17:00:00', …]  (6 values)
-- How many leads at each stage meet what the company agreed on, and how many of those moved on.
-- Grain: one row per dimension asked for, its segment, stage and condition. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. test_number: which condition of the stage,
-- from 0. met, unmet, unknown: visits whose lead meets it, does not, or of whom it is not known;
-- met_moved and so on: those of them that moved on to a later stage within the stage's horizon.
-- And the ordered pairs of visits by leads of one company. pairs, pairs_first, pairs_both,
-- pairs_fourths: of those where it is known, the first, both of which meet it; met_pairs and so on,
-- unmet_pairs and so on: of those that meet it and of those that do not, which moved on; across,
-- across_first, across_second, across_both: one that meets it and one that does not. Null where
-- there are none.
-- Parameters: those of the scope, with parts, and of judged, whose visits are counted; by rank of the
-- stage $horizons (seconds).
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
        and (list_contains($in_channel, "channel") or "channel" is null)
),
visited as (
    select * from scope
    where list_contains($ranks, stage_rank)
        and entered_at >= list_extract($starts, stage_rank + 1)
        and entered_at < list_extract($ends, stage_rank + 1)
),
touched_1 as (
    select
        leads.lead_number,
        min(touches.touched_at) as first_at,
        min(touches.touched_at) filter (where list_contains($asked_4, touches.kind)) as met_at,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where touches.kind is not null
        and leads.lead_number in (select lead_number from visited)
    group by leads.lead_number
),
touched_2 as (
    select
        leads.lead_number,
        min(touches.touched_at) as first_at,
        min(touches.touched_at) filter (where list_contains($asked_5, touches.kind)) as met_at,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where touches.kind is not null
        and leads.lead_number in (select lead_number from visited)
    group by leads.lead_number
),
judged as (
    select
        visited.*,
        case visited.stage_rank
            when 2 then [(leads."score" >= $asked_1), ((leads."score" >= $asked_2) and (screening.has_email or screening.has_phone)), ((leads."score" >= $asked_3) and (case when touched_1.met_at <= visited.entered_at then true when touched_1.first_at <= visited.entered_at then false end))]
            when 3 then [(leads."need" and leads."authority")]
            when 4 then [(leads."need" and leads."budget" and leads."authority"), ((case when touched_2.met_at <= visited.entered_at then true when touched_2.first_at <= visited.entered_at then false end) or (not leads."need"))]
        end as verdicts,
    from visited
    join leads on leads.lead_number = visited.lead_number
    left join screening on screening.lead_id = leads.lead_id
    left join touched_1 on touched_1.lead_number = visited.lead_number
    left join touched_2 on touched_2.lead_number = visited.lead_number
),
tested as (
    select
        company_number,
        stage_rank,
        columns('^part_'),
        outcome = 'advanced' and seconds <= list_extract($horizons, stage_rank + 1) as moved_on,
        unnest(verdicts) as meets,
        unnest(range(len(verdicts))) as test_number,
    from judged
),
counted as (
    select
        company_number,
        stage_rank,
        test_number,
        columns('^part_'),
        count(*) filter (where meets) as met,
        count(*) filter (where not meets) as unmet,
        count(*) filter (where meets is null) as unknown,
        count(*) filter (where meets and moved_on) as met_moved,
        count(*) filter (where not meets and moved_on) as unmet_moved,
        count(*) filter (where meets is null and moved_on) as unknown_moved,
    from tested
    group by all
),
parted as (
    select
        *,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from counted
),
counts as (
    select
        dimension_number,
        segment,
        stage_rank,
        test_number,
        sum(met) as met,
        sum(unmet) as unmet,
        sum(unknown) as unknown,
        sum(met_moved) as met_moved,
        sum(unmet_moved) as unmet_moved,
        sum(unknown_moved) as unknown_moved,
    from parted
    group by dimension_number, segment, stage_rank, test_number
),
companies as (
    select
        dimension_number,
        segment,
        stage_rank,
        test_number,
        cast(sum(met) as double) as met,
        cast(sum(unmet) as double) as unmet,
        cast(sum(met_moved) as double) as met_moved,
        cast(sum(unmet_moved) as double) as unmet_moved,
        cast(sum(met + unmet) as double) as known,
    from parted
    where company_number is not null
    group by dimension_number, segment, stage_rank, test_number, company_number
),
pairs as (
    select
        dimension_number,
        segment,
        stage_rank,
        test_number,
        sum(known * (known - 1)) as pairs,
        sum(met * (known - 1)) as pairs_first,
        sum(met * (met - 1)) as pairs_both,
        sum(case when known > 1 then power(known, 4) else 0 end) as pairs_fourths,
        sum(met * (met - 1)) as met_pairs,
        sum(met_moved * (met - 1)) as met_pairs_first,
        sum(met_moved * (met_moved - 1)) as met_pairs_both,
        sum(case when met > 1 then power(met, 4) else 0 end) as met_pairs_fourths,
        sum(unmet * (unmet - 1)) as unmet_pairs,
        sum(unmet_moved * (unmet - 1)) as unmet_pairs_first,
        sum(unmet_moved * (unmet_moved - 1)) as unmet_pairs_both,
        sum(case when unmet > 1 then power(unmet, 4) else 0 end) as unmet_pairs_fourths,
        sum(met * unmet) as across,
        sum(met_moved * unmet) as across_first,
        sum(met * unmet_moved) as across_second,
        sum(met_moved * unmet_moved) as across_both,
    from companies
    group by dimension_number, segment, stage_rank, test_number
)
select
    counts.*,
    pairs.* exclude (dimension_number, segment, stage_rank, test_number),
from counts
left join pairs
    on pairs.dimension_number = counts.dimension_number
    and pairs.stage_rank = counts.stage_rank
    and pairs.test_number = counts.test_number
    and pairs.segment is not distinct from counts.segment
;
