-- How many of each segment's leads reach a step from their entry, at a fixed horizon: only of those
-- observed long enough, that is, which entered so long before as_of.
-- Grain: one row per segment.
-- Parameters: those of the scope; $before (the stage that opens the first step), $step (the one that
-- opens the step they reach), $horizon (seconds), $mature_before (as_of less the horizon).
with settled as (
    select
        segment,
        stage,
        seconds <= $horizon as in_time,
    from scope
    where entered_at <= $mature_before
),
segments as (
    select
        segment,
        count(*) filter (where stage = $before) as n,
        count(*) filter (where stage = $step and in_time) as reached,
    from settled
    group by segment
)
select * from segments
where n > 0
order by n desc, segment
