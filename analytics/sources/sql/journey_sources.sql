-- The sources of the touches that count, and how many touches each has.
-- Grain: one row per value of the credited dimension, the missing one left out.
-- Parameters: none; reads journey_touches.
with touches as (
    select unnest(sources) as source from journey_touches
)
select
    source,
    count(*) as touches,
from touches
where source is not null
group by source
