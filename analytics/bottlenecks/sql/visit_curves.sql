-- How the visits to a stage ended, and after how long, now and before: counts for survival curves.
-- Grain: one row per period (is_now, else before), outcome and rounded length of stay, in seconds:
-- to the second under 10 minutes, to the minute under a day, to the hour under 30 days, to the day
-- beyond.
-- Parameters: those of the scope; $stage; $now_start, $now_end, $before_start, $before_end
-- (instants in which the visits began, the ends not included).
with visits as (
    select
        outcome,
        entered_at >= $now_start and entered_at < $now_end as is_now,
        entered_at >= $before_start and entered_at < $before_end as is_before,
        rounded_stay(seconds) as seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        is_now,
        outcome,
        seconds,
        count(*) as visits,
    from visits
    where is_now or is_before
    group by is_now, outcome, seconds
)
select * from lengths
