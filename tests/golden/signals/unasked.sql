-- The view: by=team

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- Of how many open leads it is not known whether they can buy, by stage and who has them.
-- Grain: one row per segment and stage in which a lead is open at as_of. need, budget, authority,
-- timing: leads of which that is not known; nothing: of which none of the four is.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
    from stays
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
waiting as (
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
;
