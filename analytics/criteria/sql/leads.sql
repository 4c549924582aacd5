-- The visits that a version of a criterion counts, each with whether its lead meets it.
-- Grain: one row per visit to the stage; those who do not meet it first, then those of whom it is not
-- known, each the latest first. meets: null where it is not known.
-- Parameters: those of the scope and of judged; $test_number (which condition of the stage, from 0).
with tested as (
    select
        lead_number,
        entered_at,
        outcome,
        seconds,
        list_extract(verdicts, $test_number + 1) as meets,
    from judged
)
select
    leads.lead_id,
    leads.company,
    leads.name,
    leads.owner,
    leads.team,
    leads.source,
    leads.need,
    leads.budget,
    leads.authority,
    leads.timing,
    leads.score,
    tested.meets,
    tested.entered_at,
    tested.outcome,
    tested.seconds,
from tested
join leads on leads.lead_number = tested.lead_number
order by coalesce(cast(meets as integer) * 2, 1), entered_at desc, lead_id, seconds, outcome
