-- How many leads wait at each stage, by how long against what is usual there.
-- Grain: one row per segment and stage that anybody entered.
-- Parameters: those of the scope; $stages and, in the same order, $medians, $p90s and $limits, in
-- seconds, null where there is none.
with measured as (
    select
        segment,
        stage,
        seconds,
        outcome = 'open' as is_open,
        list_extract($medians, list_position($stages, stage)) as median_seconds,
        list_extract($p90s, list_position($stages, stage)) as p90_seconds,
        list_extract($limits, list_position($stages, stage)) as limit_seconds,
    from scope
),
banded as (
    select
        *,
        case
            when not is_open then null
            when seconds > p90_seconds then 'beyond_p90'
            when seconds >= median_seconds then 'to_p90'
            else 'under_median'
        end as band,
    from measured
),
bands as (
    select
        segment,
        stage,
        count(*) as stays,
        count(band) as open,
        count(*) filter (where band = 'under_median') as under_median,
        count(*) filter (where band = 'to_p90') as to_p90,
        count(*) filter (where band = 'beyond_p90') as beyond_p90,
        count(*) filter (where is_open and seconds > limit_seconds) as breached,
        max(seconds) filter (where is_open) as longest_seconds,
    from banded
    group by segment, stage
)
select * from bands
