-- What the deals that were won in the period brought, in the currency of the store.
-- Grain: one row per company, or lead of none, with a deal; in the order of its number.
-- value: the sum of the known amounts, each at the rate of the day of its win; null when none is
-- known. deals: how many; without_amount: how many of them have no known amount.
-- Parameters: those of the scope, sold; $stage (the one that is a win).
with companies as (
    select
        coalesce(company_number, -1 - lead_number) as company,
        sum(value) as value,
        count(*) as deals,
        count(*) - count(value) as without_amount,
    from sold
    where stage = $stage
    group by company
)
select * from companies
order by company
