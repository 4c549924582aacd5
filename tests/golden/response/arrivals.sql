-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stage = null
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $closes = 1050
-- $last_stage = 'won'
-- $opens = 480
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $working_days = [date '2024-11-01', date '2024-11-04', date '2024-11-05', date '2024-11-06', date '2024-11-07', …]  (497 values)
-- How soon leads were answered by when they came: within working hours, outside them, on days off.
-- Grain: one row per time of arrival, time and whether they were answered by then, as in
-- `response.sql`. arrival: 'open', 'closed' or 'day_off', by the wall clock of the store's zone.
-- Parameters: those of the scope; $working_days, $opens, $closes (minutes).
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        created_at,
        entered_at,
        case when answered_at <= $as_of then answered_at end as answered_at,
        replied_at,
        attempted_at,
        (
            ($clock_before[1 + left_tick // 86400000000]
                + greatest(0, least(left_tick, $clock_closes_0[1 + left_tick // 86400000000]) - $clock_opens_0[1 + left_tick // 86400000000]))
            - ($clock_before[1 + entered_tick // 86400000000]
                + greatest(0, least(entered_tick, $clock_closes_0[1 + entered_tick // 86400000000]) - $clock_opens_0[1 + entered_tick // 86400000000]))
        ) / 1e6 as seconds,
    from (
        select
            *,
            date_diff('microsecond', $clock_start, entered_at) as entered_tick,
            date_diff('microsecond', $clock_start, least(coalesce(answered_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
        and (stage = $asked_stage or $asked_stage is null and visit_number = 1)
),
local_times as (
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
;
