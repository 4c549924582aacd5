-- What the leads that came to a step are worth, in the currency of the store.
-- Grain: one row per segment with anybody there. value sums the amounts that are known, each at the
-- rate of the day the lead came to the step: the latest given on or before it, else the first one
-- after. without_amount counts the leads that have none, or no rate of its currency.
-- Parameters: those of the scope; $stage (the one that opens the step), $currency (the store's).
with arrivals as (
    select
        scope.segment,
        leads.amount,
        coalesce(leads.currency, $currency) as currency,
        cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date) as day,
    from scope
    join leads on leads.lead_id = scope.lead_id
    where scope.stage = $stage
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
        arrivals.segment,
        arrivals.amount * case
            when arrivals.currency = $currency then 1
            else rates_of_days.rate
        end as value,
    from arrivals
    left join rates_of_days
        on rates_of_days.currency = arrivals.currency and rates_of_days.day = arrivals.day
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
