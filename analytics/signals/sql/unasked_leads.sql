-- The open leads of which something is not known that decides whether they can buy.
-- Grain: one row per lead that is open at as_of in the stage; those of which the least is known
-- first, then the longest waiting.
-- Parameters: those of the scope; $chosen_stage, other than the last.
with waiting as (
    select
        lead_number,
        segment,
        stage,
        entered_at,
        seconds,
    from scope
    where outcome = 'open' and stage = $chosen_stage
)
select
    leads.lead_id,
    waiting.segment,
    waiting.stage,
    waiting.entered_at as stage_entered_at,
    waiting.seconds,
    leads.company,
    leads.name,
    leads.phone,
    leads.email,
    leads.need,
    leads.budget,
    leads.authority,
    leads.timing,
    leads.owner,
    leads.team,
    cast(leads.need is null as integer) + cast(leads.budget is null as integer)
        + cast(leads.authority is null as integer) + cast(leads.timing is null as integer)
        as unknown,
from waiting
join leads on leads.lead_number = waiting.lead_number
where leads.need is null
    or leads.budget is null
    or leads.authority is null
    or leads.timing is null
order by unknown desc, seconds desc, lead_id
