-- Where on the paths to the milestone each source was.
-- Grain: one row per source_id on any of them. In conversions, each counted once: on_path, it was
-- on it; at_first, at_last, it was the first, the last touch; at_middle, it was one between those.
-- Parameters: none; reads journeys.
with touches as (
    select
        journey,
        size,
        conversions,
        unnest(stops) as source_id,
        unnest(range(1, size + 1)) as place,
    from journeys
    where converted
),
stops as (
    select
        journey,
        source_id,
        max(conversions) as conversions,
        bool_or(place = 1) as at_first,
        bool_or(place = size) as at_last,
        bool_or(place > 1 and place < size) as at_middle,
    from touches
    group by journey, source_id
)
select
    source_id,
    sum(case when at_first then conversions else 0 end) as at_first,
    sum(case when at_middle then conversions else 0 end) as at_middle,
    sum(case when at_last then conversions else 0 end) as at_last,
    sum(conversions) as on_path,
from stops
group by source_id
order by source_id
