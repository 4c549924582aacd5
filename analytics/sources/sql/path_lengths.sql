-- How many touches journeys have, and how long those that reached the milestone took.
-- Grain: one row per number of touches, $most standing for as many or more. median_seconds: from
-- the first touch to the milestone.
-- Parameters: $most; reads steps, journeys.
with starts as (
    select
        journey,
        min(touched_at) as began_at,
    from steps
    group by journey
),
travelled as (
    select
        least(journeys.size, $most) as touches,
        journeys.conversions,
        journeys.losses,
        case
            when journeys.converted
            then date_diff('microsecond', starts.began_at, journeys.ended_at) / 1e6
        end as seconds,
    from journeys
    left join starts on starts.journey = journeys.journey
)
select
    touches,
    sum(conversions) as conversions,
    sum(losses) as losing,
    quantile_cont(seconds, 0.5) as median_seconds,
from travelled
group by touches
order by touches
