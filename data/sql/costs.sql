-- What was spent, day by day, in the currency of the store.
-- Grain: one row per day, source and campaign that anything was spent on. An amount that covers
-- several days is spread evenly over them, each part at the rate of its own day. amount is null, and
-- not zero, when part of it is unknown: no amount was given, or no rate of its currency.
-- Parameters: $currency (the store's); reads spend, exchange.
create table costs as
with numbered as (
    select
        day,
        greatest(coalesce(until, day), day) as last_day,
        source,
        channel,
        campaign,
        amount,
        coalesce(currency, $currency) as currency,
    from spend
),
spread as (
    select
        cast(unnest(range(
            cast(day as timestamp), cast(last_day as timestamp) + interval 1 day, interval 1 day
        )) as date) as day,
        source,
        channel,
        campaign,
        amount / (date_diff('day', day, last_day) + 1) as amount,
        currency,
    from numbered
),
in_one_currency as (
    select
        spread.day,
        spread.source,
        spread.channel,
        spread.campaign,
        spread.amount * exchange.rate as amount,
    from spread
    left join exchange on exchange.day = spread.day and exchange.currency = spread.currency
)
select
    day,
    source,
    min(channel) as channel,
    campaign,
    case when count(amount) = count(*) then sum(amount) end as amount,
from in_one_currency
group by day, source, campaign
order by day, source nulls last, campaign nulls last
