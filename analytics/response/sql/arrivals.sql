-- How soon leads were answered by when they came: within working hours, outside them, on days off.
-- Grain: one row per time of arrival, time and whether they were answered by then, as in
-- `response.sql`. arrival: 'open', 'closed' or 'day_off', by the wall clock of the store's zone.
-- Parameters: those of the scope; $working_days, $opens, $closes (minutes).
with local_times as (
    select
        answered_at is not null as is_answered,
        seconds,
        timezone($time_zone, timezone('UTC', entered_at)) as came_at,
    from scope
),
placed as (
    select
        is_answered,
        60 * cast(case when is_answered then ceil(seconds / 60) else floor(seconds / 60) end as integer)
            as whole_seconds,
        date_part('hour', came_at) * 60 + date_part('minute', came_at) as minute,
        cast(came_at as date) in (select unnest($working_days)) as is_working_day,
    from local_times
),
named as (
    select
        is_answered,
        whole_seconds,
        case
            when not is_working_day then 'day_off'
            when minute >= $opens and minute < $closes then 'open'
            else 'closed'
        end as arrival,
    from placed
)
select
    arrival,
    is_answered,
    whole_seconds as seconds,
    count(*) as leads,
from named
group by arrival, is_answered, whole_seconds
