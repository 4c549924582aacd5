-- The path of each journey: its sources in order, consecutive repeats collapsed.
-- Grain: one row per journey. path: a list of source_ids, null without a touch that counts.
-- Parameters: none; reads journeys.
select
    *,
    case
        when size > 0
        then list_filter(stops, lambda stop, place: place = 1 or stop <> stops[place - 1])
    end as path,
from journeys
