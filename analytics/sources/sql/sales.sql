-- What the leads that reached a step are worth, in the currency of the store.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day the lead reached the step; without_amount: how many have no amount, or no rate.
-- Parameters: those of the scope; $stage (the one that opens the step), $currency (the store's).
with valued as (
    select
        scope.segment,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    left join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
    where scope.stage = $stage
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
