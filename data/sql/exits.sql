-- Who left the pipeline, how and when; those who came back are there too.
-- Grain: one row per visit to an exit, in the count of the lead's visits. is_timed: whether it is
-- known when, other than of one that is only known from a present status. Sorted by lead and visit.
-- Parameters: none; reads visits, whose order the rows keep.
create table exits as
select
    lead_number,
    stage,
    entered_at,
    visit_number,
    is_timed,
from visits
where stage_rank is null
