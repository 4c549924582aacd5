-- Where the visits to each stage led, and after how long: counts for survival curves.
-- Grain: one row per stage, where the visit led (a stage or an exit; null while it is open) and
-- rounded length of stay, in seconds: to the second under 10 minutes, to the minute under a day, to
-- the hour under 30 days, to the day beyond.
-- Parameters: those of the scope; by rank of the stage $starts, $ends (instants in which the visits
-- began, the ends not included).
with rounded_stays as (
    select
        stage_rank,
        next_stage,
        rounded_stay(seconds) as seconds,
    from scope
    where
        entered_at >= list_extract($starts, stage_rank + 1)
        and entered_at < list_extract($ends, stage_rank + 1)
),
lengths as (
    select
        stage_rank,
        next_stage,
        seconds,
        count(*) as visits,
    from rounded_stays
    group by stage_rank, next_stage, seconds
)
select * from lengths
