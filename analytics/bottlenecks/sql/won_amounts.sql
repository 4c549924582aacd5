-- What won leads brought, in the currency of the store: of all leads, and by segment.
-- Grain: one row per dimension asked for and segment with any known amount. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. amounts: leads whose amount is known;
-- value: their sum, each at the rate of the day it was won; unknown without an amount, or without a
-- rate of its currency.
-- Parameters: those of the scope, with parts; $currency (the store's).
with valued as (
    select
        scope.parts,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
    where scope.stage = $last_stage and leads.amount is not null
),
parted as (
    select
        value,
        unnest(list_prepend(cast(null as varchar), parts)) as segment,
        unnest(range(len(parts) + 1)) as dimension_number,
    from valued
),
segments as (
    select
        dimension_number,
        segment,
        count(*) as amounts,
        sum(value) as value,
    from parted
    group by dimension_number, segment
)
select * from segments
