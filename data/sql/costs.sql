-- What was spent, day by day, in the currency of the store.
-- Grain: one row per day, source and campaign that anything was spent on. An amount that covers
-- several days is spread evenly over them. Its rate is that of the day itself: the latest given on
-- or before it, else the first one after. amount is null, and not zero, when part of it is unknown:
-- no amount was given, or no rate of its currency.
-- Parameters: $currency (the store's); reads spend, rates.
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
days_abroad as (
    select distinct
        day,
        currency,
    from spread
    where currency <> $currency
),
rates_of_days as (
    select
        days_abroad.day,
        days_abroad.currency,
        coalesce(
            arg_max(rates.rate, rates.day) filter (where rates.day <= days_abroad.day),
            arg_min(rates.rate, rates.day)
        ) as rate,
    from days_abroad
    join rates on rates.currency = days_abroad.currency
    group by days_abroad.day, days_abroad.currency
),
in_one_currency as (
    select
        spread.day,
        spread.source,
        spread.channel,
        spread.campaign,
        spread.amount * case
            when spread.currency = $currency then 1
            else rates_of_days.rate
        end as amount,
    from spread
    left join rates_of_days
        on rates_of_days.day = spread.day and rates_of_days.currency = spread.currency
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
