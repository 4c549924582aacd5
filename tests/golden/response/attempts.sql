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
-- How often leads were tried until they answered, or so far.
-- Grain: one row per number of attempts and whether the lead has answered. leads: how many.
-- Of a touch in which a lead answers an attempt, as a call, both count. What passed before the lead
-- came, or after its first answer, does not count.
-- Parameters: those of the scope.
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
tried as (
    select
        len(list_filter(attempted_at, lambda instant: instant <= $as_of)) as attempts,
        coalesce(replied_at <= $as_of, false) as has_answered,
    from scope
    where attempted_at is not null
)
select
    attempts,
    has_answered,
    count(*) as leads,
from tried
where attempts > 0
group by attempts, has_answered
order by attempts, has_answered
;
