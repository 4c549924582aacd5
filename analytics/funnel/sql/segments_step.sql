-- How well each segment moves on from a step, at a fixed horizon: only of leads observed long
-- enough, that is, which reached it so long before as_of.
-- Grain: one row per segment.
-- Parameters: those of the scope; $before (the stage that opens the step they come from), $horizon
-- (seconds), $mature_before (as_of less the horizon).
with settled as (
    select
        segment,
        outcome = 'advanced' and waited <= $horizon as arrived,
    from scope
    where stage = $before and reached_at <= $mature_before
),
segments as (
    select
        segment,
        count(*) as n,
        count(*) filter (where arrived) as reached,
    from settled
    group by segment
)
select * from segments
order by n desc, segment
