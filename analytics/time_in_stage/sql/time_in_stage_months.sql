-- How long leads stayed at one stage, by the month in which they entered it.
-- Grain: one row per segment, month (its first day in the store's calendar), outcome and length of
-- stay in seconds, rounded as in time_in_stage.sql.
-- Parameters: those of the scope; $stage.
with rounded_stays as (
    select
        segment,
        outcome,
        cast(
            date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as month,
        rounded_stay(seconds) as seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        segment,
        month,
        outcome,
        seconds,
        count(*) as stays,
    from rounded_stays
    group by segment, month, outcome, seconds
)
select * from lengths
