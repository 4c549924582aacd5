-- What became of leads that reached a step, and after how long: what survival curves are made of.
-- Grain: one row per segment, step and outcome ('advanced', 'lost', 'open'). seconds: how long each
-- of its leads waited for it, in no order.
-- Parameters: those of the scope.
with fates as (
    select
        segment,
        stage,
        outcome,
        array_agg(waited) as seconds,
    from scope
    group by segment, stage, outcome
)
select * from fates
