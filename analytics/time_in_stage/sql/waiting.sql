-- The leads that wait: where, since when, and how long against what is usual there.
-- Grain: one row per lead that is open at as_of in a stage other than the last; longest first.
-- Parameters: those of the scope, whose only part is the temperature; $stages and, in the same order, $medians, $p90s and $limits, in
-- seconds, null where there is none; $currency, for amounts that come without.
with waiting as (
    select
        lead_number,
        segment,
        stage,
        entered_at,
        seconds,
        part_1 as temperature,
        list_extract($medians, list_position($stages, stage)) as median_seconds,
        list_extract($p90s, list_position($stages, stage)) as p90_seconds,
        list_extract($limits, list_position($stages, stage)) as limit_seconds,
    from scope
    where outcome = 'open'
)
select
    leads.lead_id,
    waiting.stage,
    waiting.entered_at as stage_entered_at,
    waiting.seconds,
    waiting.median_seconds,
    waiting.p90_seconds,
    case
        when waiting.seconds > waiting.p90_seconds then 'beyond_p90'
        when waiting.seconds >= waiting.median_seconds then 'to_p90'
        else 'under_median'
    end as band,
    waiting.limit_seconds,
    waiting.seconds > waiting.limit_seconds as breached,
    leads.owner,
    leads.team,
    leads.source,
    leads.company,
    leads.name,
    leads.amount,
    coalesce(leads.currency, $currency) as currency,
    leads.channel,
    leads.campaign,
    leads.region,
    leads.industry,
    waiting.temperature,
    leads.need,
    leads.budget,
    leads.authority,
    leads.timing,
    leads.created_at,
    waiting.segment,
from waiting
join leads on leads.lead_number = waiting.lead_number
order by seconds desc, lead_id
