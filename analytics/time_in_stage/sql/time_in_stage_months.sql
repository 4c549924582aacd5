-- How long leads stayed at one stage, by the month in which they entered it.
-- Grain: one row per segment, month (its first day in the store's calendar) and outcome. seconds:
-- the length of each of its stays, in no order.
-- Parameters: those of the scope; $stage.
with stays_of_months as (
    select
        segment,
        outcome,
        cast(
            date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as month,
        seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        segment,
        month,
        outcome,
        array_agg(seconds) as seconds,
    from stays_of_months
    group by segment, month, outcome
)
select * from lengths
