-- The journeys: each lead of the view with a summary of its touches.
-- Grain: one row per journey. size: touches that count, 0 for none; began_at: when the first of
-- them was, null for none and where times are unknown; created_place: of the touch that created the
-- lead (the last by its creation, else the first); opportunity_place: of the last by the start of
-- the opportunity, null for none; sources: the set of its sources, bit i standing for source_id i;
-- conversions and losses: 1 and 0 or 0 and 1, in a file as many as it says; value: null when it did
-- not convert, or its value is unknown; company_number: null for the only lead of a company and
-- where it is not known.
-- Parameters: none; reads journey_leads, steps.
with marks as (
    select
        journey,
        min(position) as first_position,
        min(touched_at) as began_at,
        max(position) as last_position,
        max(case when by_creation then position end) as created_position,
        max(case when by_opportunity then position end) as opportunity_position,
        bit_or(cast(1 as bigint) << source_id) as sources,
    from steps
    group by journey
)
select
    journey_leads.journey,
    journey_leads.lead_id,
    journey_leads.company_number,
    journey_leads.converted,
    journey_leads.conversions,
    journey_leads.losses,
    journey_leads.value,
    journey_leads.ended_at,
    not journey_leads.has_touches and marks.journey is not null as is_own,
    journey_leads.bucket,
    marks.began_at,
    marks.first_position,
    coalesce(marks.last_position - marks.first_position + 1, 0) as size,
    coalesce(marks.created_position, marks.first_position) - marks.first_position + 1
        as created_place,
    marks.opportunity_position - marks.first_position + 1 as opportunity_place,
    coalesce(marks.sources, 0) as sources,
from journey_leads
left join marks on marks.journey = journey_leads.journey
