-- What one unit of a currency is worth in that of the store, day by day: the latest rate given on
-- or before the day, else the first one after.
-- Grain: one row per day and currency, of the store's own (1) and of those that have a rate; from
-- before the first day on which anything happened or was spent to after the last.
-- Parameters: $currency (the store's); reads leads, stage_history, spend, rates.
create table exchange as
with days as (
    select cast(created_at as date) as day from leads
    union all
    select cast(entered_at as date) as day from stage_history
    union all
    select day from spend
    union all
    select until as day from spend
),
-- A day more at either end: the store's days are not those of UTC.
edges as (
    select
        min(day) - 1 as first_day,
        max(day) + 2 as after_last_day,
    from days
),
own as (
    select
        $currency as currency,
        1e0 as rate,
        first_day as since,
        after_last_day as until,
    from edges
),
given as (
    select
        rates.currency,
        rates.rate,
        case
            when lag(rates.day) over (partition by rates.currency order by rates.day) is null
            then least(rates.day, first_day)
            else rates.day
        end as since,
        coalesce(
            lead(rates.day) over (partition by rates.currency order by rates.day), after_last_day
        ) as until,
    from rates
    cross join edges
    where rates.currency <> $currency
),
spans as (
    select * from own
    union all
    select * from given
)
select
    cast(unnest(range(
        cast(since as timestamp), cast(until as timestamp), interval 1 day
    )) as date) as day,
    currency,
    rate,
from spans
