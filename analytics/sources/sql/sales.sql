-- What the leads that reached a step are worth, in the currency of the store.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day the lead reached the step; without_amount: how many have no amount, or no rate.
-- Parameters: those of the scope, worths; $stage (the one that opens the step).
with segments as (
    select
        segment,
        sum(value) as value,
        count(*) - count(value) as without_amount,
    from worths
    where stage = $stage
    group by segment
)
select * from segments
order by segment
