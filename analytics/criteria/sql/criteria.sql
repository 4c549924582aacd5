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
with tested as (
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
