-- The sets of sources that the most common paths to the milestone are of.
-- Grain: one row per set (bit i stands for source_id i, 0 for journeys without a touch that counts) of
-- a path with at least as many conversions as the one at place $most; none where there are fewer paths.
-- Parameters: $most (how many paths); reads won_tracks, journeys.
with paths as (
    select
        won_tracks.path,
        any_value(journeys.sources) as sources,
        sum(journeys.conversions) as conversions,
    from journeys
    left join won_tracks on won_tracks.journey = journeys.journey
    where journeys.converted
    group by won_tracks.path
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
