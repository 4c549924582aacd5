-- The visits to a stage behind the numbers of time in stage, the latest first.
-- Grain: one row per visit of the scope to the stage.
-- Parameters: those of the scope; $stage.
with visits as (
    select
        lead_number,
        entered_at,
        outcome,
        next_stage,
        seconds,
    from scope
    where stage = $stage
)
select
    leads.lead_id,
    leads.company,
    leads.owner,
    leads.team,
    leads.source,
    visits.entered_at,
    visits.outcome,
    visits.next_stage,
    visits.seconds,
from visits
join leads on leads.lead_number = visits.lead_number
order by entered_at desc, lead_id, seconds, outcome, next_stage
