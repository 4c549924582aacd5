-- By hour of the day and day of the week at which leads came: how many were answered in time.
-- Grain: one row per day of the week (1 is Monday) and hour. followed: leads that were answered, or
-- have waited for as long as that; in_time: those answered within it.
-- Parameters: those of the scope; $within (seconds).
with placed as (
    select
        timezone($time_zone, timezone('UTC', entered_at)) as came_at,
        answered_at is not null as is_answered,
        seconds,
    from scope
)
select
    date_part('isodow', came_at) as weekday,
    date_part('hour', came_at) as hour,
    count(*) filter (where is_answered or seconds >= $within) as followed,
    count(*) filter (where is_answered and seconds <= $within) as in_time,
from placed
group by weekday, hour
order by weekday, hour
