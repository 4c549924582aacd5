-- The rows of a file of paths as journeys: each stands for as many as it says.
-- Grain: one row per row of the file.
-- Parameters: none; reads paths.
select
    journey,
    cast(null as integer) as lead_number,
    cast(null as integer) as company_number,
    conversions > 0 as converted,
    conversions,
    losses,
    value,
    cast(null as timestamp) as ended_at,
    0 as bucket,
from paths
