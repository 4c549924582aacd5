-- What became of leads that came just before closing time, and of those that came just after opening.
-- Grain: one row per dimension asked for and its value, or, as dimension 0, per source, morning and
-- group. waited: whether they had come in the last minutes before closing, so that nobody could do
-- much for them before the next opening; opened_on: the day of that. source: the segment. leads;
-- soon: those answered within some hours by the clock; converted: those who reached the stage in time.
-- Only leads that have been followed for so long.
-- Parameters: those of the scope, with parts; $working_days (in order), $opens, $closes, $edge
-- (minutes), $stage, $horizon (seconds), $soon (seconds).
with local_times as (
    select
        lead_number,
        segment,
        parts,
        entered_at,
        answered_at,
        timezone($time_zone, timezone('UTC', entered_at)) as came_at,
    from scope
    where date_diff('second', entered_at, $as_of) >= $horizon
),
placed as (
    select
        *,
        date_part('hour', came_at) * 60 + date_part('minute', came_at) as minute,
        list_position($working_days, cast(came_at as date)) as working_day,
    from local_times
),
grouped as (
    select
        *,
        minute >= $closes - $edge as waited,
        $working_days[working_day + case when minute >= $closes - $edge then 1 else 0 end]
            as morning,
    from placed
    where
        working_day > 0
        and (
            minute >= $opens and minute < $opens + $edge
            or minute >= $closes - $edge and minute < $closes
        )
),
followed as (
    select
        grouped.*,
        coalesce(date_diff('second', grouped.entered_at, answered_at) <= $soon, false) as is_soon,
        coalesce(
            date_diff('second', grouped.entered_at, reaches.reached_at) <= $horizon, false
        ) as has_converted,
    from grouped
    left join reaches
        on reaches.lead_number = grouped.lead_number
        and reaches.stage = $stage
),
parted as (
    select
        segment,
        morning,
        waited,
        is_soon,
        has_converted,
        unnest(list_prepend(cast(null as varchar), parts)) as part,
        unnest(range(len(parts) + 1)) as dimension_number,
    from followed
)
select
    dimension_number,
    part,
    case when dimension_number = 0 then segment end as source,
    case when dimension_number = 0 then morning end as opened_on,
    waited,
    count(*) as leads,
    count(*) filter (where is_soon) as soon,
    count(*) filter (where has_converted) as converted,
from parted
group by dimension_number, part, source, opened_on, waited
