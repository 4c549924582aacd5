-- Who left the pipeline, how and when; those who came back are there too.
-- Grain: one row per visit to an exit, in the count of the lead's visits. is_timed: whether it is
-- known when, other than of one that is only known from a present status. Sorted by lead and visit.
-- Parameters: none; reads numbered_leads, visits, whose order the rows keep.
create table exits as
select
    numbered_leads.lead_id,
    visits.stage,
    visits.entered_at,
    visits.visit_number,
    visits.is_timed,
from visits
join numbered_leads on numbered_leads.lead_number = visits.lead_number
where visits.stage_rank is null
