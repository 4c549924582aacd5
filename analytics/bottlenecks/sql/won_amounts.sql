-- What won leads brought, in the currency of the store: of everybody, and of each part.
-- Grain: one row per dimension asked for and value with any known amount. place: which dimension,
-- from 1; 0 with a null segment is everybody. amounts: leads whose amount is known; value: their
-- sum, each at the rate of the day it was won; without an amount, or a rate of its currency, it is not known.
-- Parameters: those of the scope, with parts; $currency (the store's).
with valued as (
    select
        scope.parts,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_id = scope.lead_id
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
    where scope.stage = $last_stage and leads.amount is not null
),
taken_apart as (
    select
        value,
        unnest(list_prepend(cast(null as varchar), parts)) as segment,
        unnest(range(len(parts) + 1)) as place,
    from valued
),
segments as (
    select
        place,
        segment,
        count(*) as amounts,
        sum(value) as value,
    from taken_apart
    group by place, segment
)
select * from segments
