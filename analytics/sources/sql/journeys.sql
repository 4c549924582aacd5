-- The journeys: each lead of the view with its touches that count, their sources as small numbers.
-- Grain: one row per journey. size: touches that count, 0 for none; began_at: when the first of
-- them was, null for none and where times are unknown; stops: the source_id of each, in the order of
-- time, 0 for the missing source; sources: the set of them, bit i standing for source_id i.
-- conversions and losses: 1 and 0 or 0 and 1, in a file as many as it says; value: null when it did
-- not convert, or its value is unknown; company_number: null for the only lead of a company and
-- where it is not known; created_place, opportunity_place: as in journey_touches.
-- Parameters: $others (the source_id of those that go together); reads journey_touches,
-- journey_sources, source_ids.
with named as (
    -- Of the type that sources have in the lists: they are looked for there as they are.
    select list(journey_sources.source order by source_ids.source_id) as names
    from journey_sources
    join source_ids on source_ids.source = journey_sources.source
    where source_ids.source_id <> $others
),
numbered as (
    select
        journey_touches.* exclude (touched_at, sources),
        len(journey_touches.sources) as size,
        list_transform(
            journey_touches.sources,
            lambda source: cast(
                case
                    when source is null then 0
                    else coalesce(list_position(named.names, source), $others)
                end as integer
            )
        ) as stops,
    from journey_touches
    cross join named
)
select
    *,
    coalesce(
        list_bit_or(list_transform(stops, lambda stop: cast(1 as bigint) << stop)), 0
    ) as sources,
from numbered
