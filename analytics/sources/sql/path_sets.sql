-- The sets of sources that the most common paths to the milestone are of.
-- Grain: one row per set (bit i stands for source_id i, 0 for journeys without a touch that counts) of
-- a path with at least as many conversions as the one at place $most; none where there are fewer paths.
-- Parameters: $most (how many paths); reads tracks.
with paths as (
    select
        path,
        any_value(sources) as sources,
        sum(conversions) as conversions,
    from tracks
    where converted
    group by path
),
least as (
    select conversions
    from paths
    order by conversions desc
    limit 1 offset $most - 1
)
select distinct paths.sources
from paths
cross join least
where paths.conversions >= least.conversions
order by paths.sources
