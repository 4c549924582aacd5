-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stage = null
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $within = 14400
-- By hour of the day and day of the week at which leads came: how many were answered in time.
-- Grain: one row per day of the week (1 is Monday) and hour. followed: leads that were answered, or
-- have waited for as long as that; in_time: those answered within it.
-- Parameters: those of the scope; $within (seconds).
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
placed as (
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
;
