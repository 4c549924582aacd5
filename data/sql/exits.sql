-- Who left the pipeline, how, when and why; those who came back are there too.
-- Grain: one row per visit to an exit, in the count of the lead's visits. reasons: the kinds, null
-- where none is known. is_timed: whether it is known when, other than of one that is only known from
-- a present status. Sorted by lead and visit.
-- Parameters: none; reads named_reasons, visits, whose order the rows keep.
create table exits as
select
    visits.lead_number,
    visits.stage,
    visits.entered_at,
    visits.visit_number,
    named_reasons.reasons,
    visits.is_timed,
from visits
left join named_reasons on named_reasons.lead_number = visits.lead_number
    and named_reasons.visit_number = visits.visit_number
where visits.stage_rank is null
