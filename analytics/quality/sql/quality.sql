-- What screening found of the leads of each segment, what is known of them, and the outcome of calls.
-- Grain: one row per segment. unscreened: leads without a verdict, since their file has no contacts.
-- called: leads of which the outcome of a call is known; attempts: how often they were called, null
-- when no file says so.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $screening,
-- $consent, $call_outcome, $call_attempts (their places in parts, null where no lead has one).
with arrived as (
    select
        segment,
        lead_number,
        list_extract(parts, cast($screening as bigint)) as verdict,
        list_extract(parts, cast($consent as bigint)) as consent,
        list_extract(parts, cast($call_outcome as bigint)) as outcome,
        list_extract(parts, cast($call_attempts as bigint)) as attempts,
    from scope
    where stage = $lead_stage
)
select
    arrived.segment,
    count(*) as leads,
    count(*) filter (where arrived.verdict = 'duplicate') as duplicate,
    count(*) filter (where arrived.verdict = 'invalid') as invalid,
    count(*) filter (where arrived.verdict = 'junk') as junk,
    count(*) filter (where arrived.verdict = 'unreachable') as unreachable,
    count(*) filter (where arrived.verdict = 'ok') as usable,
    count(*) filter (where arrived.verdict is null) as unscreened,
    count(leads.email) as with_email,
    count(leads.phone) as with_phone,
    count(leads.company) as with_company,
    count(*) filter (where arrived.consent = 'yes') as consent_yes,
    count(*) filter (where arrived.consent = 'no') as consent_no,
    count(*) filter (where arrived.consent is null) as consent_unknown,
    count(arrived.outcome) as called,
    count(*) filter (where arrived.outcome = 'reached') as reached,
    count(*) filter (where arrived.outcome = 'not_interested') as not_interested,
    count(*) filter (where arrived.outcome = 'no_answer') as no_answer,
    count(*) filter (where arrived.outcome = 'dead_number') as dead_number,
    count(*) filter (where arrived.outcome = 'impostor') as impostor,
    sum(try_cast(arrived.attempts as double)) as attempts,
from arrived
join leads on leads.lead_number = arrived.lead_number
group by arrived.segment
order by count(*) desc, arrived.segment
