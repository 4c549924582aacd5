-- The touches of a file of paths, one after another.
-- Grain: one row per path (a row of the file); without touches its lists are empty. sources: null for a
-- touch without a name. There are no times, and which touch created the lead is unknown.
-- Parameters: none; reads journey_leads, paths.
with named as (
    select
        journey,
        list_transform(
            coalesce(string_split(path, '>'), []), lambda name: nullif(trim(name), '')
        ) as sources,
    from paths
)
select
    journey_leads.*,
    cast(null as timestamp) as began_at,
    cast(null as timestamp[]) as touched_at,
    named.sources,
    false as is_own,
    case when len(named.sources) > 0 then 1 end as created_place,
    cast(null as integer) as opportunity_place,
from journey_leads
join named on named.journey = journey_leads.journey
