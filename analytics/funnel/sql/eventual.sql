-- What became of leads that reached a step, by how long it took: what survival curves are made of.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and time waited, rounded.
-- Parameters: those of the scope.
with spans as (
    select
        segment,
        stage,
        outcome,
        rounded_wait(waited) as seconds,
    from scope
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
