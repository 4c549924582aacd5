-- How many leads reached each step, by the values of several dimensions.
-- Grain: one row per dimension (its index in the list asked about), value (null for the missing
-- one) and step, by the stage that opens it, that any lead reached.
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
