-- The leads that nobody has answered yet.
-- Grain: one row per lead, or visit to the stage that is asked about; who has waited longest first.
-- breached: whether that is longer than was promised, null without a promise.
-- Parameters: those of the scope; $promised (seconds, null without a promise).
with waiting as (
    select
        lead_number,
        segment,
        entered_at,
        seconds,
        seconds > $promised as breached,
    from scope
    where answered_at is null
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
    leads.created_at,
    waiting.entered_at,
    waiting.seconds,
    waiting.breached,
    waiting.segment,
from waiting
join leads on leads.lead_number = waiting.lead_number
order by seconds desc, entered_at, lead_id
