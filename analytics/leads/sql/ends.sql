-- Where the stays at each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where its stays led (a stage or an exit; null while they last).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope.
with lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from scope
    group by stage_rank, next_stage
)
select * from lengths
