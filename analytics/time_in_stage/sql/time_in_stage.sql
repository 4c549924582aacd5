-- How long leads stayed where, and how they left: what survival curves are made of.
-- Grain: one row per segment, stage and outcome. seconds: the length of each of its stays, in no
-- order.
-- Parameters: those of the scope.
with lengths as (
    select
        segment,
        stage,
        outcome,
        array_agg(seconds) as seconds,
    from scope
    group by segment, stage, outcome
)
select * from lengths
