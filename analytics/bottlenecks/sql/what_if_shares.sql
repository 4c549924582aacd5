-- How many leads of each segment reached each step and when, and how long the others were observed:
-- what the final share that reaches each step is estimated from, for all steps at once.
-- Grain: one row per segment, step (by the stage that opens it), outcome and time since entry,
-- rounded to minutes below two hours, to hours below two days, to days beyond. A lead that reached
-- the step counts once as 'advanced' at the time it did, and once more as if it had not: 'lost'
-- when it is out, else 'open', after as long as it was observed. Those of the first step are all
-- leads, so that the others are these less those of the step.
-- Parameters: those of the scope.
with observed as (
    select
        segment,
        stage,
        seconds as seconds_to_step,
        case when is_over then 'lost' else 'open' end as outcome_without,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as seconds_observed,
    from scope
),
fates as (
    select
        segment,
        stage,
        'advanced' as outcome,
        seconds_to_step as seconds,
    from observed
    union all
    select
        segment,
        stage,
        outcome_without as outcome,
        seconds_observed as seconds,
    from observed
),
spans as (
    select
        segment,
        stage,
        outcome,
        rounded_wait(seconds) as seconds,
    from fates
),
groups as (
    select
        segment,
        stage,
        outcome,
        seconds,
        count(*) as leads,
    from spans
    group by segment, stage, outcome, seconds
)
select * from groups
order by segment, stage, outcome, seconds
