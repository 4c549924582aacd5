-- The leads that took a path.
-- Grain: one row per lead.
-- Parameters: $path (a list of source_ids, null for journeys without a touch that counts), $sets (the
-- set of its sources), $converted (whether they reached the milestone); reads tracks, leads.
select
    leads.lead_id,
from tracks
join leads on leads.lead_number = tracks.lead_number
where list_contains($sets, tracks.sources)
    and tracks.converted = $converted
    and tracks.path is not distinct from cast($path as integer[])
order by leads.lead_id
