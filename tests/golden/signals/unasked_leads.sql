-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $chosen_stage = 'sql'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- The open leads of which something is not known that decides whether they can buy.
-- Grain: one row per lead that is open at as_of in the stage; those of which the least is known
-- first, then the longest waiting.
-- Parameters: those of the scope; $chosen_stage, other than the last.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "owner" as segment,
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
;
