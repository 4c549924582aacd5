-- How soon the leads of each segment reached each step, and how long those that came no further were
-- observed: what the final share that reaches each step is estimated from, for all steps at once.
-- Grain: one row per segment, step (by the stage that opens it) and outcome ('advanced', 'lost',
-- 'open'). In seconds since entry, in no order: reached, when each lead reached the step; observed,
-- how long each was observed until it was out or to as_of, of those that did not advance.
-- Parameters: those of the scope.
with fates as (
    select
        segment,
        stage,
        outcome,
        seconds,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        array_agg(seconds) as reached,
        coalesce(array_agg(staying) filter (where outcome <> 'advanced'), []) as observed,
    from fates
    group by segment, stage, outcome
)
select * from lengths
order by segment, stage, outcome
