-- What won leads brought, in the currency of the store: of everybody, and of each part.
-- Grain: one row per dimension asked for and value with any known amount. place: which dimension,
-- from 1; 0 with a null segment is everybody. amounts: leads whose amount is known; value: their
-- sum, each at the rate of the day it was won (the latest given on or before it, else the first one
-- after); without an amount, or a rate of its currency, it is not known.
-- Parameters: those of the scope, with parts; $currency (the store's).
with arrivals as (
    select
        scope.parts,
        leads.amount,
        coalesce(leads.currency, $currency) as currency,
        cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date) as day,
    from scope
    join leads on leads.lead_id = scope.lead_id
    where scope.stage = $last_stage and leads.amount is not null
),
days_abroad as (
    select distinct
        currency,
        day,
    from arrivals
    where currency <> $currency
),
rates_of_days as (
    select
        days_abroad.currency,
        days_abroad.day,
        coalesce(
            arg_max(rates.rate, rates.day) filter (where rates.day <= days_abroad.day),
            arg_min(rates.rate, rates.day)
        ) as rate,
    from days_abroad
    join rates on rates.currency = days_abroad.currency
    group by days_abroad.currency, days_abroad.day
),
valued as (
    select
        arrivals.parts,
        arrivals.amount * case
            when arrivals.currency = $currency then 1
            else rates_of_days.rate
        end as value,
    from arrivals
    left join rates_of_days
        on rates_of_days.currency = arrivals.currency and rates_of_days.day = arrivals.day
),
taken_apart as (
    select
        value,
        unnest(list_prepend(cast(null as varchar), parts)) as segment,
        unnest(range(len(parts) + 1)) as place,
    from valued
    where value is not null
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
