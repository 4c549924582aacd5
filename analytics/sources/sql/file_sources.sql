-- The sources of a file of paths, and how many touches each has.
-- Grain: one row per source.
-- Parameters: none; reads journey_touches.
with touches as (
    select
        unnest(sources) as source,
        conversions + losses as journeys,
    from journey_touches
)
select
    source,
    sum(journeys) as touches,
from touches
where source is not null
group by source
