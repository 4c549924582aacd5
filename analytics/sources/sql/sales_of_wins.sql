-- What the wins of leads that reached a step brought, in the currency of the store, when every win
-- of a lead counts.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day of its win; without_amount: how many leads have none of them.
-- Parameters: those of the scope, sold; $stage (the one that opens the step).
with of_leads as (
    select
        segment,
        lead_number,
        sum(value) as value,
    from sold
    where stage = $stage
    group by segment, lead_number
),
segments as (
    select
        segment,
        sum(value) as value,
        count(*) - count(value) as without_amount,
    from of_leads
    group by segment
)
select * from segments
order by segment
