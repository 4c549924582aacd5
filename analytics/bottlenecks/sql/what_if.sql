-- How far the leads of each segment came and when, and how long the others were followed: what the
-- share that comes to each step in the end is made of, for all steps at once.
-- Grain: one row per segment, step (by the stage that opens it), outcome and time since entry, which
-- is rounded to minutes below two hours, to hours below two days, to days beyond. A lead that came to
-- the step counts once as 'advanced' at the time it came, and once more as if it had not: 'lost' when
-- it is out, else 'open', after as long as it was followed. Those of the first step are everybody, so
-- that the others are these less those of the step.
-- Parameters: those of the scope.
with placed as (
    select
        segment,
        stage,
        seconds as coming,
        case when is_over then 'lost' else 'open' end as otherwise,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
),
fates as (
    select
        segment,
        stage,
        'advanced' as outcome,
        coming as seconds,
    from placed
    union all
    select
        segment,
        stage,
        otherwise as outcome,
        staying as seconds,
    from placed
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
