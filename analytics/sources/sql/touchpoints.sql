-- The touches that count, each with what is known of it and of its journey.
-- Grain: one row per journey and touch.
-- Parameters: none; reads steps, journeys, source_names.
select
    steps.journey,
    journeys.lead_id,
    steps.position - journeys.first_position + 1 as place,
    journeys.size,
    steps.source_id,
    source_names.name as source,
    steps.touched_at,
    date_diff('microsecond', steps.touched_at, journeys.ended_at) / 86400e6 as days,
    steps.position = journeys.first_position as is_first,
    steps.position - journeys.first_position + 1 = journeys.created_place as is_created,
    coalesce(
        steps.position - journeys.first_position + 1 = journeys.opportunity_place, false
    ) as is_opportunity,
    steps.position - journeys.first_position + 1 = journeys.size as is_last,
    journeys.converted,
    journeys.value,
    journeys.conversions,
    journeys.losses,
    journeys.bucket,
from steps
join journeys on journeys.journey = steps.journey
left join source_names on source_names.source_id = steps.source_id
