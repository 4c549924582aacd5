-- The visits of leads that entered a stage again, or to one before a stage that they had reached:
-- only of these has the order of visits to be followed to see who skipped no step.
-- Grain: one row per visit of such a lead. Parameters: none; reads visits, climbs.
create temp table detours as
select
    visits.lead_number,
    visits.stage_rank,
    visits.group_rank,
    visits.entered_at,
from visits
join climbs on climbs.lead_number = visits.lead_number
where climbs.has_detours
