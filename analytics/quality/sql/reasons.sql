-- Why leads are not usable.
-- Grain: one row per segment, verdict and reason of leads that are screened and not usable.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $screening,
-- $screening_reason (their places in parts, null where no lead has one).
with arrived as (
    select
        segment,
        list_extract(parts, cast($screening as bigint)) as verdict,
        list_extract(parts, cast($screening_reason as bigint)) as reason,
    from scope
    where stage = $lead_stage
)
select
    segment,
    verdict,
    reason,
    count(*) as leads,
from arrived
where verdict <> 'ok'
group by segment, verdict, reason
order by count(*) desc, segment, verdict, reason
