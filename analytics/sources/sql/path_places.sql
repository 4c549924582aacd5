-- Where on the paths to the milestone each source was.
-- Grain: one row per source_id on any of them. In conversions, each counted once: on_path, it was
-- on it; at_first, at_last, it was the first, the last touch; at_middle, it was one between those.
-- Parameters: none; reads steps, journeys.
with stops as (
    select
        steps.journey,
        steps.source_id,
        max(journeys.conversions) as conversions,
        bool_or(steps.position = journeys.first_position) as at_first,
        bool_or(steps.position = journeys.first_position + journeys.size - 1) as at_last,
        bool_or(
            steps.position > journeys.first_position
            and steps.position < journeys.first_position + journeys.size - 1
        ) as at_middle,
    from steps
    join journeys on journeys.journey = steps.journey
    where journeys.converted
    group by steps.journey, steps.source_id
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
