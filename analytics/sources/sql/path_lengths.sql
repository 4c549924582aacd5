-- How many touches journeys have, and how long those that reached the milestone took.
-- Grain: one row per number of touches, $most standing for as many or more. median_seconds: from
-- the first touch to the milestone.
-- Parameters: $most; reads journeys.
with travelled as (
    select
        least(journeys.size, $most) as touches,
        journeys.conversions,
        journeys.losses,
        case
            when journeys.converted
            then date_diff('microsecond', journeys.began_at, journeys.ended_at) / 1e6
        end as seconds,
    from journeys
)
select
    touches,
    sum(conversions) as conversions,
    sum(losses) as losing,
    quantile_cont(seconds, 0.5) as median_seconds,
from travelled
group by touches
order by touches
