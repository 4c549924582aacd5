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
        case
            when seconds < 600 then round(seconds)
            when seconds < 86400 then round(seconds / 60) * 60
            when seconds < 2592000 then round(seconds / 3600) * 3600
            else round(seconds / 86400) * 86400
        end as seconds,
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
