-- How far the leads of each value of several dimensions came.
-- Grain: one row per dimension (its place in the list asked about), value (null for the missing one)
-- and step, by the stage that opens it, that anybody reached.
-- Parameters: those of the scope, which has parts; $asked_stages (the stages that open the steps).
with parted as (
    select
        stage,
        unnest(range(len(parts))) as dimension,
        unnest(parts) as value,
    from scope
    where list_contains($asked_stages, stage)
),
counts as (
    select
        dimension,
        value,
        stage,
        count(*) as reached,
    from parted
    group by dimension, value, stage
)
select * from counts
