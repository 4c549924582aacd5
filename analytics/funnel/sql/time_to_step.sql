-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment, outcome ('advanced', 'lost', 'open') and time since entry, rounded.
-- Each lead is counted once, in leads: advanced when it reached the step, however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
with placed as (
    select
        segment,
        stage = $end_stage as has_come,
        seconds,
        case when is_over then 'lost' else 'open' end as otherwise,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage or stage = $end_stage
),
-- A lead that reached it has two rows: one counts it as if it had not, which the other takes back.
fates as (
    select
        segment,
        'advanced' as outcome,
        seconds,
        1 as leads,
    from placed
    where has_come
    union all
    select
        segment,
        otherwise as outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
        case when has_come then -1 else 1 end as leads,
    from placed
),
spans as (
    select
        segment,
        outcome,
        rounded_wait(seconds) as seconds,
        leads,
    from fates
),
groups as (
    select
        segment,
        outcome,
        seconds,
        cast(sum(leads) as bigint) as leads,
    from spans
    group by segment, outcome, seconds
)
select * from groups
where leads > 0
order by segment, outcome, seconds
