-- The deals that velocity is made of: leads that reached the qualified step, and their outcomes.
-- Grain: one row per whether the deals began in the period and outcome ('advanced', 'lost', 'open').
-- deals: how many; seconds: for each of them the time from qualifying to the end, for open ones to
-- as_of, in no order. value: the worth of the won ones together, in the store's currency at the rate
-- of the day of winning; valued: how many of them have a known value.
-- Parameters: those of the scope, worths; $qualified_stage and $won_stage (those that open the step
-- and the next one), $shown_start, $shown_end (the period).
with deals as (
    select
        lead_number,
        reached_at >= $shown_start and reached_at < $shown_end as is_shown,
        outcome,
        waited,
    from scope
    where stage = $qualified_stage
),
won as (
    select
        lead_number,
        value,
    from worths
    where stage = $won_stage
),
groups as (
    select
        deals.is_shown,
        deals.outcome,
        count(*) as deals,
        array_agg(deals.waited) as seconds,
        count(won.value) as valued,
        coalesce(sum(won.value), 0) as value,
    from deals
    left join won
        on won.lead_number = deals.lead_number
        and deals.is_shown
        and deals.outcome = 'advanced'
    group by deals.is_shown, deals.outcome
)
select * from groups
order by is_shown, outcome
