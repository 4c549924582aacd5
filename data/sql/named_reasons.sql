-- The kinds of reasons that are known of each visit to an exit or to an earlier stage.
-- Grain: one row per lead and such visit, in the count of the lead's visits.
-- Parameters: none; reads given_reasons.
create temp table named_reasons as
select
    lead_number,
    visit_number,
    list(distinct kind order by kind) as reasons,
from given_reasons
where kind <> 'unknown'
group by lead_number, visit_number
