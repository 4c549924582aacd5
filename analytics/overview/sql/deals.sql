-- What the deals that were won in the period brought, in the currency of the store.
-- Grain: one row per company, or lead of none, with a deal; in the order of its number.
-- value: the sum of the known amounts, each at the rate of the day of its win; null when none is
-- known. deals: how many; without_amount: how many of them have no known amount.
-- Parameters: those of the scope; $stage (the one that is a win), $currency (the store's).
with won as (
    select
        lead_number,
        coalesce(company_number, -1 - lead_number) as company,
        reached_at,
        row_number() over (partition by lead_number, reached_at order by lead_number) as copy,
    from scope
    where stage = $stage
),
valued as (
    select
        won.company,
        wins.amount * exchange.rate as value,
    from won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
),
companies as (
    select
        company,
        sum(value) as value,
        count(*) as deals,
        count(*) - count(value) as without_amount,
    from valued
    group by company
)
select * from companies
order by company
