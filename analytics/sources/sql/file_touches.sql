-- The touches of a file of paths, one after another.
-- Grain: one row per path (a row of the file) and touch; none for a path without touches. journeys:
-- how many took the path. There are no times, and which touch created the lead is unknown.
-- Parameters: none; reads paths.
with lists as (
    select
        journey,
        string_split(path, '>') as names,
        conversions + losses as journeys,
    from paths
    where path is not null
),
touches as (
    select
        journey,
        unnest(range(1, len(names) + 1)) as position,
        unnest(names) as name,
        journeys,
    from lists
)
select
    journey,
    position,
    nullif(trim(name), '') as source,
    cast(null as timestamp) as touched_at,
    position = 1 as by_creation,
    false as by_opportunity,
    journeys,
from touches
