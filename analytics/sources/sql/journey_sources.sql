-- The sources of the touches that count, and how many touches each has.
-- Grain: one row per value of the credited dimension, the missing one left out; most touches first.
-- Parameters: none; reads journey_touches.
select
    source,
    count(*) as touches,
from journey_touches
where source is not null
group by source
order by touches desc, source
