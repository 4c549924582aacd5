-- How many leads reached each step, by the values of several dimensions.
-- Grain: one row per dimension (its index in the list asked about), value (null for the missing
-- one) and step, by the stage that opens it, that any lead reached.
-- Parameters: those of the scope, which has parts; $asked_stages (the stages that open the steps).
with combined as (
    select
        stage,
        columns('^part_[1-9]'),
        count(*) as reached,
    from scope
    where list_contains($asked_stages, stage)
    group by all
),
parted as (
    select
        stage,
        reached,
        unnest([*columns('^part_')]) as value,
        unnest(range(len([*columns('^part_')]))) as dimension,
    from combined
),
counts as (
    select
        dimension,
        value,
        stage,
        sum(reached) as reached,
    from parted
    group by dimension, value, stage
)
select * from counts
