-- How long leads stayed where, and how they left, as counts that survival curves are made of.
-- Grain: one row per segment, stage, outcome and rounded length of stay, in seconds: to the second
-- under 10 minutes, to the minute under a day, to the hour under 30 days, to the day beyond.
-- total_seconds is not rounded.
-- Parameters: those of the scope.
with rounded_stays as (
    select
        segment,
        stage,
        outcome,
        seconds as exact_seconds,
        rounded_stay(seconds) as seconds,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        seconds,
        count(*) as stays,
        sum(exact_seconds) as total_seconds,
    from rounded_stays
    group by segment, stage, outcome, seconds
)
select * from lengths
