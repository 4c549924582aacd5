-- What the wins of leads that reached a step brought, in the currency of the store, when every win
-- of a lead counts.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day of its win; without_amount: how many leads have none of them.
-- Parameters: those of the scope; $stage (the one that opens the step), $currency (the store's).
with won as (
    select
        segment,
        lead_number,
        reached_at,
        row_number() over (partition by lead_number, reached_at order by lead_number) as copy,
    from scope
    where stage = $stage
),
valued as (
    select
        won.segment,
        won.lead_number,
        sum(wins.amount * exchange.rate) as value,
    from won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
    group by won.segment, won.lead_number
),
segments as (
    select
        segment,
        sum(value) as value,
        count(*) - count(value) as without_amount,
    from valued
    group by segment
)
select * from segments
order by segment
