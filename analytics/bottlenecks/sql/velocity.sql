-- The deals that velocity is made of: leads that reached the qualified step, and their outcomes.
-- Grain: one row per whether the deals began in the period and outcome ('advanced', 'lost', 'open').
-- deals: how many; seconds: for each of them the time from qualifying to the end, for open ones to
-- as_of, in no order. value: the worth of the won ones together, in the store's currency at the rate
-- of the day of winning; valued: how many of them have a known value.
-- Parameters: those of the scope; $qualified_stage (the one that opens the step), $shown_start,
-- $shown_end (the period), $currency (the store's).
with deals as (
    select
        lead_number,
        reached_at >= $shown_start and reached_at < $shown_end as is_shown,
        outcome,
        waited,
        cast(timezone($time_zone, timezone('UTC', moved_on_at)) as date) as day,
    from scope
    where stage = $qualified_stage
),
values_of_leads as (
    select
        deals.lead_number,
        leads.amount * exchange.rate as value,
    from deals
    join leads on leads.lead_number = deals.lead_number
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency) and exchange.day = deals.day
    where deals.is_shown and deals.outcome = 'advanced'
),
groups as (
    select
        deals.is_shown,
        deals.outcome,
        count(*) as deals,
        array_agg(deals.waited) as seconds,
        count(values_of_leads.value) as valued,
        coalesce(sum(values_of_leads.value), 0) as value,
    from deals
    left join values_of_leads on values_of_leads.lead_number = deals.lead_number
    group by deals.is_shown, deals.outcome
)
select * from groups
order by is_shown, outcome
