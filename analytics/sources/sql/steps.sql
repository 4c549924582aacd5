-- The touches that count, their sources as small numbers: what the models scan.
-- Grain: one row per journey and touch. source_id: 0 for the missing source.
-- Parameters: none; reads journey_touches, source_ids.
select
    journey_touches.journey,
    cast(journey_touches.position as integer) as position,
    coalesce(source_ids.source_id, 0) as source_id,
    journey_touches.touched_at,
    journey_touches.by_creation,
    journey_touches.by_opportunity,
from journey_touches
left join source_ids on source_ids.source = journey_touches.source
