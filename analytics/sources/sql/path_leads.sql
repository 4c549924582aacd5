-- The leads that took a path.
-- Grain: one row per lead.
-- Parameters: $path (a list of source_ids, null for journeys without a touch that counts), $sets (the
-- set of its sources), $converted (whether they reached the milestone); reads tracks, journeys.
select
    journeys.lead_id,
from journeys
left join tracks on tracks.journey = journeys.journey
where tracks.path is not distinct from cast($path as integer[])
    and list_contains($sets, journeys.sources)
    and journeys.converted = $converted
order by journeys.lead_id
