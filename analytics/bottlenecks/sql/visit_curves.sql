-- How the visits to a stage ended, and after how long, now and before: what survival curves are made
-- of.
-- Grain: one row per period (is_now, else before) and outcome. seconds: the length of each of its
-- visits, in no order.
-- Parameters: those of the scope; $stage; $now_start, $now_end, $before_start, $before_end
-- (instants in which the visits began, the ends not included).
with visits as (
    select
        outcome,
        entered_at >= $now_start and entered_at < $now_end as is_now,
        entered_at >= $before_start and entered_at < $before_end as is_before,
        seconds,
    from scope
    where stage = $stage
),
lengths as (
    select
        is_now,
        outcome,
        array_agg(seconds) as seconds,
    from visits
    where is_now or is_before
    group by is_now, outcome
)
select * from lengths
