-- How long leads stayed where, and how they left, as counts that survival curves are made of.
-- Grain: one row per segment, stage, outcome and rounded length of stay, in seconds: to the second
-- under 2 hours, to the minute under 2 days, to the hour beyond. total_seconds is not rounded.
-- Parameters: those of the scope.
with rounded_stays as (
    select
        segment,
        stage,
        outcome,
        seconds as exact_seconds,
        case
            when seconds < 7200 then round(seconds)
            when seconds < 172800 then round(seconds / 60) * 60
            else round(seconds / 3600) * 3600
        end as seconds,
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
