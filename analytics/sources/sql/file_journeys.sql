-- The rows of a file of paths as journeys: each stands for as many as it says.
-- Grain: one row per row of the file.
-- Parameters: none; reads paths.
select
    journey,
    cast(line as varchar) as lead_id,
    cast(null as integer) as company_number,
    conversions > 0 as converted,
    conversions,
    losses,
    value,
    cast(null as timestamp) as ended_at,
    true as has_touches,
    0 as bucket,
from paths
