-- How soon the leads of each month of entry reached the two steps of a transition.
-- Grain: one row per segment, month of entry, step asked for, months needed and months had: how
-- many months of 30 days from entry it took to reach the step (0: at once), and for how many the
-- lead has been observed by as_of. leads counts them.
-- Parameters: those of the scope; $asked_stages, the stages that open the steps asked for.
with placed as (
    select
        segment,
        cast(date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date)
            as cohort,
        stage,
        cast(ceil(seconds / 2592e3) as integer) as months_needed,
        cast(floor(date_diff('microsecond', entered_at, $as_of) / 1e6 / 2592e3) as integer)
            as months_had,
    from scope
    where list_contains($asked_stages, stage)
),
cohorts as (
    select
        segment,
        cohort,
        stage,
        months_needed,
        months_had,
        count(*) as leads,
    from placed
    group by segment, cohort, stage, months_needed, months_had
)
select * from cohorts
order by segment, cohort, stage, months_needed, months_had
