-- The leads that were handed over, each with the answer; those without one first, the longest waiting
-- before the others.
-- Grain: one row per lead of the scope.
-- Parameters: those of the scope.
with handed as (
    select
        lead_number,
        handed_at,
        answer,
        is_taken,
        why,
        decided_at,
        back_at,
        seconds,
    from scope
)
select
    leads.lead_id,
    leads.company,
    leads.name,
    leads.phone,
    leads.email,
    leads.owner,
    leads.team,
    leads.source,
    handed.handed_at,
    handed.answer,
    handed.is_taken,
    cast(handed.why as varchar[]) as why,
    handed.decided_at,
    handed.back_at,
    handed.seconds,
from handed
join leads on leads.lead_number = handed.lead_number
order by decided_at is not null, handed_at, lead_id
