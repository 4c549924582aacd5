-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stage = null
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $closes = 1050
-- $edge = 60
-- $horizon = 2592000
-- $last_stage = 'won'
-- $opens = 480
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $soon = 14400
-- $stage = 'sal'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $working_days = [date '2024-11-01', date '2024-11-04', date '2024-11-05', date '2024-11-06', date '2024-11-07', …]  (517 values)
-- What became of leads that came just before closing time, and of those that came just after opening.
-- Grain: one row per dimension asked for and its value, or, as dimension 0, per source, morning and
-- group. waited: whether they had come in the last minutes before closing, so that nobody could do
-- much for them before the next opening; opened_on: the day of that. source: the segment. leads;
-- soon: those answered within some hours by the clock; converted: those who reached the stage in time.
-- Only leads that have been followed for so long.
-- Parameters: those of the scope, with parts; $working_days (in order), $opens, $closes, $edge
-- (minutes), $stage, $horizon (seconds), $soon (seconds).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
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
        cast(["company_size", "industry", "region"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "company_size" as part_1,
        "industry" as part_2,
        "region" as part_3,
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
;
