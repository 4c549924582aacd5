-- The sources of a file of paths, and how many touches each has.
-- Grain: one row per source, the one with most touches first.
-- Parameters: none; reads journey_touches.
select
    source,
    sum(journeys) as touches,
from journey_touches
where source is not null
group by source
order by touches desc, source
