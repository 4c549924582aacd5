-- The path of each journey: its sources in order, consecutive repeats collapsed.
-- Grain: one row per journey with a touch that counts. path: a list of source_ids; began_at: when
-- the first touch was.
-- Parameters: none; reads steps.
with neighbours as (
    select
        journey,
        position,
        source_id,
        touched_at,
        lag(source_id) over (partition by journey order by position) as source_before,
    from steps
)
select
    journey,
    list(source_id order by position) filter (
        where source_before is null or source_before <> source_id
    ) as path,
    min(touched_at) as began_at,
from neighbours
group by journey
