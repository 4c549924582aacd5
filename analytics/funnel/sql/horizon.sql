-- How long a step takes, and how long its leads could have been followed.
-- Grain: one row. Columns in seconds; null where no lead arrived, or none is there.
-- Parameters: those of the scope; $before, $step (the stages that open the two steps), $from_entry
-- (whether time runs from the entry, or from the step before).
with times as (
    select
        case
            when $from_entry and stage = $step then seconds
            when not $from_entry and stage = $before and outcome = 'advanced' then waited
        end as taken,
        case
            when stage = $before
            then date_diff('microsecond', reached_at, $as_of) / 1e6
        end as followed,
    from scope
),
spans as (
    select
        quantile_cont(taken, 0.9) as most_arrived,
        quantile_cont(followed, 0.5) as half_followed,
    from times
)
select * from spans
