-- Where the visits to each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where the visits led (a stage or an exit; null while they are open).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope; by rank of the stage $starts, $ends (instants in which the visits
-- began, the ends not included).
with visits as (
    select
        stage_rank,
        next_stage,
        seconds,
    from scope
    where
        entered_at >= list_extract($starts, stage_rank + 1)
        and entered_at < list_extract($ends, stage_rank + 1)
),
lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from visits
    group by stage_rank, next_stage
)
select * from lengths
