-- Of how many open leads it is not known whether they can buy, by stage and who has them.
-- Grain: one row per segment and stage in which a lead is open at as_of. need, budget, authority,
-- timing: leads of which that is not known; nothing: of which none of the four is.
-- Parameters: those of the scope.
with waiting as (
    select
        lead_number,
        segment,
        stage,
    from scope
    where outcome = 'open'
)
select
    waiting.segment,
    waiting.stage,
    count(*) as leads,
    count(*) - count(leads.need) as need,
    count(*) - count(leads.budget) as budget,
    count(*) - count(leads.authority) as authority,
    count(*) - count(leads.timing) as timing,
    count(*) filter (
        where coalesce(leads.need, leads.budget, leads.authority, leads.timing) is null
    ) as nothing,
from waiting
join leads on leads.lead_number = waiting.lead_number
group by waiting.segment, waiting.stage
order by waiting.stage, leads desc, waiting.segment
